//! Peaks between the samples.

/// Points per sample.
const PHASES: usize = 4;
/// Samples on each side that a point between samples is made of.
const REACH: usize = 12;

/// For every sample frame the highest absolute value of any channel from this sample up to the next one, on a grid
/// of four points per sample.
pub(super) fn peaks(samples: &[f32], channels: usize) -> Vec<f32> {
    let kernels = kernels();
    let frames = samples.len() / channels;
    let mut highest = vec![0.0f32; frames];
    let mut line = vec![0.0f32; frames + 2 * REACH];
    for channel in 0..channels {
        let values = samples.iter().skip(channel).step_by(channels);
        line[REACH..].iter_mut().zip(values).for_each(|(slot, value)| *slot = *value);
        for (at, peak) in highest.iter_mut().enumerate() {
            *peak = peak.max(line[at + REACH].abs());
            let around = &line[at + 1..at + 1 + 2 * REACH];
            for kernel in &kernels {
                let value: f32 = around.iter().zip(kernel).map(|(a, b)| a * b).sum();
                *peak = peak.max(value.abs());
            }
        }
    }
    highest
}

/// Windowed sinc for the points at 1/4, 2/4 and 3/4 after the sample in the middle; the sum of each is 1.
fn kernels() -> [[f32; 2 * REACH]; PHASES - 1] {
    let kernel = |phase: usize| {
        let offset = phase as f64 / PHASES as f64;
        let tap = |index: usize| {
            let x = index as f64 - (REACH as f64 - 1.0) - offset;
            let window = (0.5 * std::f64::consts::PI * x / (REACH as f64 + 0.5)).cos().powi(2);
            let angle = std::f64::consts::PI * x;
            window * angle.sin() / angle
        };
        let taps: [f64; 2 * REACH] = std::array::from_fn(tap);
        let sum: f64 = taps.iter().sum();
        taps.map(|t| (t / sum) as f32)
    };
    [kernel(1), kernel(2), kernel(3)]
}
