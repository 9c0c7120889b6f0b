//! What the finished picture looks like: its mouths are tracked anew in the finished file and set beside the source's
//! frames. Part of stage 13.

use std::collections::HashMap;

use rayon::prelude::*;
use redub_core::{Frame, Language};
use redub_media::VideoInfo;
use redub_media::frames::FrameReader;
use redub_models::threads;
use redub_vision::landmarks::{Mesh, MeshNet, Roi};
use redub_vision::mouth::figures::{Judge, JudgedFrame, Look, MouthFigures};
use redub_vision::mouth::{self as lips, MouthTarget, PersonModel, SpeedRenderer};
use redub_vision::tracks::{FaceTrack, Faces, Observation};

use super::Dub;
use super::draw::Source;
use super::faces::{self, Seen};
use super::intake::Intake;
use super::mouth::{self, FrameTarget, Mouth, TrackTargets};
use super::render::Rendered;
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

/// Looks at the finished file; `None` when no mouth was drawn.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: Option<&Artifact<Seen>>,
    mouth: Option<&Artifact<Mouth>>,
    dub: &Dub,
    rendered: &Artifact<Rendered>,
    to: &Language,
) -> Result<Option<Artifact<MouthFigures>>, PipelineError> {
    let (Some(seen), Some(mouth), Some(video)) = (seen, mouth, &intake.value.info.video) else {
        return Ok(None);
    };
    if mouth.value.frames_rerendered == 0 {
        return Ok(None);
    }
    let key = KeyBuilder::new("judge", 1)
        .input(&rendered.key)
        .model("face-landmarks", &cx.engines.digest("face-landmarks"))
        .finish();
    let summary = |f: &MouthFigures| {
        let closures = f.closure.map_or(String::new(), |c| {
            format!("lips shut on {:.0} of {} p b m", c * f.closures as f32, f.closures)
        });
        let follow = f.aperture_correlation.map_or(String::new(), |r| format!(", opening follows at {r:.2}"));
        format!("{closures}{follow}")
    };
    let made = cx.stage("report", Some(to), key, summary, |_, progress| {
        let faces = faces::read(seen)?;
        let targets = mouth::read(mouth)?;
        let shown = dub.retime.frames(&intake.value.frame_times, intake.value.constant_fps());
        let gallery = Gallery { cx, intake, video, rendered, faces: &faces, targets: &targets, shown };
        gallery.judge(progress)
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
struct Pair {
    out: usize,
    source: usize,
    original: Frame,
    result: Frame,
}

impl Gallery<'_> {
    fn judge(&self, progress: &mut Progress<'_>) -> Result<MouthFigures, PipelineError> {
        let file = self.rendered.dir.join(&self.rendered.value.file);
        let info = redub_media::probe(&file)?;
        let Some(made) = &info.video else { return Ok(MouthFigures::default()) };
        let mut originals = Source::open(&self.cx.job.input, self.video, self.intake.value.span)?;
        let mut results = FrameReader::open(&file, made, None, Some((self.video.width, self.video.height)))?;
        let nets = (0..threads::budget())
            .map(|_| MeshNet::load(self.cx.engines.models(), 1))
            .collect::<Result<Vec<_>, _>>()?;
        let sitters = self.sitters();
        let wanted = self.wanted();
        let mut panel = Panel { judges: sitters.iter().map(|_| Judge::default()).collect(), last: None };
        let mut result = results.blank();
        let mut batch: Vec<Pair> = Vec::with_capacity(BATCH);
        for (out, (_, source)) in self.shown.iter().enumerate() {
            let there = results.read(&mut result)?;
            if there && wanted[out] {
                let Some(original) = originals.frame(*source)? else { break };
                let (original, result) = (original.to_rgb(), result.to_rgb());
                batch.push(Pair { out, source: *source, original, result });
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
        Ok(all.finish())
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
    fn look(&self, pair: &Pair, net: &MeshNet) -> Result<Option<Look>, PipelineError> {
        let seen = self.targets.get(&pair.out).zip(self.face.at(pair.source));
        let Some((target, observation)) = seen else { return Ok(None) };
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
            result: &pair.result,
            observation,
            retracked: retracked.as_ref(),
            target: &planned,
            weight: target.weight,
            // The seam was measured when it was drawn.
            mask: Some((region, &[])),
        };
        Ok(frame.look())
    }
}

/// The mesh of a face in the finished frame: the network looks where the source's face was.
fn retrack(net: &MeshNet, frame: &Frame, seen: &Observation) -> Result<Option<Mesh>, PipelineError> {
    let Some(roi) = Roi::from_mesh(&seen.mesh) else { return Ok(None) };
    let (mesh, confidence) = net.run(frame, &roi)?;
    Ok((confidence >= LEAST_CONFIDENCE).then_some(mesh))
}

/// A judge for each face.
struct Panel {
    judges: Vec<Judge>,
    /// The frame looked at last.
    last: Option<usize>,
}

impl Panel {
    /// Looks at a batch with all networks side by side; the judges get the frames in order.
    fn look(
        &mut self,
        batch: &[Pair],
        sitters: &[Sitter<'_>],
        nets: &[MeshNet],
    ) -> Result<(), PipelineError> {
        let frame = |(n, pair): (usize, &Pair)| -> Result<Vec<Option<Look>>, PipelineError> {
            sitters.iter().map(|sitter| sitter.look(pair, &nets[n % nets.len()])).collect()
        };
        let looks: Vec<Vec<Option<Look>>> =
            batch.par_iter().enumerate().map(frame).collect::<Result<Vec<_>, _>>()?;
        for (pair, looks) in batch.iter().zip(looks) {
            if self.last.is_some_and(|last| last + 1 != pair.out) {
                self.judges.iter_mut().for_each(|judge| judge.add(None));
            }
            self.last = Some(pair.out);
            self.judges.iter_mut().zip(looks).for_each(|(judge, look)| judge.add(look));
        }
        Ok(())
    }
}
