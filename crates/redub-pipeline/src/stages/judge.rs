//! What the finished picture looks like: its mouths are tracked anew in the finished file and set beside the source's
//! frames, and its sound is asked how it expects the lips to stand. Part of stage 13.

use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use redub_core::{Frame, Language};
use redub_media::frames::FrameReader;
use redub_media::{VideoInfo, YuvFrame};
use redub_models::threads;
use redub_vision::Picture;
use redub_vision::landmarks::{Mesh, MeshNet, Roi};
use redub_vision::mouth::av::{self, AvFit};
use redub_vision::mouth::figures::{Judge, JudgedFrame, Look, MouthFigures};
use redub_vision::mouth::{self as lips, MouthTarget, PersonModel, SpeedRenderer};
use redub_vision::tracks::{FaceTrack, Faces, Observation};
use serde::{Deserialize, Serialize};

use super::draw::Source;
use super::faces::{self, Seen};
use super::intake::{Intake, file_hash};
use super::mouth::{self, FrameTarget, Mouth, TrackTargets};
use super::render::Rendered;
use super::twin::Twin;
use super::{Dub, expected, shown};
use crate::context::{Context, Progress};
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};

/// Most frames looked at; of a longer video, blocks spread evenly over it.
const MOST: usize = 1800;
/// Frames of a block: long enough for closures and jitter to show.
const BLOCK: usize = 60;
/// Frames looked at side by side.
const BATCH: usize = 16;
/// A mesh is believed from here on, as while tracking.
const LEAST_CONFIDENCE: f32 = 0.5;
/// Shorter videos say too little about sound and lips, seconds.
const LEAST_SECONDS: f64 = 9.5;
/// Frames count for sound and lips when they are driven this much.
const DRIVEN: f32 = 0.99;
/// The lips as seen, as written by postcard.
const LIPS: &str = "lips.bin";

/// What was found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// The figures of the picture.
    pub figures: MouthFigures,
    /// The source's lips against the source's sound.
    pub own: Option<AvFit>,
    /// The finished lips against the dub.
    pub result: Option<AvFit>,
}

/// The lips of one face in the frames that were looked at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SeenLips {
    /// The face.
    pub track: usize,
    /// In the output's order.
    pub frames: Vec<SeenFrame>,
}

/// Openings in one frame, in inter-ocular distances.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeenFrame {
    /// Frame of the output.
    pub out: usize,
    /// Frame of the source that is shown there.
    pub source: usize,
    /// Share of the target in what was drawn.
    pub weight: f32,
    /// As planned.
    pub target: f32,
    /// In the source.
    pub original: f32,
    /// In the finished file, tracked anew; none where no face was found.
    pub result: Option<f32>,
}

/// The lips of an artifact.
pub(crate) fn read_lips(judged: &Artifact<Judged>) -> Result<Vec<SeenLips>, PipelineError> {
    let path = judged.dir.join(LIPS);
    let bytes = std::fs::read(&path).map_err(|e| PipelineError::store(&path, e))?;
    postcard::from_bytes(&bytes).map_err(|e| PipelineError::Artifact(format!("{}: {e}", path.display())))
}

/// Looks at the finished file; `None` when no mouth was drawn.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: Option<&Artifact<Seen>>,
    mouth: Option<&Artifact<Mouth>>,
    dub: &Dub,
    rendered: &Artifact<Rendered>,
    to: &Language,
) -> Result<Option<Artifact<Judged>>, PipelineError> {
    let (Some(seen), Some(mouth), Some(video)) = (seen, mouth, &intake.value.info.video) else {
        return Ok(None);
    };
    if mouth.value.frames_rerendered == 0 {
        return Ok(None);
    }
    let key = KeyBuilder::new("judge", 3)
        .input(&rendered.key)
        .param("hearing", &file_hash(&dub.hearing)?)
        .model("visemes", &cx.engines.digest("visemes"))
        .model("face-landmarks", &cx.engines.digest("face-landmarks"))
        .finish();
    let summary = |judged: &Judged| {
        let f = &judged.figures;
        let closures = f.closure.map_or(String::new(), |c| {
            format!("lips shut on {:.0} of {} p b m", c * f.closures as f32, f.closures)
        });
        let follow = f.aperture_correlation.map_or(String::new(), |r| format!(", opening follows at {r:.2}"));
        format!("{closures}{follow}")
    };
    let made = cx.stage("report", Some(to), key, summary, |dir, progress| {
        let faces = faces::read(seen)?;
        let targets = mouth::read(mouth)?;
        let shown = shown::shown(cx.job, &intake.value, dub, &intake.value.frame_times);
        let gallery = Gallery { cx, intake, video, rendered, faces: &faces, targets: &targets, shown };
        let (figures, lips) = gallery.judge(dir, progress)?;
        faces::write(&dir.join(LIPS), &lips)?;
        let (own, result) = match cx.seconds >= LEAST_SECONDS {
            true => gallery.sound_and_lips(&lips, dub)?,
            false => (None, None),
        };
        Ok(Judged { figures, own, result })
    })?;
    Ok(Some(made))
}

/// The finished file beside its source.
struct Gallery<'a> {
    cx: &'a Context<'a>,
    intake: &'a Artifact<Intake>,
    video: &'a VideoInfo,
    rendered: &'a Artifact<Rendered>,
    faces: &'a Faces,
    targets: &'a [TrackTargets],
    /// For every frame of the output its time and the source frame it shows.
    shown: Vec<(f64, usize)>,
}

/// A frame of the output with its original.
struct Pair<F> {
    out: usize,
    source: usize,
    original: F,
    /// The original through the result's encoder.
    encoded: Option<F>,
    result: F,
}

impl Pair<YuvFrame> {
    /// The same in R G B: half of the work of looking, so done where frames are looked at side by side.
    fn to_rgb(&self) -> Pair<Frame> {
        Pair {
            out: self.out,
            source: self.source,
            original: self.original.to_rgb(),
            encoded: self.encoded.as_ref().map(YuvFrame::to_rgb),
            result: self.result.to_rgb(),
        }
    }
}

impl Gallery<'_> {
    fn judge(
        &self,
        dir: &Path,
        progress: &mut Progress<'_>,
    ) -> Result<(MouthFigures, Vec<SeenLips>), PipelineError> {
        let file = self.rendered.dir.join(&self.rendered.value.file);
        let info = redub_media::probe(&file)?;
        let Some(made) = &info.video else { return Ok(Default::default()) };
        let mut originals = Source::open(&self.cx.job.input, self.video, self.intake.value.span)?;
        let mut results = FrameReader::open(&file, made, None, Some((self.video.width, self.video.height)))?;
        let nets = (0..threads::budget())
            .map(|_| MeshNet::load(self.cx.engines.models(), 1))
            .collect::<Result<Vec<_>, _>>()?;
        let sitters = self.sitters();
        let wanted = self.wanted();
        let (input, span) = (&self.cx.job.input, self.intake.value.span);
        let mut twin = Twin::encode(input, self.video, span, self.rendered, &self.shown, &wanted, dir)?;
        let mut panel = Panel::new(&sitters);
        let mut result = results.blank();
        let mut batch: Vec<Pair<YuvFrame>> = Vec::with_capacity(BATCH);
        for (out, (_, source)) in self.shown.iter().enumerate() {
            let there = results.read(&mut result)?;
            let encoded = twin.as_mut().map_or(Ok(None), Twin::read)?;
            if there && wanted[out] {
                let Some(original) = originals.frame(*source)? else { break };
                let (encoded, result) = (encoded.cloned(), result.clone());
                batch.push(Pair { out, source: *source, original, encoded, result });
            }
            if batch.len() == BATCH || !there || out + 1 == self.shown.len() {
                panel.look(&batch, &sitters, &nets)?;
                batch.clear();
                progress(out as f32 / self.shown.len() as f32)?;
            }
            if !there {
                break;
            }
        }
        let mut all = Judge::default();
        panel.judges.into_iter().for_each(|judge| all.absorb(judge));
        all.add_seam(self.rendered.value.seam);
        Ok((all.finish(), panel.lips))
    }

    /// How well sound and lips go together, in the source and in the result, over the same frames.
    fn sound_and_lips(
        &self,
        lips: &[SeenLips],
        dub: &Dub,
    ) -> Result<(Option<AvFit>, Option<AvFit>), PipelineError> {
        let times = &self.intake.value.frame_times;
        let both = |frame: &SeenFrame| {
            let (time, _) = self.shown.get(frame.out)?;
            let own = (*times.get(frame.source)?, frame.original);
            Some((own, (*time, frame.result.filter(|_| frame.weight >= DRIVEN)?)))
        };
        let (mut own, mut result) = (Vec::new(), Vec::new());
        for face in lips {
            let (source, finished): (Vec<_>, Vec<_>) = face.frames.iter().filter_map(both).unzip();
            own.push(source);
            result.push(finished);
        }
        let own = av::fit(&own, &expected::openings(self.cx, &dub.hearing)?);
        let result = av::fit(&result, &expected::openings(self.cx, &dub.voice)?);
        Ok((own, result))
    }

    /// The faces that were drawn.
    fn sitters(&self) -> Vec<Sitter<'_>> {
        let sitter = |targets: &TrackTargets| {
            let face = self.faces.tracks.get(targets.track)?;
            let ruler = SpeedRenderer::prepare(PersonModel::fit(&face.observations)?, &[]);
            let targets = targets.frames.iter().map(|f| (f.frame, f.clone())).collect();
            Some(Sitter { face, ruler, targets })
        };
        self.targets.iter().filter_map(sitter).collect()
    }

    /// Which frames of the output are looked at: those drawn, thinned to blocks where there are too many.
    fn wanted(&self) -> Vec<bool> {
        let mut wanted = vec![false; self.shown.len()];
        let drawn = self.targets.iter().flat_map(|t| &t.frames).filter(|f| f.frame < self.shown.len());
        drawn.for_each(|f| wanted[f.frame] = true);
        let all = wanted.iter().filter(|w| **w).count();
        let every = all.div_ceil(MOST).max(1);
        for (n, block) in wanted.chunks_mut(BLOCK).enumerate() {
            if n % every != 0 {
                block.fill(false);
            }
        }
        wanted
    }
}

/// A face that was drawn.
struct Sitter<'a> {
    face: &'a FaceTrack,
    /// Tells the rectangle that was rendered.
    ruler: SpeedRenderer,
    targets: HashMap<usize, FrameTarget>,
}

impl Sitter<'_> {
    fn look(&self, pair: &Pair<Frame>, net: &MeshNet) -> Result<Glance, PipelineError> {
        let seen = self.targets.get(&pair.out).zip(self.face.at(pair.source));
        let Some((target, observation)) = seen else { return Ok((None, None)) };
        let retracked = retrack(net, &pair.result, observation)?;
        let region =
            lips::RenderMouth::roi(&self.ruler, observation, pair.original.width, pair.original.height);
        let planned = MouthTarget {
            lips: Some(target.lips.clone()),
            aperture: target.aperture,
            width: 0.0,
            drive: target.weight,
            closure: target.closure,
        };
        let frame = JudgedFrame {
            original: &pair.original,
            encoded: pair.encoded.as_ref().map(|f| f as &dyn Picture),
            result: &pair.result,
            observation,
            retracked: retracked.as_ref(),
            target: &planned,
            weight: target.weight,
            // The seam was measured when it was drawn.
            mask: Some((region, &[])),
        };
        let lips = SeenFrame {
            out: pair.out,
            source: pair.source,
            weight: target.weight,
            target: target.aperture,
            original: observation.mesh.aperture(),
            result: retracked.as_ref().map(Mesh::aperture),
        };
        Ok((frame.look(), Some(lips)))
    }
}

/// What one face shows in one frame: for its judge, and for the record.
type Glance = (Option<Look>, Option<SeenFrame>);

/// The mesh of a face in the finished frame: the network looks where the source's face was.
fn retrack(net: &MeshNet, frame: &Frame, seen: &Observation) -> Result<Option<Mesh>, PipelineError> {
    let Some(roi) = Roi::from_mesh(&seen.mesh) else { return Ok(None) };
    let (mesh, confidence) = net.run(frame, &roi)?;
    Ok((confidence >= LEAST_CONFIDENCE).then_some(mesh))
}

/// A judge and a record for each face.
struct Panel {
    judges: Vec<Judge>,
    lips: Vec<SeenLips>,
    /// The frame looked at last.
    last: Option<usize>,
}

impl Panel {
    fn new(sitters: &[Sitter<'_>]) -> Self {
        let lips = |sitter: &Sitter<'_>| SeenLips { track: sitter.face.id, frames: Vec::new() };
        Self {
            judges: sitters.iter().map(|_| Judge::default()).collect(),
            lips: sitters.iter().map(lips).collect(),
            last: None,
        }
    }

    /// Looks at a batch with all networks side by side; the judges get the frames in order.
    fn look(
        &mut self,
        batch: &[Pair<YuvFrame>],
        sitters: &[Sitter<'_>],
        nets: &[MeshNet],
    ) -> Result<(), PipelineError> {
        let frame = |(n, pair): (usize, &Pair<YuvFrame>)| -> Result<Vec<Glance>, PipelineError> {
            let pair = &pair.to_rgb();
            sitters.iter().map(|sitter| sitter.look(pair, &nets[n % nets.len()])).collect()
        };
        let looks: Vec<Vec<Glance>> =
            batch.par_iter().enumerate().map(frame).collect::<Result<Vec<_>, _>>()?;
        for (pair, looks) in batch.iter().zip(looks) {
            if self.last.is_some_and(|last| last + 1 != pair.out) {
                self.judges.iter_mut().for_each(|judge| judge.add(None));
            }
            self.last = Some(pair.out);
            let faces = self.judges.iter_mut().zip(&mut self.lips).zip(looks);
            for ((judge, lips), (look, seen)) in faces {
                judge.add(look);
                lips.frames.extend(seen);
            }
        }
        Ok(())
    }
}
