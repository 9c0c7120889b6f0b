//! What the avatar knows of a person.

use std::collections::{BTreeSet, HashMap};

use super::appearance::Appearance;
use super::features::{Feature, ShapeSpace};
use super::mixture::Mixture;
use super::settings::AvatarSettings;
use super::tone::logs;
use crate::mouth::algebra::principal_components;
use crate::mouth::bank::{BankFrame, CELLS, GRID, MouthBank};
use crate::mouth::lips::LipShape;
use crate::mouth::person::{PersonModel, percentile};
use crate::mouth::region::picture_points;
use crate::tracks::{Faces, Observation};

/// Fewer frames than this cannot serve a whole speech.
const LEAST_FRAMES: usize = 40;
/// Widest opening (inter-ocular distances) that the bank must reach to show the inside of the mouth.
const LEAST_OPENING: f32 = 0.06;
/// Frames that must be open that far.
const LEAST_OPEN: usize = 4;
/// Side of the squares whose mean luma makes up the look, cells.
const COARSE: usize = 4;
/// Principal directions of the look.
const LOOKS: usize = 14;

/// Why a person cannot be drawn from the bank.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ThinBank {
    /// Too few frames.
    #[error("only {0} usable frames of this mouth are in the source, {LEAST_FRAMES} are needed")]
    Few(usize),
    /// The mouth is never open.
    #[error("the source hardly ever shows this mouth open")]
    Shut,
}

/// One frame of the bank as the avatar sees it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Position in [`MouthBank::frames`].
    pub bank: u32,
    pub track: usize,
    pub frame: usize,
    pub feature: Feature,
    /// Scores of the shape-free texture, hundredths of full scale, root mean square.
    pub look: Vec<f32>,
    /// Logarithms of the skin's colours.
    pub skin: Vec<[f32; 3]>,
    /// Mean of those.
    pub light: [f32; 3],
    /// Logarithm of the sharpness.
    pub sharpness: f32,
    /// Mesh in picture coordinates.
    pub points: Vec<[f32; 2]>,
    /// Shape-free texture in the reference light.
    pub texture: Vec<u8>,
}

/// A person's mouths in numbers.
#[derive(Debug, Clone)]
pub struct Avatar {
    pub(super) person: PersonModel,
    pub(super) settings: AvatarSettings,
    pub(super) space: ShapeSpace,
    pub(super) entries: Vec<Entry>,
    pub(super) appearance: Appearance,
    /// Logarithms of the skin's colours in the reference light.
    pub(super) skin: Vec<[f32; 3]>,
    /// Entry of a track and frame.
    pub(super) by_frame: HashMap<(usize, usize), usize>,
}

impl Avatar {
    /// Learns the person seen in `tracks` from the bank.
    ///
    /// # Errors
    /// The bank holds too little of this person; another renderer has to do.
    pub fn learn(
        bank: &MouthBank,
        faces: &Faces,
        tracks: &[usize],
        settings: AvatarSettings,
    ) -> Result<Self, ThinBank> {
        let all = tracks.iter().filter_map(|t| faces.tracks.get(*t)).flat_map(|t| &t.observations);
        let found: Vec<(usize, &BankFrame, &Observation)> = bank
            .of_tracks(tracks)
            .into_iter()
            .filter_map(|i| Some((i, &bank.frames[i], bank.frames[i].observation(faces)?)))
            .collect();
        let person = PersonModel::fit(all)
            .filter(|_| found.len() >= LEAST_FRAMES)
            .ok_or(ThinBank::Few(found.len()))?;
        let open = found.iter().filter(|(_, _, o)| o.mesh.aperture() >= LEAST_OPENING).count();
        if open < LEAST_OPEN {
            return Err(ThinBank::Shut);
        }
        let lips: Vec<LipShape> = found.iter().map(|(_, _, o)| LipShape::seen(o)).collect();
        let space = ShapeSpace::learn(&lips, person.inter_ocular);
        let skins: Vec<Vec<[f32; 3]>> =
            found.iter().map(|(_, f, _)| f.skin.iter().map(|c| c.map(f32::from)).collect()).collect();
        let means: Vec<[f32; 3]> = skins.iter().map(|s| mean(s)).collect();
        let light: [f32; 3] =
            std::array::from_fn(|c| percentile(&means.iter().map(|m| m[c]).collect::<Vec<_>>(), 0.5));
        let texture = |i: usize| -> Vec<f32> {
            let frame = found[i].1;
            let gain: [f32; 3] = std::array::from_fn(|c| (light[c] + 12.0) / (means[i][c] + 12.0));
            frame.texture.iter().enumerate().map(|(k, v)| f32::from(*v) * gain[k % 3]).collect()
        };
        let lit = |i: usize, colour: &[f32; 3]| -> [f32; 3] {
            std::array::from_fn(|c| colour[c] * (light[c] + 12.0) / (means[i][c] + 12.0))
        };
        let usual: Vec<[f32; 3]> = (0..skins.first().map_or(0, Vec::len))
            .map(|k| mean(&skins.iter().enumerate().map(|(i, s)| lit(i, &s[k])).collect::<Vec<_>>()))
            .collect();
        let looks = looks(found.len(), &texture);
        let entries: Vec<Entry> = found
            .iter()
            .zip(lips.iter().zip(&skins))
            .zip(looks.into_iter().enumerate())
            .map(|(((index, frame, seen), (lips, skin)), (i, look))| {
                let skin = logs(skin);
                Entry {
                    bank: *index as u32,
                    track: frame.track,
                    frame: frame.frame,
                    feature: space.feature(lips, &seen.pose),
                    look,
                    light: mean(&skin),
                    skin,
                    sharpness: frame.sharpness.max(1e-4).ln(),
                    points: picture_points(seen),
                    texture: texture(i).iter().map(|v| (v + 0.5).clamp(0.0, 255.0) as u8).collect(),
                }
            })
            .collect();
        let appearance = model(&entries.iter().collect::<Vec<_>>());
        let by_frame = entries.iter().enumerate().map(|(i, e)| ((e.track, e.frame), i)).collect();
        Ok(Self { person, settings, space, entries, appearance, skin: logs(&usual), by_frame })
    }

    /// The same person with an appearance model that never saw the frames for which `hidden(track, frame)`.
    pub fn without(&self, hidden: impl Fn(usize, usize) -> bool) -> Self {
        let known: Vec<&Entry> = self.entries.iter().filter(|e| !hidden(e.track, e.frame)).collect();
        Self { appearance: model(&known), ..self.clone() }
    }

    /// The same person with other settings.
    pub fn with(&self, settings: AvatarSettings) -> Self {
        Self { settings, ..self.clone() }
    }

    /// The face's model, learnt from all its tracks.
    pub fn person(&self) -> &PersonModel {
        &self.person
    }

    /// Bank frames that the mixtures need.
    pub fn needed<'m>(&self, mixtures: impl IntoIterator<Item = &'m Mixture>) -> BTreeSet<u32> {
        mixtures.into_iter().flat_map(|m| &m.detail).map(|p| p.frame).collect()
    }

    /// The entry of a bank frame.
    pub(super) fn entry_of(&self, bank: u32) -> Option<&Entry> {
        self.entries.binary_search_by_key(&bank, |e| e.bank).ok().map(|i| &self.entries[i])
    }
}

/// Learns the appearance model of some entries.
fn model(entries: &[&Entry]) -> Appearance {
    let rows: Vec<Vec<f32>> = entries.iter().map(|e| e.feature.row()).collect();
    Appearance::learn(&rows, |i| entries[i].texture.iter().map(|v| f32::from(*v)).collect())
}

/// Scores of the textures' coarse luma.
fn looks(count: usize, texture: &impl Fn(usize) -> Vec<f32>) -> Vec<Vec<f32>> {
    let coarse: Vec<Vec<f32>> = (0..count).map(|i| shrink(&texture(i))).collect();
    let stride = count.div_ceil(1200).max(1);
    let some: Vec<Vec<f32>> = coarse.iter().step_by(stride).cloned().collect();
    let (middle, basis) = principal_components(&some, LOOKS);
    let norm = 100.0 / 255.0 / ((CELLS / COARSE / COARSE) as f32).sqrt();
    coarse
        .iter()
        .map(|row| {
            let centred: Vec<f32> = row.iter().zip(&middle).map(|(a, b)| a - b).collect();
            basis.iter().map(|b| norm * b.iter().zip(&centred).map(|(x, y)| x * y).sum::<f32>()).collect()
        })
        .collect()
}

fn shrink(texture: &[f32]) -> Vec<f32> {
    let (w, h) = (GRID.0 / COARSE, GRID.1 / COARSE);
    let mut small = vec![0.0f32; w * h];
    for (cell, colour) in texture.chunks_exact(3).enumerate() {
        let (x, y) = (cell % GRID.0 / COARSE, cell / GRID.0 / COARSE);
        let luma = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
        small[(y * w + x).min(w * h - 1)] += luma / (COARSE * COARSE) as f32;
    }
    small
}

fn mean(colours: &[[f32; 3]]) -> [f32; 3] {
    let count = colours.len().max(1) as f32;
    std::array::from_fn(|c| colours.iter().map(|v| v[c]).sum::<f32>() / count)
}
