//! Filling the bank in one pass over the picture.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::people::{Portrait, group};
use super::reference::reference;
use super::select::select;
use super::{BankFrame, MouthBank, sharpness, skin};
use crate::landmarks::FACE_POINTS;
use crate::mouth::indices::{INNER, LIPS, MOUTH_PATCH, SKIN};
use crate::mouth::region::{Roi, View, picture_points};
use crate::tracks::{FaceTrack, Faces, Observation};

/// What the bank may cost, and which frames are good enough.
#[derive(Debug, Clone, PartialEq)]
pub struct BankLimits {
    /// Bytes of crops over all faces.
    pub bytes: u64,
    /// Frames over all faces; each keeps a small texture beside its crop.
    pub frames: u64,
    /// Least distance between the eyes, pixels.
    pub inter_ocular: f32,
    /// Least confidence of the landmarks.
    pub confidence: f32,
    /// Most degrees of yaw and of pitch.
    pub turn: (f32, f32),
    /// Most share of the mouth that a hand covers.
    pub palm: f32,
    /// Most share of the lower face in other colours than usual.
    pub foreign: f32,
    /// Shorter tracks (frames) are left out.
    pub track: usize,
}

impl Default for BankLimits {
    fn default() -> Self {
        Self {
            bytes: 768 << 20,
            frames: 6000,
            inter_ocular: 19.0,
            confidence: 0.75,
            turn: (62.0, 40.0),
            palm: 0.1,
            foreign: 0.045,
            track: 8,
        }
    }
}

/// Frames of a track that are looked at as a whole, to know the person again.
const LOOKS: usize = 12;

/// A rectangle of a frame that the bank wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// Rectangle to be given to [`BankBuilder::push`].
    pub roi: Roi,
    track: usize,
    /// The part of it that is kept; none when the frame is only looked at.
    keep: Option<Roi>,
    /// Whether the whole face is in it.
    look: bool,
}

/// Builds a [`MouthBank`].
pub struct BankBuilder<'a, W> {
    faces: &'a Faces,
    wanted: BTreeMap<usize, Vec<Want>>,
    portraits: Vec<(&'a FaceTrack, Portrait)>,
    frames: Vec<BankFrame>,
    sink: W,
    written: u64,
}

impl<'a, W: Write> BankBuilder<'a, W> {
    /// Decides what to take of the tracked `faces`; crops go to `sink`.
    pub fn new(faces: &'a Faces, limits: &BankLimits, sink: W) -> Self {
        let good = |o: &&Observation| {
            o.mesh.points.len() >= FACE_POINTS
                && o.mesh.inter_ocular() >= limits.inter_ocular
                && o.confidence >= limits.confidence
                && o.pose.yaw.abs() <= limits.turn.0
                && o.pose.pitch.abs() <= limits.turn.1
                && o.palm_over_mouth <= limits.palm
                && o.foreign <= limits.foreign
        };
        let usable: Vec<(&FaceTrack, Vec<&Observation>)> = faces
            .tracks
            .iter()
            .map(|t| (t, t.observations.iter().filter(good).collect::<Vec<_>>()))
            .filter(|(_, seen)| seen.len() >= limits.track)
            .collect();
        let all: usize = usable.iter().map(|(_, seen)| seen.len()).sum();
        let mut wanted: BTreeMap<usize, Vec<Want>> = BTreeMap::new();
        let mut portraits = Vec::new();
        for (track, seen) in usable {
            // Each face gets its share of the room, by the time it is seen.
            let share = seen.len() as f64 / all.max(1) as f64;
            let floor = (limits.bytes as f64 / limits.frames as f64) as u64;
            let cost = |o: &Observation| (mouth_roi(o, faces).pixels() as u64 * 3).max(floor);
            let kept = select(&seen, cost, (limits.bytes as f64 * share) as u64);
            let every = kept.len().div_ceil(LOOKS).max(1);
            for (n, index) in kept.iter().enumerate() {
                let keep = mouth_roi(seen[*index], faces);
                if keep.is_empty() {
                    continue;
                }
                let look = n % every == every / 2;
                let roi = if look { around_both(face_roi(seen[*index], faces), keep) } else { keep };
                wanted.entry(seen[*index].frame).or_default().push(Want {
                    roi,
                    track: track.id,
                    keep: Some(keep),
                    look,
                });
            }
            portraits.push((track, Portrait::of(track)));
        }
        Self { faces, wanted, portraits, frames: Vec::new(), sink, written: 0 }
    }

    /// The rectangles wanted of a frame.
    pub fn wanted(&self, frame: usize) -> Vec<Want> {
        self.wanted.get(&frame).cloned().unwrap_or_default()
    }

    /// The last frame in which anything is wanted.
    pub fn last(&self) -> Option<usize> {
        self.wanted.last_key_value().map(|(frame, _)| *frame)
    }

    /// Takes the pixels (R G B) of a rectangle.
    ///
    /// # Errors
    /// The sink cannot be written.
    pub fn push(&mut self, frame: usize, want: &Want, rgb: &[u8]) -> io::Result<()> {
        let Some(seen) = self.faces.tracks.get(want.track).and_then(|t| t.at(frame)) else { return Ok(()) };
        if rgb.len() != want.roi.pixels() * 3 {
            return Ok(());
        }
        let points = picture_points(seen);
        let whole = View { roi: want.roi, rgb };
        if want.look
            && let Some((_, portrait)) = self.portraits.iter_mut().find(|(t, _)| t.id == want.track)
        {
            portrait.look(|i| whole.bilinear(points[i][0], points[i][1]));
        }
        let Some(roi) = want.keep else { return Ok(()) };
        let rgb = whole.part(roi);
        let crop = View { roi, rgb: &rgb };
        let scale = seen.mesh.inter_ocular();
        let bytes = |v: f32| (v + 0.5).clamp(0.0, 255.0) as u8;
        let texture = reference().texture(crop, &points, scale);
        let light = skin(crop, &points, scale);
        self.frames.push(BankFrame {
            track: want.track,
            frame,
            roi,
            at: self.written,
            sharpness: sharpness(crop),
            teeth: teeth(crop, &points, &light),
            skin: light.iter().map(|c| c.map(bytes)).collect(),
            texture: texture.iter().flatten().map(|v| bytes(*v)).collect(),
        });
        self.sink.write_all(&rgb)?;
        self.written += rgb.len() as u64;
        Ok(())
    }

    /// The bank of everything taken.
    ///
    /// # Errors
    /// The sink cannot be flushed.
    pub fn finish(mut self) -> io::Result<MouthBank> {
        self.sink.flush()?;
        self.frames.sort_by_key(|f| (f.track, f.frame));
        Ok(MouthBank { people: group(&self.portraits), frames: self.frames })
    }

    /// Differences of build and look of every two tracks, for those who set the limits.
    pub fn differences(&self) -> Vec<(usize, usize, f32, f32)> {
        let mut all = Vec::new();
        for (i, (a, one)) in self.portraits.iter().enumerate() {
            for (b, other) in &self.portraits[i + 1..] {
                let (build, look) = one.apart(other);
                all.push((a.id, b.id, build, look));
            }
        }
        all
    }
}

/// The mouth with the skin round it.
fn mouth_roi(seen: &Observation, faces: &Faces) -> Roi {
    let margin = (0.07 * seen.mesh.inter_ocular()).max(4.0);
    around(seen, MOUTH_PATCH.iter().chain(&SKIN[22..]), margin, faces)
}

fn face_roi(seen: &Observation, faces: &Faces) -> Roi {
    let all: Vec<usize> = (0..FACE_POINTS).collect();
    around(seen, all.iter(), 4.0, faces)
}

/// The smallest rectangle around two.
fn around_both(a: Roi, b: Roi) -> Roi {
    let (left, top) = (a.left.min(b.left), a.top.min(b.top));
    let right = (a.left + a.width).max(b.left + b.width);
    let bottom = (a.top + a.height).max(b.top + b.height);
    Roi { left, top, width: right - left, height: bottom - top }
}

fn around<'i>(
    seen: &Observation,
    indices: impl Iterator<Item = &'i usize>,
    margin: f32,
    faces: &Faces,
) -> Roi {
    let points = picture_points(seen);
    let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    let b = indices
        .map(|i| points[*i])
        .fold(start, |b: [f32; 4], p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
    Roi::around([b[0] - margin, b[1] - margin, b[2] + margin, b[3] + margin], faces.width, faces.height)
}

/// Share of the opening that is bright and not red.
fn teeth(crop: View<'_>, points: &[[f32; 2]], light: &[[f32; 3]]) -> f32 {
    let luma = |c: &[f32; 3]| 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2];
    let skin = light.iter().map(luma).sum::<f32>() / light.len().max(1) as f32;
    let at = |i: usize| points[LIPS[INNER + i]];
    let (mut bright, mut count) = (0.0f32, 0.0f32);
    for column in 2..=8 {
        let (low, up) = (at(column), at(column + 10));
        let gap = low[1] - up[1];
        let steps = gap.floor().clamp(0.0, 64.0) as usize;
        for step in 1..steps {
            let share = step as f32 / steps as f32;
            let colour = crop.bilinear(up[0] + share * (low[0] - up[0]), up[1] + share * gap);
            let red = (colour[0] - 0.5 * (colour[1] + colour[2])) / luma(&colour).max(1.0);
            bright += f32::from(u8::from(luma(&colour) > 0.55 * skin && red < 0.35));
            count += 1.0;
        }
    }
    if count < 6.0 { 0.0 } else { bright / count }
}
