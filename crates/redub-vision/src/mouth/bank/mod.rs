//! The mouth bank: every usable frame of a face over the whole video, with what is needed to find and to use it.
//!
//! Made once per video and kept as an artifact: [`BankBuilder`] is told which rectangles of which frames it wants,
//! takes their pixels in one pass and writes them to a sink (one long file of raw crops at the face's own resolution);
//! the rest, [`MouthBank`], is small. A renderer later reads only the crops that its plan uses ([`read_crops`]).

mod build;
mod measure;
mod people;
mod reference;
mod select;

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use super::region::{Roi, View};
use crate::tracks::{Faces, Observation};

pub use build::{BankBuilder, BankLimits, Want};
pub(super) use measure::{sharpness, skin};
pub(super) use reference::{CELLS, GRID, reference};

/// One frame of a face in the bank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BankFrame {
    /// The face's track.
    pub track: usize,
    /// Index of the source frame.
    pub frame: usize,
    /// Rectangle of the crop in the frame.
    pub roi: Roi,
    /// Where its `roi.pixels() × 3` bytes R G B begin in the file of crops.
    pub at: u64,
    /// Fine detail of the crop: mean absolute Laplacian over mean luma.
    pub sharpness: f32,
    /// Share of the opening that shows bright teeth, 0..1; 0 for a shut mouth.
    pub teeth: f32,
    /// Colours of the skin at fixed places (R G B, 0..255): the light.
    pub(super) skin: Vec<[u8; 3]>,
    /// Shape-free texture, R G B.
    pub(super) texture: Vec<u8>,
}

/// The bank of all faces of a video.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MouthBank {
    /// Tracks by person: those in one group lend each other their mouths.
    pub people: Vec<Vec<usize>>,
    /// All frames, by track and frame.
    pub frames: Vec<BankFrame>,
}

impl MouthBank {
    /// The tracks of the person seen in `track`; the track alone when nothing is known of it.
    pub fn person_of(&self, track: usize) -> Vec<usize> {
        self.people.iter().find(|p| p.contains(&track)).cloned().unwrap_or_else(|| vec![track])
    }

    /// Positions in [`Self::frames`] of a person's frames.
    pub fn of_tracks(&self, tracks: &[usize]) -> Vec<usize> {
        (0..self.frames.len()).filter(|i| tracks.contains(&self.frames[*i].track)).collect()
    }
}

impl BankFrame {
    /// What was seen in the frame.
    pub fn observation<'a>(&self, faces: &'a Faces) -> Option<&'a Observation> {
        faces.tracks.get(self.track)?.at(self.frame)
    }
}

/// Pixels of a bank frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Crop {
    /// Rectangle in the source frame.
    pub roi: Roi,
    /// `roi.pixels() × 3` bytes R G B.
    pub rgb: Vec<u8>,
}

impl Crop {
    pub(super) fn view(&self) -> View<'_> {
        View { roi: self.roi, rgb: &self.rgb }
    }
}

/// Reads the crops of the given frames (positions in [`MouthBank::frames`]) from the file the builder wrote.
///
/// # Errors
/// A file that is shorter than the bank says.
pub fn read_crops(
    bank: &MouthBank,
    wanted: &BTreeSet<u32>,
    file: &mut (impl Read + Seek),
) -> io::Result<HashMap<u32, Crop>> {
    let mut crops = HashMap::with_capacity(wanted.len());
    for index in wanted {
        let Some(frame) = bank.frames.get(*index as usize) else { continue };
        let mut rgb = vec![0; frame.roi.pixels() * 3];
        file.seek(SeekFrom::Start(frame.at))?;
        file.read_exact(&mut rgb)?;
        crops.insert(*index, Crop { roi: frame.roi, rgb });
    }
    Ok(crops)
}
