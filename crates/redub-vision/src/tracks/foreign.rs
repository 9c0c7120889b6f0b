//! Anything before the lower face, by its tone of colour.
//!
//! Skin keeps its chromaticity when it moves and when the light gets stronger; what passes before it has another one. Each of
//! some sixty places on chin, jaw and cheeks is compared with what it usually is in the track, in units of how
//! much it varies there (a place on a beard's edge or near the outline varies more than one on the chin). What is always
//! there, such as a headset's microphone, is usual. No detector has to know the thing.

use crate::landmarks::Mesh;
use crate::picture::Picture;
use crate::tracks::{Pose, canonical_face};

/// Places on chin, jaw and cheeks that lips do not cover.
const LOWER_FACE: [usize; 62] = [
    18, 83, 182, 106, 43, 57, 186, 92, 165, 313, 406, 335, 273, 287, 410, 322, 391, 393, 164, 200, 201, 194,
    204, 202, 212, 216, 206, 421, 418, 424, 422, 432, 436, 426, 152, 138, 135, 169, 170, 140, 171, 175, 369,
    395, 394, 364, 192, 210, 211, 262, 172, 136, 150, 149, 176, 148, 377, 400, 378, 379, 365, 397,
];
/// Least difference of chromaticity (sum over red and green shares) that is another tone.
const OTHER_TONE: f32 = 0.035;
/// The same in units of the place's median deviation.
const SPREAD: f32 = 6.0;
/// Added to the sum of the channels, so that dark places have no tone.
const DARK: f32 = 30.0;
/// A place counts while its outward direction points this much towards the camera (cosine).
const FACING: f32 = 0.35;
/// Depth of the head's middle behind the face, canonical centimetres.
const MIDDLE: f32 = 7.0;
/// Fewer frames do not tell what is usual.
const LEAST_FRAMES: usize = 90;
/// Frames from which the usual tones are learnt.
const MOST_FRAMES: usize = 1500;

/// Chromaticity at the places, for one frame.
pub(crate) type Tones = Vec<[f32; 2]>;

/// Samples the tones of `mesh` in `picture`.
pub(crate) fn tones(picture: &dyn Picture, mesh: &Mesh) -> Tones {
    let step = (0.015 * mesh.inter_ocular()).max(1.0);
    let tone = |index: &usize| {
        let Some(point) = mesh.points.get(*index) else { return [0.0; 2] };
        let mut sum = [0.0f32; 3];
        for (dx, dy) in [(0.0, 0.0), (step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
            let colour = picture.sample(point[0] + dx, point[1] + dy);
            (0..3).for_each(|c| sum[c] += colour[c] / 5.0);
        }
        let all = sum.iter().sum::<f32>() + DARK;
        [sum[0] / all, sum[1] / all]
    };
    LOWER_FACE.iter().map(tone).collect()
}

/// Share (0..1) of the places that have another tone than usual, per frame.
pub(crate) fn shares(tones: &[Tones], poses: &[Pose]) -> Vec<f32> {
    let complete = tones.iter().all(|t| t.len() == LOWER_FACE.len());
    if tones.len() < LEAST_FRAMES || !complete {
        return vec![0.0; tones.len()];
    }
    let stride = tones.len().div_ceil(MOST_FRAMES).max(1);
    let sampled: Vec<&Tones> = tones.iter().step_by(stride).collect();
    let usual: Vec<([f32; 2], f32)> = (0..LOWER_FACE.len())
        .map(|k| {
            let middle = std::array::from_fn(|c| median(sampled.iter().map(|t| t[k][c]).collect()));
            (middle, median(sampled.iter().map(|t| apart(t[k], middle)).collect()))
        })
        .collect();
    let share = |(tones, pose): (&Tones, &Pose)| {
        let other = usual.iter().enumerate().filter(|(k, (middle, spread))| {
            apart(tones[*k], *middle) > OTHER_TONE.max(SPREAD * spread) && faces_camera(LOWER_FACE[*k], pose)
        });
        other.count() as f32 / LOWER_FACE.len() as f32
    };
    tones.iter().zip(poses).map(share).collect()
}

fn apart(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).abs() + (a[1] - b[1]).abs()
}

/// Whether a place of a turned or bowed head is seen, not hidden behind the cheek's outline or under the chin.
fn faces_camera(point: usize, pose: &Pose) -> bool {
    let Some([x, y, z]) = canonical_face().get(point) else { return false };
    let outward = [*x, *y, z - MIDDLE];
    let length = outward.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-3);
    let depth: f32 = pose.rotation[2].iter().zip(outward).map(|(r, v)| r * v).sum();
    -depth / length > FACING
}

fn median(mut values: Vec<f32>) -> f32 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_seen_and_what_stays_or_is_only_darker_is_not() {
        let pose = Pose { rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], ..Pose::default() };
        let skin = |frame: usize, k: usize| {
            let tremble = 0.002 * ((frame * 7 + k * 3) % 5) as f32;
            // The first places lie on a microphone that never leaves.
            if k < 6 { [0.3, 0.33] } else { [0.42 + tremble, 0.31] }
        };
        let mut all: Vec<Tones> =
            (0..120).map(|f| (0..LOWER_FACE.len()).map(|k| skin(f, k)).collect()).collect();
        for tones in &mut all[20..24] {
            tones[30..36].fill([0.36, 0.37]);
        }
        let found = shares(&all, &[pose; 120]);
        assert!(found[20..24].iter().all(|s| *s >= 0.05), "{found:?}");
        assert!(found[..20].iter().chain(&found[24..]).all(|s| *s == 0.0), "{found:?}");
        assert!(shares(&all[..10], &[pose; 10]).iter().all(|s| *s == 0.0));
    }

    #[test]
    fn the_chin_of_a_bowed_head_is_not_seen() {
        let (sin, cos) = 0.4f32.sin_cos();
        let straight = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        // Bowed by 23 degrees, as poses count them: upwards is less than nothing.
        let bowed = [[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]];
        let raised = [[1.0, 0.0, 0.0], [0.0, cos, sin], [0.0, -sin, cos]];
        let seen = |point: usize, rotation| faces_camera(point, &Pose { rotation, ..Pose::default() });
        let chin = 152;
        assert!(seen(chin, straight) && seen(chin, raised) && !seen(chin, bowed));
    }
}
