//! Which tracks show the same person.
//!
//! A mouth lent by somebody else would be the worst fault of all, so two tracks are taken for one person only when both
//! the build of the face and its look agree, and never when both are on screen at once.

use crate::landmarks::FACE_POINTS;
use crate::mouth::indices::{LIPS, OVAL};
use crate::tracks::{FaceTrack, canonical_face};

// Measured: tracks of one person differ by up to 0.049 and 0.072 (five shots of one woman, two of a bearded man), those of
// different people by 0.086 and 0.105 at least (five GRID talkers before the same wall).

/// Largest difference of two faces' build, root mean square over the still points, canonical centimetres.
const SAME_BUILD: f32 = 0.065;
/// Largest difference of two faces' look, root mean square of relative colours.
const SAME_LOOK: f32 = 0.09;
/// Frames turned further than this say little about the build, degrees.
const TURNED: f32 = 25.0;

/// What one track says about its person.
#[derive(Debug, Clone, Default)]
pub(super) struct Portrait {
    /// Still points of the face without pose, centimetres.
    build: Vec<[f32; 3]>,
    /// Sum of looks, and their count.
    colours: Vec<[f32; 3]>,
    looks: f32,
}

/// Face points that neither speech nor a turned outline moves.
fn still() -> impl Iterator<Item = usize> {
    let face = canonical_face();
    (0..FACE_POINTS)
        .filter(|i| !LIPS.contains(i) && !OVAL.contains(i))
        .filter(move |i| face[*i][1] < face[2][1] && face[*i][0].abs() < 6.0)
}

impl Portrait {
    /// The build of a track's face; its look is added by [`Self::look`].
    pub fn of(track: &FaceTrack) -> Self {
        let frontal = |limit: f32| {
            track.observations.iter().filter(move |o| {
                o.mesh.points.len() >= FACE_POINTS && o.pose.yaw.abs() < limit && o.pose.pitch.abs() < limit
            })
        };
        let limit = if frontal(TURNED).count() >= 5 { TURNED } else { 90.0 };
        let mut build = vec![[0.0f32; 3]; still().count()];
        let count = frontal(limit).count().max(1) as f32;
        for seen in frontal(limit) {
            for (slot, i) in build.iter_mut().zip(still()) {
                let p = seen.pose.to_canonical(seen.mesh.points[i]);
                (0..3).for_each(|axis| slot[axis] += p[axis] / count);
            }
        }
        Self { colours: vec![[0.0; 3]; build.len()], build, looks: 0.0 }
    }

    /// Takes in one look at the face. `colour` gives the colour at a face point, as 0..255.
    pub fn look(&mut self, colour: impl Fn(usize) -> [f32; 3]) {
        let colours: Vec<[f32; 3]> = still().map(colour).collect();
        let light = colours.iter().flatten().sum::<f32>() / (colours.len() * 3).max(1) as f32;
        for (slot, seen) in self.colours.iter_mut().zip(&colours) {
            (0..3).for_each(|c| slot[c] += seen[c] / light.max(8.0));
        }
        self.looks += 1.0;
    }

    /// Differences of build (centimetres) and look (relative colours).
    pub fn apart(&self, other: &Self) -> (f32, f32) {
        let rms = |a: &[[f32; 3]], b: &[[f32; 3]], sa: f32, sb: f32| {
            let sum: f32 = a
                .iter()
                .zip(b)
                .map(|(p, q)| (0..3).map(|i| (p[i] / sa - q[i] / sb).powi(2)).sum::<f32>() / 3.0)
                .sum();
            (sum / a.len().max(1) as f32).sqrt()
        };
        let look = if self.looks > 0.0 && other.looks > 0.0 {
            rms(&self.colours, &other.colours, self.looks, other.looks)
        } else {
            f32::INFINITY
        };
        (rms(&self.build, &other.build, 1.0, 1.0), look)
    }

    fn is(&self, other: &Self) -> bool {
        let (build, look) = self.apart(other);
        build < SAME_BUILD && look < SAME_LOOK
    }
}

/// Groups tracks by person: every pair within a group agrees (complete linkage) and none overlap in time.
pub(super) fn group(tracks: &[(&FaceTrack, Portrait)]) -> Vec<Vec<usize>> {
    let mut people: Vec<Vec<usize>> = Vec::new();
    for (index, (track, portrait)) in tracks.iter().enumerate() {
        let fits = |person: &Vec<usize>| {
            person.iter().all(|other| {
                let (there, known) = &tracks[*other];
                let together = track.first() < there.end() && there.first() < track.end();
                !together && portrait.is(known)
            })
        };
        match people.iter_mut().find(|p| fits(p)) {
            Some(person) => person.push(index),
            None => people.push(vec![index]),
        }
    }
    people.iter().map(|p| p.iter().map(|i| tracks[*i].0.id).collect()).collect()
}
