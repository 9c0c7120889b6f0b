//! The second part of stage 5: the mouth bank of every face, for `--mode precision`. Paid once for all languages.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use redub_media::{Rect, VideoInfo};
use redub_vision::mouth::bank::{BankBuilder, BankLimits, Crop, MouthBank, read_crops};
use serde::{Deserialize, Serialize};

use super::draw::Source;
use super::faces::{self, Seen};
use super::intake::Intake;
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};

/// Everything but the pixels, as written by postcard.
const BANK: &str = "bank.bin";
/// The crops, one after another, R G B.
const CROPS: &str = "crops.rgb";

/// What was taken in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Bank {
    /// Frames of all faces.
    pub frames: usize,
    /// People told apart.
    pub people: usize,
}

/// Makes the bank, or finds it.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: &Artifact<Seen>,
) -> Result<Artifact<Bank>, PipelineError> {
    let key = KeyBuilder::new("bank", 1).input(&intake.key).input(&seen.key).finish();
    let made = cx.store.get_or_make("bank", key, |dir| match &intake.value.info.video {
        Some(video) => fill(cx, intake, seen, video, dir),
        None => Ok(Bank { frames: 0, people: 0 }),
    })?;
    cx.record("faces", made.seconds, made.cached);
    Ok(made)
}

fn fill(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: &Artifact<Seen>,
    video: &VideoInfo,
    dir: &Path,
) -> Result<Bank, PipelineError> {
    let faces = faces::read(seen)?;
    let path = dir.join(CROPS);
    let fail = |e| PipelineError::store(&path, e);
    let sink = BufWriter::new(File::create(&path).map_err(fail)?);
    let mut builder = BankBuilder::new(&faces, &BankLimits::default(), sink);
    if let Some(last) = builder.last() {
        let mut source = Source::open(&cx.job.input, video, intake.value.span)?;
        for index in 0..=last {
            cx.cancel.check()?;
            cx.check_looking()?;
            let wanted = builder.wanted(index);
            if wanted.is_empty() {
                continue;
            }
            let Some(frame) = source.frame(index)? else { break };
            for want in wanted {
                let roi = want.roi;
                let rect = Rect { x: roi.left, y: roi.top, width: roi.width, height: roi.height };
                builder.push(index, &want, &frame.region_rgb(rect).rgb).map_err(fail)?;
            }
        }
    }
    let bank = builder.finish().map_err(fail)?;
    faces::write(&dir.join(BANK), &bank)?;
    Ok(Bank { frames: bank.frames.len(), people: bank.people.len() })
}

/// The bank of an artifact, without its pixels.
pub(crate) fn read(bank: &Artifact<Bank>) -> Result<MouthBank, PipelineError> {
    let path = bank.dir.join(BANK);
    if !path.is_file() {
        return Ok(MouthBank::default());
    }
    let bytes = std::fs::read(&path).map_err(|e| PipelineError::store(&path, e))?;
    postcard::from_bytes(&bytes).map_err(|e| PipelineError::Artifact(format!("{}: {e}", path.display())))
}

/// The pixels of some of its frames.
pub(crate) fn crops(
    artifact: &Artifact<Bank>,
    bank: &MouthBank,
    wanted: &BTreeSet<u32>,
) -> Result<HashMap<u32, Crop>, PipelineError> {
    let path = artifact.dir.join(CROPS);
    let fail = |e| PipelineError::store(&path, e);
    let mut file = BufReader::new(File::open(&path).map_err(fail)?);
    read_crops(bank, wanted, &mut file).map_err(fail)
}
