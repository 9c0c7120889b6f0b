//! Why the frames of a finished dub look as they do: contact sheets, the lips over the phonemes, and which of the
//! person's own frames each mouth was made of. Everything comes out of the artifact store and the source video.

mod chart;
mod page;
mod sheet;

use std::path::{Path, PathBuf};

use redub_vision::mouth::bank::MouthBank;
use redub_vision::tracks::Faces;

use crate::error::PipelineError;
use crate::record::{self, Record};
use crate::stages::bank::{self, Bank};
use crate::stages::faces::{self, Seen};
use crate::stages::intake::Intake;
use crate::stages::judge::{self, Judged, SeenLips};
use crate::stages::mouth::{self, Mouth, TrackTargets};
use crate::stages::render::Rendered;
use crate::stages::report::replace;
use crate::stages::steer::Steering;
use crate::store::{Artifact, Store};

/// What is to be shown.
#[derive(Debug, Clone, Default)]
pub struct InspectOptions {
    /// Frames of the contact sheet, spread evenly over those that were drawn.
    pub frames: usize,
    /// Times (seconds, output) shown instead.
    pub at: Vec<f64>,
    /// Only this language's output.
    pub language: Option<String>,
    /// Folder for the results instead of that of the dub.
    pub output: Option<PathBuf>,
}

/// What was written for one output.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Language of the output.
    pub language: String,
    /// The page.
    pub page: PathBuf,
    /// The contact sheet that it shows.
    pub sheet: PathBuf,
}

/// Everything known of one output.
struct Case {
    record: Record,
    intake: Artifact<Intake>,
    faces: Faces,
    mouth: Artifact<Mouth>,
    targets: Vec<TrackTargets>,
    bank: Option<(Artifact<Bank>, MouthBank)>,
    lips: Vec<SeenLips>,
    judged: Option<Judged>,
    steering: Steering,
}

/// Shows the outputs in `target`, a results folder or a video that was dubbed.
///
/// # Errors
/// A target that the store knows no run of, a run without moved mouths, a source or an artifact that is gone.
pub fn inspect(
    store: &Store,
    target: &Path,
    options: &InspectOptions,
) -> Result<Vec<Inspection>, PipelineError> {
    if !target.exists() {
        let what = format!("there is no file or folder {}", target.display());
        return Err(PipelineError::NothingToInspect(what));
    }
    let mut records = record::find(store, target);
    if let Some(language) = &options.language {
        records.retain(|r| r.language == *language);
    }
    if records.is_empty() {
        return Err(PipelineError::NothingToInspect(format!(
            "no finished run of {} is known in {}: name the results folder or the video of a `redub translate` or \
             `redub lipsync` run made with this cache folder",
            target.display(),
            store.root().display()
        )));
    }
    records.into_iter().map(|record| show(store, record, options)).collect()
}

fn show(store: &Store, record: Record, options: &InspectOptions) -> Result<Inspection, PipelineError> {
    let case = Case::open(store, record)?;
    let sheet = sheet::draw(&case, options)?;
    let folder = options.output.as_ref().unwrap_or(&case.record.folder).clone();
    std::fs::create_dir_all(&folder).map_err(|e| PipelineError::store(&folder, e))?;
    let stem = Path::new(&case.record.file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (picture, text) =
        (folder.join(format!("{stem}.inspect.png")), folder.join(format!("{stem}.inspect.html")));
    replace(&picture, &sheet.png)?;
    replace(&text, page::page(&case, &sheet, &format!("{stem}.inspect.png")).as_bytes())?;
    Ok(Inspection { language: case.record.language, page: text, sheet: picture })
}

impl Case {
    fn open(store: &Store, record: Record) -> Result<Self, PipelineError> {
        let nothing = |what: String| PipelineError::NothingToInspect(what);
        let gone = |stage: &str| {
            nothing(format!(
                "the stored {stage} of {} is gone: run the same command again, then inspect",
                record.file
            ))
        };
        if !record.input.is_file() {
            let path = record.input.display();
            return Err(nothing(format!("the source video is not at {path} any more: put it back")));
        }
        let Some(mouth_key) = record.key("mouth") else {
            return Err(nothing(format!(
                "no mouth was looked at for {}: the picture was not touched",
                record.file
            )));
        };
        let mouth = store.get::<Mouth>("mouth", &mouth_key).ok_or_else(|| gone("mouth"))?;
        if mouth.value.frames_rerendered == 0 {
            let reasons: Vec<String> =
                mouth.value.frames_kept.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
            return Err(nothing(format!(
                "no mouth was moved in {}: its frames were kept ({})",
                record.file,
                reasons.join(", ")
            )));
        }
        let intake = record.key("intake").and_then(|k| store.get::<Intake>("intake", &k));
        let intake = intake.ok_or_else(|| gone("intake"))?;
        let seen = record.key("faces").and_then(|k| store.get::<Seen>("faces", &k));
        let faces = faces::read(&seen.ok_or_else(|| gone("faces"))?)?;
        let targets = mouth::read(&mouth)?;
        let bank = match record.key("bank") {
            Some(key) => {
                let artifact = store.get::<Bank>("bank", &key).ok_or_else(|| gone("mouth bank"))?;
                let bank = bank::read(&artifact)?;
                Some((artifact, bank))
            }
            None => None,
        };
        let judged = record.key("report").and_then(|k| store.get::<Judged>("report", &k));
        let lips = judged.as_ref().map(judge::read_lips).transpose()?.unwrap_or_default();
        let rendered = record.key("render").and_then(|k| store.get::<Rendered>("render", &k));
        let steering = rendered.map(|r| Steering::read(&r.dir)).transpose()?.unwrap_or_default();
        let judged = judged.map(|j| j.value);
        Ok(Self { record, intake, faces, mouth, targets, bank, lips, judged, steering })
    }
}
