//! The cut detector.
//!
//! A cut is a step in the picture that stands far above the steps around it: motion and grain raise the neighbours too, a
//! cut does not. That ratio also finds jump cuts inside one camera position. A flash comes back to what was before; a
//! dissolve passes through the mean of its ends; a fade leaves a picture without contrast.

use std::collections::VecDeque;

use super::Shot;
use super::thumb::Thumb;
use crate::picture::Picture;

/// Least mean pixel difference (0..1) of a cut.
const STEP: f32 = 0.012;
/// How far a cut's step stands above the steps of the three frames before and after.
const PROMINENCE: f32 = 4.0;
/// A step this large with this change of brightness is a cut even next to other large steps (fast editing).
const LARGE: (f32, f32) = (0.12, 0.25);
/// Frames looked at before and after.
const AROUND: usize = 3;
/// Half the length in frames of the dissolves looked for.
const DISSOLVE: usize = 8;
/// A picture with less contrast is empty: faded out.
const EMPTY: f32 = 0.02;

/// What is known of one frame.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    pixels: f32,
    brightness: f32,
    empty: bool,
    /// Least difference between the frame before and the frames two to four after it; small after a flash.
    returns: f32,
    /// Least difference between this frame and those two to four before it; small at the end of a flash.
    returned: f32,
    /// [`Thumb::off_middle`] of the frames [`DISSOLVE`] before and after; 1 where these hardly differ.
    off_middle: f32,
}

/// Finds cuts in frames given one after another.
#[derive(Debug, Default)]
pub struct ShotDetector {
    recent: VecDeque<Thumb>,
    steps: Vec<Step>,
}

impl ShotDetector {
    /// Takes the next frame; whether a new shot seems to begin with it. The last word is [`ShotDetector::finish`]'s, which
    /// knows the frames after.
    pub fn push(&mut self, picture: &dyn Picture) -> bool {
        self.push_thumb(Thumb::of(picture))
    }

    fn push_thumb(&mut self, thumb: Thumb) -> bool {
        let earlier = self.recent.iter().rev().skip(1).take(AROUND);
        let returned = earlier.map(|t| thumb.difference(t)).fold(1.0, f32::min);
        let empty = thumb.contrast < EMPTY;
        let mut step = Step { empty, returns: 1.0, returned, off_middle: 1.0, ..Step::default() };
        if let Some(last) = self.recent.back() {
            step.pixels = thumb.difference(last);
            step.brightness = thumb.histogram_difference(last);
        }
        let before = self.steps.iter().rev().take(AROUND).map(|s| s.pixels).fold(0.001, f32::max);
        let sudden = step.pixels > STEP && step.pixels > PROMINENCE * before;
        self.steps.push(step);
        self.recent.push_back(thumb);
        if self.recent.len() > 2 * DISSOLVE + 1 {
            self.recent.pop_front();
        }
        self.look_back();
        self.steps.len() == 1 || sudden || (step.pixels > LARGE.0 && step.brightness > LARGE.1)
    }

    /// Judges earlier frames with the newest one.
    fn look_back(&mut self) {
        let (count, held) = (self.steps.len(), self.recent.len());
        let newest = &self.recent[held - 1];
        for after in 2..=AROUND + 1 {
            // The frame before a step, seen from `after` frames later.
            if held > after {
                let step = &mut self.steps[count - after];
                step.returns = step.returns.min(newest.difference(&self.recent[held - 1 - after]));
            }
        }
        if held == 2 * DISSOLVE + 1 && newest.difference(&self.recent[0]) > 0.05 {
            self.steps[count - 1 - DISSOLVE].off_middle =
                self.recent[DISSOLVE].off_middle(&self.recent[0], newest);
        }
    }

    /// All shots of the frames pushed, without gaps; none when there were no frames. `unbroken` are frames known not to begin a
    /// shot whatever the picture says.
    pub fn finish(&self, unbroken: &[usize]) -> Vec<Shot> {
        let count = self.steps.len();
        let cut = |i: usize| i == 0 || (self.is_cut(i) && !unbroken.contains(&i));
        let mut starts: Vec<usize> = (0..count).filter(|&i| cut(i)).collect();
        for middle in (0..count).filter(|&i| self.is_dissolve(i)) {
            // A hard cut nearby explains the change better.
            if !starts.iter().any(|s| s.abs_diff(middle) <= DISSOLVE) {
                starts.push(middle);
            }
        }
        starts.sort_unstable();
        let ends = starts.iter().skip(1).copied().chain([count]);
        starts.iter().zip(ends).map(|(&first, end)| Shot { first, end }).collect()
    }

    fn is_cut(&self, i: usize) -> bool {
        let step = self.steps[i];
        if step.empty != self.steps[i - 1].empty {
            return true;
        }
        if step.returns.min(step.returned) < 0.4 * step.pixels {
            return false;
        }
        let from = i.saturating_sub(AROUND).max(1);
        let to = (i + AROUND + 1).min(self.steps.len());
        let around = (from..to).filter(|&k| k != i).map(|k| self.steps[k].pixels).fold(0.001, f32::max);
        let stands_out = step.pixels > STEP && step.pixels > PROMINENCE * around;
        let large = step.pixels > LARGE.0 && step.brightness > LARGE.1 && step.pixels >= 0.8 * around;
        stands_out || large
    }

    /// The middle of a dissolve: nearest to the mean of its ends among its neighbours.
    fn is_dissolve(&self, i: usize) -> bool {
        let off = self.steps[i].off_middle;
        let from = i.saturating_sub(DISSOLVE);
        let to = (i + DISSOLVE + 1).min(self.steps.len());
        off < 0.2
            && (from..to).all(|k| {
                k == i || self.steps[k].off_middle > off || (self.steps[k].off_middle == off && k > i)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A textured picture; `seed` chooses which, `light` is added.
    fn thumb(seed: usize, light: f32) -> Vec<f32> {
        (0..48 * 27 * 3)
            .map(|i| (0.5 + 0.4 * ((i * (seed * 7 + 3)) as f32 * 0.013).sin() + light).min(1.0))
            .collect()
    }

    fn starts(frames: impl IntoIterator<Item = Vec<f32>>) -> Vec<usize> {
        let mut detector = ShotDetector::default();
        for pixels in frames {
            detector.push_thumb(Thumb::from_pixels(pixels));
        }
        detector.finish(&[]).iter().map(|s| s.first).collect()
    }

    #[test]
    fn a_cut_is_found_and_a_flash_is_not_one() {
        assert_eq!(starts((0..40).map(|i| thumb(usize::from(i >= 17), 0.0))), [0, 17]);
        assert_eq!(starts((0..40).map(|i| thumb(0, if i == 17 || i == 18 { 0.5 } else { 0.0 }))), [0]);
    }

    #[test]
    fn a_dissolve_is_cut_in_its_middle_and_a_fade_at_its_dark_end() {
        let mixed = |share: f32| {
            thumb(0, 0.0).iter().zip(thumb(1, 0.0)).map(|(a, b)| a * (1.0 - share) + b * share).collect()
        };
        let found = starts((0..60).map(|i| mixed(((i as f32 - 22.0) / 16.0).clamp(0.0, 1.0))));
        assert!(found.len() == 2 && found[1].abs_diff(30) <= 1, "{found:?}");
        let dark =
            |i: i32| thumb(0, 0.0).iter().map(|v| v * ((i - 30).abs() as f32 / 20.0).min(1.0)).collect();
        let found = starts((0..60).map(dark));
        assert!(found.iter().any(|s| s.abs_diff(30) <= 3), "{found:?}");
    }
}
