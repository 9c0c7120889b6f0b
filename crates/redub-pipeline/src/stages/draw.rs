//! Drawing the mouths into decoded frames.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use redub_core::Span;
use redub_media::frames::FrameReader;
use redub_media::{Rect, VideoInfo, YuvFrame};
use redub_vision::mouth::avatar::{Avatar, AvatarRenderer, AvatarSettings, Mixture};
use redub_vision::mouth::figures::border_energy;
use redub_vision::mouth::{
    ExemplarPixels, PersonModel, RegionPixels, RenderMouth, Roi, SpeedRenderer, choose_exemplars,
};
use redub_vision::tracks::{Faces, Observation};

use super::bank::{self, Bank};
use super::mouth::{FrameTarget, TrackTargets};
use crate::error::PipelineError;
use crate::store::Artifact;

/// Source frames in order, each kept until the next is asked for: the output may show one twice.
pub(crate) struct Source {
    reader: FrameReader,
    current: YuvFrame,
    read: usize,
}

impl Source {
    pub fn open(path: &Path, video: &VideoInfo, span: Option<Span>) -> Result<Self, PipelineError> {
        let reader = FrameReader::open(path, video, span, None)?;
        let current = reader.blank();
        Ok(Self { reader, current, read: 0 })
    }

    /// The frame with this index; `None` when the source ends before it. Indices must not fall.
    pub fn frame(&mut self, index: usize) -> Result<Option<YuvFrame>, PipelineError> {
        while self.read <= index {
            if !self.reader.read(&mut self.current)? {
                return Ok(None);
            }
            self.read += 1;
        }
        Ok(Some(self.current.clone()))
    }
}

/// Draws one face.
pub(crate) struct Artist {
    track: usize,
    renderer: Box<dyn RenderMouth>,
    targets: HashMap<usize, FrameTarget>,
    steered: bool,
}

/// What was done to a frame.
pub(crate) struct Painted {
    /// Where.
    pub rect: Rect,
    /// One byte per pixel of it, as in [`redub_vision::mouth::Rendered::mask`].
    pub mask: Vec<u8>,
    /// Energy on the border of the mask, before and after ([`border_energy`]).
    pub seam: (f64, f64),
}

impl Artist {
    /// One that draws what `target` says by `renderer`.
    pub fn new(target: TrackTargets, renderer: Box<dyn RenderMouth>) -> Self {
        let targets = target.frames.into_iter().map(|f| (f.frame, f)).collect();
        let steered = renderer.name() == "avatar";
        Self { track: target.track, renderer, targets, steered }
    }

    /// What stopped its renderer, if anything did.
    pub fn failure(&self) -> Option<PipelineError> {
        self.renderer.failure().map(PipelineError::from)
    }

    /// The face it draws.
    pub fn track(&self) -> usize {
        self.track
    }

    /// Whether what it draws is looked at and corrected: mouths put together from others.
    pub fn is_steered(&self) -> bool {
        self.steered
    }

    /// What it is to draw in a frame of the output, and what was seen there in the source.
    pub fn wanted<'a>(
        &'a self,
        faces: &'a Faces,
        out: usize,
        source: usize,
    ) -> Option<(&'a FrameTarget, &'a Observation)> {
        Some((self.targets.get(&out)?, faces.tracks.get(self.track)?.at(source)?))
    }

    /// Draws the face into the frame of the output, where it is to be drawn there; `more` is added to the opening planned,
    /// inter-ocular distances.
    pub fn draw(
        &self,
        faces: &Faces,
        out: usize,
        source: usize,
        frame: &mut YuvFrame,
        more: f32,
    ) -> Option<Painted> {
        let (target, observation) = self.wanted(faces, out, source)?;
        let mut lips = Cow::Borrowed(&target.lips);
        if more != 0.0 {
            let centimetres = observation.mesh.inter_ocular() / observation.pose.scale.max(1e-3);
            let gap = (target.lips.gap() + more * centimetres).max(0.0);
            lips.to_mut().set_gap(gap);
        }
        let roi = self.renderer.roi(observation, frame.width, frame.height);
        if roi.is_empty() {
            return None;
        }
        let rect = Rect { x: roi.left, y: roi.top, width: roi.width, height: roi.height };
        let mut region = frame.region_rgb(rect);
        let before = region.clone();
        let mut pixels = RegionPixels { roi, rgb: &mut region.rgb };
        let rendered = self.renderer.render(out, &mut pixels, observation, &lips, target.weight);
        if rendered.changed == 0 {
            return None;
        }
        // The mask tells what was done to a pixel; each pixel of it is finished and goes in whole.
        let whole: Vec<u8> = rendered.mask.iter().map(|m| if *m > 0 { 255 } else { 0 }).collect();
        frame.put_rgb(rect, &region, Some(&whole));
        let all = Roi { left: 0, top: 0, width: region.width, height: region.height };
        let seam = (border_energy(&before, all, &rendered.mask), border_energy(&region, all, &rendered.mask));
        Some(Painted { rect, mask: rendered.mask, seam })
    }
}

/// The renderers of all faces that speak: from the mouth bank where the targets say so, by warping else.
pub(crate) fn artists(
    faces: &Faces,
    targets: Vec<TrackTargets>,
    bank: Option<&Artifact<Bank>>,
    input: &Path,
    video: &VideoInfo,
    span: Option<Span>,
) -> Result<Vec<Artist>, PipelineError> {
    let (mixed, warped): (Vec<TrackTargets>, Vec<TrackTargets>) =
        targets.into_iter().partition(|t| t.frames.iter().any(|f| f.mixture.is_some()));
    let mut artists = match bank {
        Some(bank) => avatars(faces, mixed, bank)?,
        None => Vec::new(),
    };
    artists.extend(warps(faces, warped, input, video, span)?);
    Ok(artists)
}

/// Faces drawn from the bank.
fn avatars(
    faces: &Faces,
    targets: Vec<TrackTargets>,
    artifact: &Artifact<Bank>,
) -> Result<Vec<Artist>, PipelineError> {
    let bank = bank::read(artifact)?;
    let mut known: HashMap<Vec<usize>, Arc<Avatar>> = HashMap::new();
    let mut artists = Vec::with_capacity(targets.len());
    for target in targets {
        let tracks = bank.person_of(target.track);
        let avatar = match known.get(&tracks) {
            Some(avatar) => Arc::clone(avatar),
            None => {
                let learnt = Avatar::learn(&bank, faces, &tracks, AvatarSettings::default());
                // The plan was made with this very avatar, so it can be learnt.
                let avatar = Arc::new(learnt.map_err(|e| PipelineError::Artifact(e.to_string()))?);
                known.insert(tracks, Arc::clone(&avatar));
                avatar
            }
        };
        let mixtures: HashMap<usize, Mixture> =
            target.frames.iter().filter_map(|f| Some((f.frame, f.mixture.clone()?))).collect();
        let crops = bank::crops(artifact, &bank, &avatar.needed(mixtures.values()))?;
        artists.push(Artist::new(target, Box::new(AvatarRenderer::new(avatar, mixtures, crops))));
    }
    Ok(artists)
}

/// Faces drawn by warping, with the pixels of their open mouths.
fn warps(
    faces: &Faces,
    targets: Vec<TrackTargets>,
    input: &Path,
    video: &VideoInfo,
    span: Option<Span>,
) -> Result<Vec<Artist>, PipelineError> {
    let mut wanted: Vec<(usize, usize, PersonModel)> = Vec::new();
    let mut frames: Vec<(usize, usize)> = Vec::new();
    for (n, target) in targets.iter().enumerate() {
        let Some(face) = faces.tracks.get(target.track) else { continue };
        let Some(person) = PersonModel::fit(&face.observations) else { continue };
        frames.extend(choose_exemplars(&face.observations).into_iter().map(|f| (f, wanted.len())));
        wanted.push((n, target.track, person));
    }
    let mut pixels: Vec<Vec<ExemplarPixels>> = vec![Vec::new(); wanted.len()];
    frames.sort_unstable();
    if !frames.is_empty() {
        let mut source = Source::open(input, video, span)?;
        for (index, owner) in frames {
            let Some(frame) = source.frame(index)? else { break };
            let (_, track, person) = &wanted[owner];
            let Some(observation) = faces.tracks[*track].at(index) else { continue };
            let roi = SpeedRenderer::prepare(person.clone(), &[]).roi(observation, frame.width, frame.height);
            let rect = Rect { x: roi.left, y: roi.top, width: roi.width, height: roi.height };
            let rgb = frame.region_rgb(rect).rgb;
            pixels[owner].push(ExemplarPixels { observation: observation.clone(), roi, rgb });
        }
    }
    let mut targets: Vec<Option<TrackTargets>> = targets.into_iter().map(Some).collect();
    let artist = |((n, track, person), pixels): ((usize, usize, PersonModel), Vec<ExemplarPixels>)| {
        let target = targets[n].take()?;
        debug_assert_eq!(target.track, track);
        Some(Artist::new(target, Box::new(SpeedRenderer::prepare(person, &pixels))))
    };
    Ok(wanted.into_iter().zip(pixels).filter_map(artist).collect())
}
