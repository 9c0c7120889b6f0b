//! Hands before a mouth, by two kinds of evidence that must agree.
//!
//! The palm detector alone takes a neck or an open mouth for a palm now and then, and it does so again and again on the same
//! face. So a point near the mouth counts as covered only where a palm is detected over it and its colour is also not the
//! one it usually has in this track.

use super::foreign::{self, Tones};
use crate::detect::{Detection, reach};
use crate::landmarks::Mesh;
use crate::picture::Picture;

/// Points on the lips' edge and in two rings round them.
const NEAR_MOUTH: [usize; 44] = [
    0, 17, 61, 291, 37, 267, 84, 314, 164, 393, 391, 322, 410, 287, 273, 335, 406, 313, 18, 83, 182, 106, 43,
    57, 186, 92, 165, 167, 200, 201, 194, 204, 202, 212, 216, 206, 421, 418, 424, 422, 432, 436, 426, 152,
];
/// Points a hand before the mouth leaves free; they tell the light.
const UPPER: [usize; 8] = [6, 197, 195, 101, 330, 151, 9, 8];
/// Mean difference of the channels (of 255) from which a colour is another one.
const OTHER_COLOUR: f32 = 26.0;

/// Points that must change colour before palms are looked for.
const MIN_CHANGED: usize = 5;
/// Share by which the usual colours follow each frame: about two seconds.
const ADAPTION: f32 = 0.02;

/// Colours of a face near the mouth, relative to the light on its upper half, and the palms seen then.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    colours: Vec<[f32; 3]>,
    /// Tones of the lower face.
    pub tones: Tones,
    /// Boxes of palms with their fingers; held from the last look of the palm detector.
    pub palms: Vec<[f32; 4]>,
}

impl Look {
    /// Samples the colours of `mesh` in `picture`.
    pub fn at(picture: &dyn Picture, mesh: &Mesh, palms: Vec<[f32; 4]>) -> Self {
        let sample = |index: &usize| mesh.points.get(*index).map_or([0.0; 3], |p| picture.sample(p[0], p[1]));
        let light =
            UPPER.iter().map(|i| sample(i).iter().sum::<f32>() / 3.0).sum::<f32>() / UPPER.len() as f32;
        // A face in the dark has no colours to speak of: its light is not raised beyond three times.
        let gain = 128.0 / light.max(43.0);
        let colours = NEAR_MOUTH.iter().map(|i| sample(i).map(|v| v * gain)).collect();
        Self { colours, tones: foreign::tones(picture, mesh), palms }
    }
}

/// The colours a face had lately near its mouth: tells cheaply whether there can be a hand at all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Usual(Vec<[f32; 3]>);

impl Usual {
    /// Takes in a look; whether enough points have changed colour for a hand to be the reason.
    pub fn changed(&mut self, look: &Look) -> bool {
        if self.0.is_empty() {
            self.0.clone_from(&look.colours);
        }
        let mut other = 0;
        for (usual, colour) in self.0.iter_mut().zip(&look.colours) {
            let difference: f32 = (0..3).map(|c| (usual[c] - colour[c]).abs()).sum::<f32>() / 3.0;
            other += usize::from(difference > 0.7 * OTHER_COLOUR);
            (0..3).for_each(|c| usual[c] += ADAPTION * (colour[c] - usual[c]));
        }
        other >= MIN_CHANGED
    }
}

/// Boxes of what palms and their fingers can cover.
pub(crate) fn boxes(palms: &[Detection]) -> Vec<[f32; 4]> {
    palms.iter().map(reach).collect()
}

/// Share (0..1) of the points near the mouth that are covered, per look; `meshes` in the same order.
pub(crate) fn covered<'a>(looks: &[Look], meshes: impl Iterator<Item = &'a Mesh>) -> Vec<f32> {
    if looks.iter().all(|l| l.palms.is_empty()) {
        return vec![0.0; looks.len()];
    }
    let usual: Vec<[f32; 3]> = (0..NEAR_MOUTH.len())
        .map(|k| std::array::from_fn(|c| median(looks.iter().map(|l| l.colours[k][c]).collect())))
        .collect();
    let share = |(look, mesh): (&Look, &Mesh)| {
        let hidden = NEAR_MOUTH.iter().enumerate().filter(|(k, index)| {
            let point = mesh.points.get(**index).copied().unwrap_or_default();
            let inside =
                |b: &[f32; 4]| point[0] > b[0] && point[0] < b[2] && point[1] > b[1] && point[1] < b[3];
            let colour: f32 = (0..3).map(|c| (look.colours[*k][c] - usual[*k][c]).abs()).sum::<f32>() / 3.0;
            colour > OTHER_COLOUR && look.palms.iter().any(inside)
        });
        hidden.count() as f32 / NEAR_MOUTH.len() as f32
    };
    looks.iter().zip(meshes).map(share).collect()
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_palm_counts_only_where_the_colour_changes() {
        let mesh = Mesh { points: vec![[50.0, 50.0, 0.0]; 478] };
        let look = |colour: f32, palm: bool| Look {
            colours: vec![[colour; 3]; NEAR_MOUTH.len()],
            tones: Vec::new(),
            palms: if palm { vec![[0.0, 0.0, 100.0, 100.0]] } else { Vec::new() },
        };
        let looks =
            [look(120.0, true), look(120.0, true), look(120.0, false), look(40.0, true), look(40.0, false)];
        let shares = covered(&looks, std::iter::repeat_n(&mesh, 5));
        assert_eq!(shares, [0.0, 0.0, 0.0, 1.0, 0.0]);
    }
}
