//! The One-Euro filter (Casiez, Roussel, Vogel, CHI 2012): a low-pass whose cut-off rises with speed.

/// How strongly a signal is smoothed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneEuro {
    /// Cut-off in Hz when nothing moves: lower is steadier.
    pub min_cutoff: f32,
    /// Hz of cut-off per unit of speed (units per second): higher follows fast motion more closely.
    pub beta: f32,
    /// Cut-off of the speed estimate in Hz.
    pub speed_cutoff: f32,
}

impl OneEuro {
    /// A filter that leaves little of the jitter of a slow signal.
    pub const fn new(min_cutoff: f32, beta: f32) -> Self {
        Self { min_cutoff, beta, speed_cutoff: 1.0 }
    }

    /// Smooths evenly spaced `values` (`rate` per second) forwards and backwards and takes the mean, so that nothing
    /// lags: the whole track is known when it is smoothed.
    pub fn smooth(&self, values: &[f32], rate: f32) -> Vec<f32> {
        let forward = self.pass(values.iter().copied(), rate);
        let backward = self.pass(values.iter().rev().copied(), rate);
        forward.iter().zip(backward.iter().rev()).map(|(a, b)| 0.5 * (a + b)).collect()
    }

    fn pass(&self, values: impl Iterator<Item = f32>, rate: f32) -> Vec<f32> {
        let alpha = |cutoff: f32| {
            let tau = rate / (std::f32::consts::TAU * cutoff);
            1.0 / (1.0 + tau)
        };
        let mut state: Option<(f32, f32, f32)> = None;
        values
            .map(|x| {
                let (raw, smooth, speed) = state.unwrap_or((x, x, 0.0));
                let speed = speed + alpha(self.speed_cutoff) * ((x - raw) * rate - speed);
                let smooth = smooth + alpha(self.min_cutoff + self.beta * speed.abs()) * (x - smooth);
                state = Some((x, smooth, speed));
                smooth
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_shrinks_and_a_step_does_not_lag() {
        let filter = OneEuro::new(1.0, 0.0);
        let noise: Vec<f32> = (0..100).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert!(filter.smooth(&noise, 25.0)[30..70].iter().all(|v| v.abs() < 0.3));
        let step: Vec<f32> = (0..100).map(|i| if i < 50 { 0.0 } else { 10.0 }).collect();
        let smooth = OneEuro::new(1.0, 1.0).smooth(&step, 25.0);
        // Seen from both sides the step stays in its place: as far above on the left as below on the right.
        for k in 0..10 {
            assert!((smooth[49 - k] - (10.0 - smooth[50 + k])).abs() < 1e-3);
        }
    }
}
