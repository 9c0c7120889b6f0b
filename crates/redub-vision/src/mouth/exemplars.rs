//! Which frames of the source show the inside of the mouth.

use super::person::percentile;
use super::region::Roi;
use crate::tracks::Observation;

/// Pixels of a frame that [`choose_exemplars`] asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ExemplarPixels {
    /// What was seen in it.
    pub observation: Observation,
    /// Rectangle that the pixels cover (the renderer's `roi` of the observation).
    pub roi: Roi,
    /// `roi.width × roi.height × 3` bytes R G B.
    pub rgb: Vec<u8>,
}

/// Candidates asked for; the renderer keeps the best once it sees the pixels.
const CANDIDATES: usize = 8;
/// Candidates lie at least this many frames apart, or they would all be the same instant.
const APART: usize = 5;
/// Opening (inter-ocular distances) from which the inside shows.
const VISIBLE: f32 = 0.045;

/// Picks the frames (indices as in [`Observation::frame`]) whose pixels the renderer needs: mouth well open, head
/// near the track's usual pose, little motion. None when the mouth never opens.
pub fn choose_exemplars<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> Vec<usize> {
    let all: Vec<&Observation> = observations.into_iter().collect();
    let openings: Vec<f32> = all.iter().map(|o| o.mesh.aperture()).collect();
    let yaws: Vec<f32> = all.iter().map(|o| o.pose.yaw).collect();
    let pitches: Vec<f32> = all.iter().map(|o| o.pose.pitch).collect();
    let usual = (percentile(&yaws, 0.5), percentile(&pitches, 0.5));
    // The few widest frames may be a yawn or a tracking slip: judge against the 95th percentile.
    let wide = percentile(&openings, 0.95).max(VISIBLE);

    let mut scored: Vec<(f32, usize)> = (0..all.len())
        .filter(|i| openings[*i] >= VISIBLE && all[*i].palm_over_mouth < 0.1 && all[*i].foreign <= 0.045)
        .map(|i| {
            let turned = (all[i].pose.yaw - usual.0).hypot(all[i].pose.pitch - usual.1) / 15.0
                + all[i].pose.yaw.abs() / 40.0;
            let score = (openings[i] / wide).min(1.1) - 0.5 * turned - 4.0 * motion(&all, i);
            (score, all[i].frame)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut chosen: Vec<usize> = Vec::new();
    for (_, frame) in scored {
        if chosen.iter().all(|c| c.abs_diff(frame) >= APART) {
            chosen.push(frame);
        }
        if chosen.len() == CANDIDATES {
            break;
        }
    }
    chosen.sort_unstable();
    chosen
}

/// How far the lower lip moves per frame around `i`, in inter-ocular distances: motion blurs.
fn motion(all: &[&Observation], i: usize) -> f32 {
    let (before, after) = (all[i.saturating_sub(1)], all[(i + 1).min(all.len() - 1)]);
    let lip = crate::landmarks::LOWER_LIP_INNER;
    match (before.mesh.points.get(lip), after.mesh.points.get(lip)) {
        (Some(a), Some(b)) if after.frame - before.frame <= 2 => {
            (a[0] - b[0]).hypot(a[1] - b[1]) / all[i].mesh.inter_ocular().max(1.0) * 0.5
        }
        _ => 0.1,
    }
}
