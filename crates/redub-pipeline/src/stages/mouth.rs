//! Stage 11: for every frame of the output, which mouths are to be re-rendered and how their lips stand.
//!
//! The pixels themselves are drawn in `render`, in the same pass as the encode: the regions of a minute of video
//! would be gigabytes, the targets are some megabytes.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use redub_core::{Audio, Language, PhoneSpan, Span};
use redub_media::audio;
use redub_vision::gate::{GateFrame, GateSettings, KeepReason, gate};
use redub_vision::mouth::avatar::{Avatar, AvatarSettings, Mixture, Wanted};
use redub_vision::mouth::bank::MouthBank;
use redub_vision::mouth::{Envelope, LipShape, PersonModel, Script, plan};
use redub_vision::tracks::{FaceTrack, Faces, Observation};
use serde::{Deserialize, Serialize};

use super::Dub;
use super::bank::{self, Bank};
use super::faces::{self, Seen, Talking};
use super::intake::Intake;
use super::{neural, shown};
use crate::context::{Context, Progress};
use crate::error::PipelineError;
use crate::job::{Job, Mode};
use crate::store::{Artifact, Key, KeyBuilder};

/// The targets, as written by postcard.
const TARGETS: &str = "targets.bin";
/// A mouth driven less than this is left alone.
const LEAST_WEIGHT: f32 = 0.02;
/// A mouth opens and closes this long before and after its line, seconds.
const LEAD: f64 = 0.2;

/// What is to be re-rendered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Mouth {
    /// Name of the renderer that will draw: `neural`, or `avatar` where at least one face is drawn from its mouth bank,
    /// or `warp`.
    pub renderer: String,
    /// The mouth bank that is drawn from.
    #[serde(default)]
    pub bank: Option<Key>,
    /// Frames of the output in which a mouth is re-rendered.
    pub frames_rerendered: usize,
    /// Frames left as they are, by reason.
    pub frames_kept: BTreeMap<String, usize>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// The lips of one face over the output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TrackTargets {
    /// The face.
    pub track: usize,
    /// The frames in which it is re-rendered, in order.
    pub frames: Vec<FrameTarget>,
    /// Times (seconds, output) of the middles of its p b m sounds.
    pub closures: Vec<f64>,
    /// What it says, on the output's time line.
    pub phones: Vec<PhoneSpan>,
    /// Where its frames stay as they are though somebody speaks, on the output's time line.
    pub kept: Vec<Kept>,
}

/// A stretch that is not drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Output's time line.
    pub span: Span,
    /// Why.
    pub reason: KeepReason,
}

/// The lips of one face in one frame.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FrameTarget {
    /// Frame of the output.
    pub frame: usize,
    /// Its time, seconds.
    pub time: f64,
    /// The source frame shown there.
    pub source: usize,
    /// How much of the target shows, 0..1.
    pub weight: f32,
    /// Canonical lips.
    pub lips: LipShape,
    /// Opening in inter-ocular distances.
    pub aperture: f32,
    /// Whether the lips must be shut here.
    pub closure: bool,
    /// What of the bank the mouth is put together from; none for the speed renderer.
    pub mixture: Option<Mixture>,
}

/// Runs the stage.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: &Artifact<Seen>,
    talking: &Artifact<Talking>,
    dub: &Dub,
    to: &Language,
) -> Result<Artifact<Mouth>, PipelineError> {
    let generator = neural::chosen(cx)?;
    let bank = match cx.job.mode {
        Mode::Precision if generator.is_none() && seen.value.tracks > 0 => Some(bank::run(cx, intake, seen)?),
        _ => None,
    };
    let mut key = KeyBuilder::new("mouth", 8)
        .input(&seen.key)
        .input(&talking.key)
        .input(&dub.key)
        .param("fps_mode", &cx.job.audio.as_ref().and(cx.job.fps_mode))
        .param("generator", &generator);
    if let Some(bank) = &bank {
        key = key.input(&bank.key);
    }
    let summary = |mouth: &Mouth| {
        let kept: usize = mouth.frames_kept.values().sum();
        format!("{} frames to re-render, {kept} kept", mouth.frames_rerendered)
    };
    cx.stage("mouth", Some(to), key.finish(), summary, |dir, progress| {
        let (job, bank, talking) = (cx.job, bank.as_ref(), &talking.value);
        let mut mouth = Work { job, intake, seen, talking, bank, dub }.make(dir, progress)?;
        if generator.is_some() {
            mouth.renderer = neural::NAME.into();
        }
        Ok(mouth)
    })
}

/// The targets of an artifact.
pub(crate) fn read(mouth: &Artifact<Mouth>) -> Result<Vec<TrackTargets>, PipelineError> {
    let path = mouth.dir.join(TARGETS);
    let bytes = std::fs::read(&path).map_err(|e| PipelineError::store(&path, e))?;
    postcard::from_bytes(&bytes).map_err(|e| PipelineError::Artifact(format!("{}: {e}", path.display())))
}

/// What the stage works with.
struct Work<'a> {
    job: &'a Job,
    intake: &'a Artifact<Intake>,
    seen: &'a Artifact<Seen>,
    talking: &'a Talking,
    bank: Option<&'a Artifact<Bank>>,
    dub: &'a Dub,
}

impl Work<'_> {
    fn make(&self, dir: &Path, progress: &mut Progress<'_>) -> Result<Mouth, PipelineError> {
        let faces = faces::read(self.seen)?;
        let times = &self.intake.value.frame_times;
        let times = &times[..times.len().min(self.seen.value.frames)];
        let shown = shown::shown(self.job, &self.intake.value, self.dub, times);
        let loudness = envelope(&audio::read_wav(&self.dub.voice)?);
        let mut all = Vec::new();
        let mut gated: HashMap<usize, KeepReason> = HashMap::new();
        let mut mouth = Mouth { renderer: "warp".into(), ..Mouth::default() };
        let mut people = self.bank.map(|artifact| People::new(artifact, &faces)).transpose()?;
        let tracks = talking_tracks(self.talking);
        for (n, track) in tracks.iter().enumerate() {
            progress(n as f32 / tracks.len() as f32)?;
            let Some(face) = faces.tracks.get(*track) else { continue };
            let said = said_by(*track, self.talking, self.dub, times);
            let avatar = people.as_mut().and_then(|p| p.avatar(*track, &mut mouth.notes));
            let covered = avatar.as_ref().map(|a| a.covered(*track)).unwrap_or_default();
            let gate = gate(&faces, face, &said.frames(&shown), &covered, &GateSettings::default());
            gated.extend(gate.iter().filter_map(|g| Some((g.frame, g.reason?))));
            if avatar.is_some() {
                mouth.renderer = "avatar".into();
                mouth.bank = self.bank.map(|b| b.key.clone());
            }
            match targets(face, avatar.as_deref(), &gate, &said, &shown, &loudness) {
                Some(targets) => all.push(targets),
                None => mouth.notes.push(format!(
                    "face {track}: too little of it is seen to learn how it moves; its frames stay as they are"
                )),
            }
        }
        count(&mut mouth, &all, &gated, &faces, self.dub, &shown);
        faces::write(&dir.join(TARGETS), &all)?;
        Ok(mouth)
    }
}

/// Every face that says something.
fn talking_tracks(talking: &Talking) -> Vec<usize> {
    let mut tracks: Vec<usize> =
        talking.lines.iter().flat_map(|l| l.spans.iter().filter_map(|s| s.track)).collect();
    tracks.sort_unstable();
    tracks.dedup();
    tracks
}

/// What one face says in the output, and where it speaks, in the source or the dub (output's time line).
struct Said {
    phones: Vec<PhoneSpan>,
    spoken: Vec<Span>,
    windows: Vec<Span>,
}

impl Said {
    /// Source frames in which the face speaks.
    fn frames(&self, shown: &[(f64, usize)]) -> Vec<Range<usize>> {
        let range = |w: &Span| {
            let inside = |(t, _): &&(f64, usize)| *t >= w.start && *t < w.end;
            let first = shown.iter().find(inside).map(|(_, s)| *s)?;
            let last = shown.iter().rev().find(inside).map(|(_, s)| *s)?;
            Some(first..last + 1)
        };
        self.windows.iter().filter_map(range).collect()
    }
}

fn said_by(track: usize, talking: &Talking, dub: &Dub, times: &[f64]) -> Said {
    let mut said = Said { phones: Vec::new(), spoken: Vec::new(), windows: Vec::new() };
    for (line, faces) in dub.lines.iter().zip(&talking.lines) {
        let source = Span::new(dub.retime.forward(line.source.start), dub.retime.forward(line.source.end));
        for (n, part) in faces.spans.iter().enumerate().filter(|(_, p)| p.track == Some(track)) {
            let time = |frame: usize| times.get(frame).map_or(f64::INFINITY, |t| dub.retime.forward(*t));
            // The first part begins a little early; a face that says the line's end goes on while the dub does.
            let start = if n == 0 { source.start.min(line.span.start) - LEAD } else { time(part.first) };
            let end = if n + 1 == faces.spans.len() {
                source.end.max(line.span.end) + LEAD
            } else {
                time(part.end)
            };
            let window = Span::new(start, end);
            said.phones.extend(line.phones.iter().filter(|p| p.span.overlap(&window) > 0.0).cloned());
            said.spoken.push(Span::new(source.start.max(start), source.end.min(end)));
            said.windows.push(window);
        }
    }
    said
}

fn targets(
    face: &FaceTrack,
    avatar: Option<&Avatar>,
    gate: &[GateFrame],
    said: &Said,
    shown: &[(f64, usize)],
    loudness: &Envelope,
) -> Option<TrackTargets> {
    let person = match avatar {
        Some(avatar) => avatar.person().clone(),
        None => PersonModel::fit(&face.observations)?,
    };
    let times: Vec<f64> = shown.iter().map(|(t, _)| *t).collect();
    let observations: Vec<Option<&Observation>> = shown.iter().map(|(_, source)| face.at(*source)).collect();
    let script = Script {
        phones: &said.phones,
        spoken: &said.spoken,
        loudness: Some(loudness),
        times: &times,
        observations: &observations,
    };
    let gates: HashMap<usize, f32> = gate.iter().map(|g| (g.frame, g.weight)).collect();
    let planned = plan(&person, &script);
    let mut frames = Vec::new();
    let mut closures = Vec::new();
    for (frame, (target, (time, source))) in planned.into_iter().zip(shown).enumerate() {
        let weight = target.drive * gates.get(source).copied().unwrap_or(0.0);
        let Some(lips) = target.lips.filter(|_| weight > LEAST_WEIGHT) else { continue };
        if target.closure && weight > 0.95 {
            closures.push(*time);
        }
        frames.push(FrameTarget {
            frame,
            time: *time,
            source: *source,
            weight,
            lips,
            aperture: target.aperture,
            closure: target.closure,
            mixture: None,
        });
    }
    if let Some(avatar) = avatar {
        mix(avatar, face, &mut frames, shown);
    }
    let kept = kept(gate, shown);
    Some(TrackTargets { track: face.id, frames, closures, phones: said.phones.clone(), kept })
}

/// The gate's reasons on the output's time line, where the face is there but must stay as it is.
fn kept(gate: &[GateFrame], shown: &[(f64, usize)]) -> Vec<Kept> {
    let reasons: HashMap<usize, KeepReason> =
        gate.iter().filter_map(|g| Some((g.frame, g.reason?))).collect();
    let mut kept: Vec<Kept> = Vec::new();
    let ends = shown.iter().skip(1).map(|(time, _)| *time);
    let last = shown.last().map_or(0.0, |(time, _)| *time);
    for ((time, source), end) in shown.iter().zip(ends.chain([last])) {
        let Some(reason) = reasons.get(source).filter(|r| **r != KeepReason::NotTalking) else { continue };
        match kept.last_mut() {
            Some(k) if k.reason == *reason && *time - k.span.end < 1e-6 => k.span.end = end,
            _ => kept.push(Kept { span: Span::new(*time, end), reason: *reason }),
        }
    }
    kept
}

/// Chooses from the bank for every frame that is drawn.
fn mix(avatar: &Avatar, face: &FaceTrack, frames: &mut [FrameTarget], shown: &[(f64, usize)]) {
    let drawn: Vec<Option<LipShape>> = frames
        .iter()
        .map(|f| Some(LipShape::seen(face.at(shown.get(f.frame)?.1)?).towards(&f.lips, f.weight)))
        .collect();
    let mut wanted: Vec<Option<Wanted<'_>>> = vec![None; shown.len()];
    for (frame, lips) in frames.iter().zip(&drawn) {
        wanted[frame.frame] = lips.as_ref().and_then(|lips| {
            Some(Wanted { track: face.id, observation: face.at(shown[frame.frame].1)?, lips })
        });
    }
    let mut chosen = avatar.choose(&wanted, None);
    frames.iter_mut().for_each(|f| f.mixture = chosen[f.frame].take());
}

/// The people of a bank, each learnt once.
struct People<'a> {
    bank: MouthBank,
    faces: &'a Faces,
    known: HashMap<Vec<usize>, Option<Rc<Avatar>>>,
}

impl<'a> People<'a> {
    fn new(artifact: &Artifact<Bank>, faces: &'a Faces) -> Result<Self, PipelineError> {
        Ok(Self { bank: bank::read(artifact)?, faces, known: HashMap::new() })
    }

    /// The avatar of a track's person; none, with a note, where the bank holds too little of it.
    fn avatar(&mut self, track: usize, notes: &mut Vec<String>) -> Option<Rc<Avatar>> {
        let tracks = self.bank.person_of(track);
        if let Some(known) = self.known.get(&tracks) {
            return known.clone();
        }
        let learnt = Avatar::learn(&self.bank, self.faces, &tracks, AvatarSettings::default());
        if let Err(why) = &learnt {
            notes.push(format!("face {track} is drawn by the speed renderer (warp): {why}"));
        }
        let avatar = learnt.ok().map(Rc::new);
        self.known.insert(tracks, avatar.clone());
        avatar
    }
}

/// Root mean square of the dub's speech, 100 times a second.
pub(crate) fn envelope(dub: &Audio) -> Envelope {
    let mono = dub.mono();
    let block = (mono.rate as usize / 100).max(1);
    Envelope { rate: 100.0, values: mono.samples.chunks(block).map(redub_core::audio::rms).collect() }
}

/// Counts the frames that are re-rendered, and says why the others are not.
fn count(
    mouth: &mut Mouth,
    all: &[TrackTargets],
    gated: &HashMap<usize, KeepReason>,
    faces: &Faces,
    dub: &Dub,
    shown: &[(f64, usize)],
) {
    let mut drawn = vec![false; shown.len()];
    all.iter().flat_map(|t| &t.frames).for_each(|f| drawn[f.frame] = true);
    for (frame, (time, source)) in shown.iter().enumerate() {
        if drawn[frame] {
            mouth.frames_rerendered += 1;
            continue;
        }
        let speech = dub.lines.iter().any(|l| l.span.contains(*time));
        let face = faces.tracks.iter().any(|t| t.at(*source).is_some());
        let reason = match (speech, face, gated.get(source)) {
            (false, ..) => "nobody_speaks".to_owned(),
            (true, false, _) => name(KeepReason::NoFace),
            (true, true, Some(reason)) => name(*reason),
            (true, true, None) => name(KeepReason::NotTalking),
        };
        *mouth.frames_kept.entry(reason).or_default() += 1;
    }
}

/// A reason as the report writes it.
pub(crate) fn name(reason: KeepReason) -> String {
    serde_json::to_value(reason).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
