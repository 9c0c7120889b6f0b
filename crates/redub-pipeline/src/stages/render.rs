//! Stage 12: the finished file: mouths drawn, picture encoded, sound, captions and provenance put in.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use redub_core::Language;
use redub_core::captions::{Cue, ReflowRules, hold, reflow, to_srt, to_vtt};
use redub_media::captions::Burn;
use redub_media::encode::{EncodeSettings, Timing, VideoWriter};
use redub_media::mark::Mark;
use redub_media::mux::{self, AudioPart, CaptionPart, MuxPlan, VideoPart};
use redub_media::{Container, VideoInfo, audio};
use serde::{Deserialize, Serialize};

use super::Dub;
use super::bank::Bank;
use super::bed;
use super::draw::{Artist, Source, artists};
use super::faces::{self, Seen};
use super::intake::{self, Intake};
use super::mouth::{self, Mouth};
use super::neural;
use super::report::readable;
use super::shown;
use super::steer::{Shown, Steer, Steering};
use super::twin::alone;
use crate::context::{Context, Progress};
use crate::error::PipelineError;
use crate::job::Mode;
use crate::store::{Artifact, KeyBuilder};

/// The captions in the artifact's folder, burned in or not.
pub(crate) const BURNED: &str = "captions.srt";
/// The encoded picture alone, until it is put together with the sound.
const ENCODED: &str = "picture.part";
/// Frames drawn side by side.
const BATCH: usize = 16;
/// The visible mark.
const MARK: &str = "AI dub · redub";

/// The finished file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Rendered {
    /// Its name in the artifact's folder.
    pub file: String,
    /// Its name in the results' folder.
    pub output_name: String,
    /// Its length in seconds.
    pub seconds: f64,
    /// What the user should know.
    pub notes: Vec<String>,
    /// Energy on the borders of all that was drawn: of the source, of the result.
    pub seam: (f64, f64),
    /// How the picture was encoded; none where it was copied.
    #[serde(default)]
    pub settings: Option<EncodeSettings>,
}

/// Runs the stage and puts the results into the job's folder.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: Option<&Artifact<Seen>>,
    mouth: Option<&Artifact<Mouth>>,
    dub: &Dub,
    to: &Language,
) -> Result<Artifact<Rendered>, PipelineError> {
    let job = cx.job;
    let mut key = KeyBuilder::new("render", 10)
        .input(&intake.key)
        .model("face-landmarks", &cx.engines.digest("face-landmarks"))
        .input(&dub.key)
        .param("language", to)
        .param("name", &job.name)
        .param("format", &(job.keep_same_format, job.captions, job.burn_captions, job.extra_audio_track))
        .param("audio_only", &job.audio_only)
        .param("mode", &job.mode)
        .param("watermark", &job.watermark)
        .param("fps_mode", &job.audio.as_ref().and(job.fps_mode));
    if let Some(mouth) = mouth {
        key = key.input(&mouth.key);
    }
    let summary = |rendered: &Rendered| rendered.output_name.clone();
    let made = cx.stage("render", Some(to), key.finish(), summary, |dir, progress| {
        let work = Work { cx, intake, seen, mouth, dub, to, dir };
        work.run(progress)
    })?;
    publish(cx, intake, &made, dub, to)?;
    Ok(made)
}

/// Quality of the picture in final delivery, on x264's scale: a step finer than a draft's, so that what is not touched stays
/// above 45 dB of the source encoded alike (docs/adr/034), and finer in small pictures, where everything is fine detail and bytes
/// are few.
fn final_crf(video: &VideoInfo) -> u32 {
    match video.width * video.height {
        700_000.. => 17,
        300_000.. => 15,
        _ => 13,
    }
}

/// Everything a render needs.
struct Work<'a> {
    cx: &'a Context<'a>,
    intake: &'a Artifact<Intake>,
    seen: Option<&'a Artifact<Seen>>,
    mouth: Option<&'a Artifact<Mouth>>,
    dub: &'a Dub,
    to: &'a Language,
    dir: &'a Path,
}

impl Work<'_> {
    fn run(&self, progress: &mut Progress<'_>) -> Result<Rendered, PipelineError> {
        let captions = self.dir.join(BURNED);
        fs::write(&captions, to_srt(&cues(self.dub, self.to)))
            .map_err(|e| PipelineError::store(&captions, e))?;
        let mut notes = Vec::new();
        let Picture { video, container, seam, settings } = self.picture(&captions, &mut notes, progress)?;
        let file = format!("video.{}", container.extension());
        let original = self.original(&mut notes)?;
        let plan = self.plan(video, container, &captions, original.clone());
        notes.extend(mux::mux(&plan, &self.dir.join(&file))?);
        let info = redub_media::probe(&self.dir.join(&file))?;
        for part in original.into_iter().chain([self.dir.join(ENCODED)]) {
            let _ = fs::remove_file(part);
        }
        let output_name = format!("{}.{}.{}", self.cx.job.name, self.to, container.extension());
        let seconds = info.video.map_or(info.duration_s, |v| v.duration_s);
        Ok(Rendered { file, output_name, seconds, notes, seam, settings })
    }

    /// The picture: the source's own where nothing changes in it, else drawn and encoded.
    fn picture(
        &self,
        captions: &Path,
        notes: &mut Vec<String>,
        progress: &mut Progress<'_>,
    ) -> Result<Picture, PipelineError> {
        let untouched = |video, container| Picture { video, container, seam: (0.0, 0.0), settings: None };
        let job = self.cx.job;
        let media = &self.intake.value.info;
        let Some(video) = &media.video else {
            return Ok(untouched(VideoPart::None, sound_container(job.keep_same_format, media)));
        };
        let mut settings = match job.keep_same_format {
            true => EncodeSettings::same_format(media, video),
            false => EncodeSettings::standard(video),
        };
        if job.mode == Mode::Precision {
            settings.crf = final_crf(video);
        }
        let unchanged = self.mouth.is_none_or(|m| m.value.frames_rerendered == 0)
            && self.dub.retime.is_identity()
            && !job.burn_captions
            && !job.watermark
            && shown::frame_times_stay(job, &self.intake.value)
            && self.intake.value.span.is_none();
        if unchanged {
            let source = Container::of(media).filter(|c| c.has_pictures());
            if let Some(container) = copy_container(source, &video.codec, job.keep_same_format) {
                let video = VideoPart::CopyFrom { path: job.input.clone(), info: video.clone() };
                return Ok(untouched(video, container));
            }
        }
        if job.burn_captions {
            settings.burn = Some(Burn { srt: captions.to_owned() });
        }
        if job.watermark {
            let mark = self.dir.join("mark.ass");
            settings.mark = Some(Mark::create(&mark, MARK, video.width, video.height)?);
        }
        notes.extend(settings.notes.clone());
        let encoded = self.dir.join(ENCODED);
        let container = settings.container;
        let settings = alone(&settings);
        let seam = self.draw(video, &settings, &encoded, progress)?;
        Ok(Picture { video: VideoPart::File(encoded), container, seam, settings: Some(settings) })
    }

    /// Decodes, draws the mouths and encodes, frame by frame in the output's order; gives [`Rendered::seam`].
    fn draw(
        &self,
        video: &VideoInfo,
        settings: &EncodeSettings,
        path: &Path,
        progress: &mut Progress<'_>,
    ) -> Result<(f64, f64), PipelineError> {
        let (input, span) = (&self.cx.job.input, self.intake.value.span);
        let faces = self.seen.map(faces::read).transpose()?;
        let targets = self.mouth.map(mouth::read).transpose()?.unwrap_or_default();
        let bank = self.mouth.and_then(|m| m.value.bank.as_ref());
        let bank = bank.and_then(|key| self.cx.store.get::<Bank>("bank", key));
        let generated = self.mouth.is_some_and(|m| m.value.renderer == neural::NAME);
        let artists = match &faces {
            Some(_) if generated => neural::artists(self.cx, self.dub, targets)?,
            Some(faces) => artists(faces, targets, bank.as_ref(), input, video, span)?,
            None => Vec::new(),
        };
        let shown = shown::shown(self.cx.job, &self.intake.value, self.dub, &self.intake.value.frame_times);
        let out_times: Vec<f64> = shown.iter().map(|(t, _)| *t).collect();
        let mut writer = VideoWriter::create(path, settings, Timing::of(&out_times, video))?;
        let mut source = Source::open(input, video, span)?;
        let mut seam = (0.0, 0.0);
        let steered = artists.iter().any(Artist::is_steered);
        let steer = steered.then(|| Steer::load(self.cx.engines.models())).transpose()?;
        let mut steering = Steering::default();
        for (n, batch) in shown.chunks(BATCH).enumerate() {
            let mut frames = Vec::with_capacity(batch.len());
            for (i, (_, index)) in batch.iter().enumerate() {
                let Some(frame) = source.frame(*index)? else { break };
                frames.push((n * BATCH + i, *index, frame));
            }
            if let Some(faces) = &faces {
                let more = steer.as_ref().map(|s| s.corrections(&artists, faces, &frames)).transpose()?;
                if let Some(more) = &more {
                    steering.note(&artists, &frames, more);
                }
                let drawn = |(i, (out, index, frame)): (usize, &mut Shown)| {
                    let painted = artists.iter().enumerate().filter_map(|(n, artist)| {
                        let more = more.as_ref().map_or(0.0, |m| m[n][i]);
                        artist.draw(faces, *out, *index, frame, more)
                    });
                    painted.fold((0.0, 0.0), |sum, p| add(sum, p.seam))
                };
                // Collected before they are added: the sum of floats must not depend on which thread is first.
                let seams: Vec<(f64, f64)> = frames.par_iter_mut().enumerate().map(drawn).collect();
                seam = seams.into_iter().fold(seam, add);
                if let Some(why) = artists.iter().find_map(Artist::failure) {
                    return Err(why);
                }
            }
            for (_, _, frame) in &frames {
                writer.write(frame)?;
            }
            progress(((n + 1) * BATCH) as f32 / shown.len().max(1) as f32)?;
        }
        writer.finish()?;
        steering.write(self.dir)?;
        Ok(seam)
    }

    /// The original sound moved with the picture, where it is kept and the picture is retimed.
    fn original(&self, notes: &mut Vec<String>) -> Result<Option<PathBuf>, PipelineError> {
        let wanted = self.cx.job.extra_audio_track && self.intake.value.has_sound;
        if !wanted || self.dub.retime.is_identity() {
            return Ok(None);
        }
        let sound = audio::read_wav(&self.intake.dir.join(intake::SOUND))?;
        let path = self.dir.join("original.wav");
        audio::write_wav(&path, &bed::retimed(&sound, &self.dub.retime)?)?;
        notes.push("the original sound was slowed with the picture and encoded again, in stereo".into());
        Ok(Some(path))
    }

    fn plan(
        &self,
        video: VideoPart,
        container: Container,
        captions: &Path,
        original: Option<PathBuf>,
    ) -> MuxPlan {
        let job = self.cx.job;
        let media = &self.intake.value.info;
        let name = self.to.name();
        let part = AudioPart {
            path: self.dub.sound.clone(),
            language: Some(self.to.to_string()),
            title: Some(name.clone()),
            default: true,
        };
        let kept = media.main_audio().filter(|_| original.is_none() && job.extra_audio_track);
        let kept = kept.map(|info| mux::KeptAudio {
            path: job.input.clone(),
            info: info.clone(),
            span: self.intake.value.span,
            language: None,
            title: Some("Original".into()),
        });
        let retimed = original.map(|path| AudioPart {
            path,
            language: media.main_audio().and_then(|a| a.language.clone()),
            title: Some("Original".into()),
            default: false,
        });
        let retime = &self.dub.retime;
        let clock = match retime.is_identity() {
            true => Vec::new(),
            false => retime
                .pieces()
                .iter()
                .flat_map(|p| [(p.source.start, p.output.start), (p.source.end, p.output.end)])
                .collect(),
        };
        let caption = CaptionPart {
            srt: captions.to_owned(),
            language: Some(self.to.to_string()),
            title: Some(name),
            default: false,
        };
        let drawn = self.mouth.is_some_and(|m| m.value.frames_rerendered > 0);
        MuxPlan {
            video,
            audio: retimed.into_iter().chain([part]).collect(),
            keep_original_audio: kept,
            captions: if job.captions { vec![caption] } else { Vec::new() },
            metadata_from: Some(mux::MetadataFrom {
                path: job.input.clone(),
                span: self.intake.value.span,
                clock,
            }),
            provenance: provenance(self.speech(), drawn, self.to),
            container,
            audio_codec: media.main_audio().filter(|_| job.keep_same_format).map(|a| a.codec.clone()),
        }
    }

    /// Where the speech comes from, for the provenance.
    fn speech(&self) -> &'static str {
        match (&self.cx.job.audio, self.dub.lines.iter().any(|line| line.own_voice)) {
            (Some(_), _) => "given by the user",
            (None, true) => "synthetic, in voices fitted to the speakers",
            (None, false) => "synthetic",
        }
    }
}

/// The picture of the finished file.
struct Picture {
    video: VideoPart,
    container: Container,
    seam: (f64, f64),
    settings: Option<EncodeSettings>,
}

fn add(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 + b.0, a.1 + b.1)
}

/// How the file was made, for those who find it without its report.
fn provenance(speech: &str, drawn: bool, to: &Language) -> Vec<(String, String)> {
    let mouths = if drawn { "re-rendered" } else { "as in the source" };
    let line = format!(
        "dubbed into {} by redub {}: speech {speech}, mouths {mouths}",
        to.name(),
        env!("CARGO_PKG_VERSION")
    );
    vec![("redub".into(), line)]
}

/// Container for a result without a picture.
fn sound_container(keep: bool, media: &redub_media::MediaInfo) -> Container {
    let source = Container::of(media).filter(|_| keep);
    source.filter(|c| !c.has_pictures()).unwrap_or(Container::M4a)
}

/// Where an untouched stream can go as it is: its own container when that is asked for, else MP4 where players
/// expect the codec in it.
fn copy_container(source: Option<Container>, codec: &str, keep: bool) -> Option<Container> {
    let plays = matches!(codec, "h264" | "hevc" | "av1" | "vp9" | "mpeg4");
    match (keep, plays) {
        (true, _) => source,
        (false, true) => Some(Container::Mp4),
        (false, false) => source.filter(|c| matches!(c, Container::Webm | Container::Mkv)),
    }
}

/// Captions of the finished video.
fn cues(dub: &Dub, to: &Language) -> Vec<Cue> {
    let rules = ReflowRules::default();
    let mut cues: Vec<Cue> =
        dub.lines.iter().flat_map(|l| reflow(&l.text, l.span, to.is_unspaced(), &rules)).collect();
    hold(&mut cues, &rules);
    // Held past the end, a caption would make the file longer than its picture.
    let end = dub.retime.output_seconds();
    cues.iter_mut().for_each(|cue| cue.span.end = cue.span.end.min(end.max(cue.span.start)));
    cues
}

/// Puts the results into the job's folder, each under its final name only when whole.
fn publish(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    made: &Artifact<Rendered>,
    dub: &Dub,
    to: &Language,
) -> Result<(), PipelineError> {
    let folder = &cx.job.output;
    fs::create_dir_all(folder).map_err(|e| PipelineError::store(folder, e))?;
    let base = format!("{}.{to}", cx.job.name);
    copy(&made.dir.join(&made.value.file), &folder.join(&made.value.output_name))?;
    let cues = cues(dub, to);
    if cx.job.captions || cx.job.caption_files {
        super::report::replace(&folder.join(format!("{base}.srt")), to_srt(&cues).as_bytes())?;
        super::report::replace(&folder.join(format!("{base}.vtt")), to_vtt(&cues).as_bytes())?;
    }
    let clock = intake.value.clock();
    let lines: Vec<Cue> =
        dub.lines.iter().map(|l| Cue { span: clock.on_source(l.source), text: l.text.clone() }).collect();
    super::report::replace(&folder.join(format!("{base}.lines.srt")), to_srt(&lines).as_bytes())
}

fn copy(from: &Path, to: &PathBuf) -> Result<(), PipelineError> {
    let fail = |e: std::io::Error| PipelineError::store(to, e);
    let folder = to.parent().unwrap_or(Path::new("."));
    let mut draft = tempfile::Builder::new().prefix(".redub-").tempfile_in(folder).map_err(fail)?;
    let mut source = fs::File::open(from).map_err(|e| PipelineError::store(from, e))?;
    std::io::copy(&mut source, &mut draft).map_err(fail)?;
    let file = draft.persist(to).map_err(|e| PipelineError::store(to, e.error))?;
    readable(&file);
    Ok(())
}
