//! From reasons to weights.

use super::KeepReason;

/// Keeps stretches of fewer than `least` rendered frames.
pub(super) fn drop_short_runs(reasons: &mut [Option<KeepReason>], least: usize) {
    for (first, end) in runs(reasons) {
        if end - first < least {
            reasons[first..end].fill(Some(KeepReason::ShortShot));
        }
    }
}

/// Weights that rise over `frames` frames where a rendered stretch begins and fall where it ends, but not at a cut, which hides the
/// change by itself.
pub(super) fn fade(
    reasons: &[Option<KeepReason>],
    frames: usize,
    cut_before: bool,
    cut_after: bool,
) -> Vec<f32> {
    let mut weights = vec![0.0; reasons.len()];
    for (first, end) in runs(reasons) {
        for (index, weight) in weights.iter_mut().enumerate().take(end).skip(first) {
            let ramp = |distance: usize| (distance as f32 / (frames + 1) as f32).min(1.0);
            let rise = if first == 0 && cut_before { 1.0 } else { ramp(index + 1 - first) };
            let fall = if end == reasons.len() && cut_after { 1.0 } else { ramp(end - index) };
            *weight = rise.min(fall);
        }
    }
    weights
}

/// Stretches without a reason to keep, as `(first, end)`.
fn runs(reasons: &[Option<KeepReason>]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for index in (0..reasons.len()).filter(|&i| reasons[i].is_none()) {
        match runs.last_mut() {
            Some((_, end)) if *end == index => *end += 1,
            _ => runs.push((index, index + 1)),
        }
    }
    runs
}
