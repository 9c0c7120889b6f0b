//! The tracker: frames in one after another, shots and faces out.

use rayon::prelude::*;
use redub_models::{ModelStore, threads};

use super::hands::{Look, boxes};
use super::live::{LiveTrack, observe, same_face};
use super::settings::TrackerSettings;
use super::types::{Faces, Observation};
use crate::detect::{Detection, FaceDetector, PalmDetector};
use crate::error::VisionError;
use crate::landmarks::{MeshNet, Roi};
use crate::picture::Picture;
use crate::shots::ShotDetector;

/// Looks with tiles for small faces are this many times rarer than looks at the whole picture.
const TILES_EVERY: usize = 4;
/// Frames between two looks while no face is followed.
const SEARCH_EVERY: usize = 4;
/// Faces with a smaller distance between the eyes (pixels) are never rendered: no hands are looked for.
const HANDS_FROM: f32 = 18.0;

/// Side of a portrait in pixels.
const PORTRAIT: usize = 20;

/// What one frame adds to a track; `None` when the face is lost.
type Seen = Option<(Observation, Look)>;

/// Follows all faces of a video.
pub struct Tracker {
    settings: TrackerSettings,
    detector: FaceDetector,
    palms: PalmDetector,
    /// One network per thread: several faces are followed side by side.
    nets: Vec<MeshNet>,
    shots: ShotDetector,
    size: (usize, usize),
    frames: usize,
    searches: usize,
    since_search: usize,
    live: Vec<LiveTrack>,
    done: Vec<LiveTrack>,
    /// Frames in which a face goes on although the picture changes suddenly.
    unbroken: Vec<usize>,
}

impl Tracker {
    /// Opens the networks for a video of `width × height` upright pixels.
    ///
    /// # Errors
    /// Models `face-detection`, `face-landmarks` or `palm-detection` are missing or refused by the runtime.
    pub fn load(
        store: &ModelStore,
        width: usize,
        height: usize,
        settings: TrackerSettings,
    ) -> Result<Self, VisionError> {
        let count = threads::budget().clamp(1, 4);
        Ok(Self {
            detector: FaceDetector::load(store, settings.min_detection, 1)?,
            palms: PalmDetector::load(store, 1)?,
            nets: (0..count).map(|_| MeshNet::load(store, 1)).collect::<Result<_, _>>()?,
            shots: ShotDetector::default(),
            size: (width, height),
            frames: 0,
            searches: 0,
            since_search: 0,
            live: Vec::new(),
            done: Vec::new(),
            unbroken: Vec::new(),
            settings,
        })
    }

    /// Takes the next frame. Frames must come in order, `frame` counting up by one from 0.
    ///
    /// # Errors
    /// A picture of another size, a frame out of order, or a failure of the runtime.
    pub fn push(&mut self, frame: usize, picture: &dyn Picture) -> Result<(), VisionError> {
        if picture.size() != self.size || frame != self.frames {
            let reason = format!(
                "expected frame {} of {:?} pixels, got frame {frame} of {:?}; push upright frames in order",
                self.frames,
                self.size,
                picture.size()
            );
            return Err(VisionError::Engine { engine: "face tracker", reason });
        }
        self.frames += 1;
        let sudden = self.shots.push(picture);
        let mut lost = self.follow(frame, picture)?;
        if sudden {
            lost |= self.part(frame);
        }
        self.since_search += 1;
        let period = if self.live.is_empty() { SEARCH_EVERY } else { self.settings.detect_every };
        if sudden || lost || self.since_search >= period {
            self.search(frame, picture, sudden)?;
        }
        Ok(())
    }

    /// Looks at each followed face where it was; whether one was lost.
    fn follow(&mut self, frame: usize, picture: &dyn Picture) -> Result<bool, VisionError> {
        let look = |(i, track): (usize, &LiveTrack)| self.look(i, track, frame, picture);
        let seen: Vec<Seen> = if self.live.len() > 1 {
            self.live.par_iter().enumerate().map(look).collect::<Result<_, _>>()?
        } else {
            self.live.iter().enumerate().map(look).collect::<Result<_, _>>()?
        };
        let before = self.live.len();
        let mut kept: Vec<LiveTrack> = Vec::with_capacity(before);
        for (mut track, seen) in std::mem::take(&mut self.live).into_iter().zip(seen) {
            // Two tracks on one face: the older one stays.
            let fresh = seen.filter(|(o, _)| {
                let bounds = o.mesh.bounds();
                !kept.iter().any(|k| same_face(&k.bounds(), &bounds))
            });
            match fresh {
                Some((observation, look)) => {
                    let portrait = portrait(picture, &observation);
                    let believed = track.push(observation, look, portrait);
                    if believed { kept.push(track) } else { self.done.push(track) }
                }
                None => self.done.push(track),
            }
        }
        self.live = kept;
        Ok(self.live.len() < before)
    }

    /// One face in this frame: the mesh and, every few frames and beside it, the palms around where the face was.
    fn look(
        &self,
        index: usize,
        track: &LiveTrack,
        frame: usize,
        picture: &dyn Picture,
    ) -> Result<Seen, VisionError> {
        let (Some(roi), Some(last)) = (track.roi(), track.observations.last()) else { return Ok(None) };
        let every = self.settings.palm_every;
        let due = every > 0
            && (frame + index).is_multiple_of(every)
            && track.hand_possible
            && last.mesh.inter_ocular() > HANDS_FROM;
        let held = || track.looks.last().map(|l| l.palms.clone()).unwrap_or_default();
        let net = &self.nets[index % self.nets.len()];
        let (observation, palms) = rayon::join(
            || observe(net, picture, frame, &roi, self.settings.min_confidence),
            || if due { self.palms.around(picture, &last.mesh).map(|p| boxes(&p)) } else { Ok(held()) },
        );
        let (observation, palms) = (observation?, palms?);
        Ok(observation.map(|o| {
            let look = Look::at(picture, &o.mesh, palms);
            (o, look)
        }))
    }

    /// After a sudden change of the picture: ends the tracks whose face is not where it was; whether any ended.
    fn part(&mut self, frame: usize) -> bool {
        let (same, other): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.live).into_iter().partition(LiveTrack::stays);
        if !same.is_empty() && same.len() >= other.len() {
            self.unbroken.push(frame);
        }
        let ended = !other.is_empty();
        self.done.extend(other.into_iter().map(|mut track| {
            track.take_back();
            track
        }));
        self.live = same;
        ended
    }

    /// Asks the detector about each followed face, close up unless it was seen anyway, and ends the tracks it no longer believes.
    fn check(&mut self, picture: &dyn Picture, found: &[Detection]) -> Result<(), VisionError> {
        let mut believed = Vec::with_capacity(self.live.len());
        for mut track in std::mem::take(&mut self.live) {
            let [left, top, right, bottom] = track.bounds();
            let seen = track.is_among(found) || {
                let size = (right - left).max(bottom - top);
                let close = self.detector.near(picture, (left + right) / 2.0, (top + bottom) / 2.0, size)?;
                track.is_among(&close)
            };
            if track.check(seen) {
                believed.push(track);
            } else {
                // The frame is left to a track that may begin right now.
                track.take_back();
                self.done.push(track);
            }
        }
        self.live = believed;
        Ok(())
    }

    /// Looks at the whole picture: checks the followed faces and starts to follow new ones.
    fn search(&mut self, frame: usize, picture: &dyn Picture, thorough: bool) -> Result<(), VisionError> {
        self.since_search = 0;
        self.searches += 1;
        let mut found = self.detector.whole(picture)?;
        if thorough || self.searches.is_multiple_of(TILES_EVERY) {
            found.extend(self.detector.tiles(picture)?);
        }
        self.check(picture, &found)?;
        for face in &found {
            if self.live.len() < self.settings.max_faces {
                self.begin(frame, picture, face)?;
            }
        }
        Ok(())
    }

    /// Starts a track when the network agrees with the detector.
    fn begin(&mut self, frame: usize, picture: &dyn Picture, face: &Detection) -> Result<(), VisionError> {
        if self.live.iter().any(|t| same_face(&t.bounds(), &face.bounds)) {
            return Ok(());
        }
        let Some(roi) = Roi::from_detection(face) else { return Ok(()) };
        let least = self.settings.min_confidence;
        // The detector's box is rough: a second look is cropped by the first one's landmarks.
        let Some(first) = observe(&self.nets[0], picture, frame, &roi, least * 0.5)? else { return Ok(()) };
        let Some(roi) = Roi::from_mesh(&first.mesh) else { return Ok(()) };
        let Some(observation) = observe(&self.nets[0], picture, frame, &roi, least)? else { return Ok(()) };
        let bounds = observation.mesh.bounds();
        let known = self.live.iter().any(|t| same_face(&t.bounds(), &bounds));
        if !known && observation.mesh.inter_ocular() >= self.settings.min_inter_ocular {
            let look = Look::at(picture, &observation.mesh, Vec::new());
            self.live.push(LiveTrack::begin(observation, look));
        }
        Ok(())
    }

    /// Shots and tracks of all frames pushed: tracks are cut at shots, joined where only a flash parted them, freed from what is
    /// no face, and smoothed.
    pub fn finish(mut self) -> Faces {
        self.done.append(&mut self.live);
        let shots = self.shots.finish(&self.unbroken);
        let tracks = super::assemble::assemble(self.done, &shots, &self.settings);
        Faces { width: self.size.0, height: self.size.1, shots, tracks }
    }
}

/// Head and shoulders, small.
fn portrait(picture: &dyn Picture, seen: &Observation) -> Vec<f32> {
    let upright = Roi::from_mesh(&seen.mesh).map(|roi| Roi { angle: 0.0, ..roi });
    upright.map(|roi| picture.crop(&roi.map(PORTRAIT), PORTRAIT, PORTRAIT)).unwrap_or_default()
}
