//! Loudness of the sound at the frames' times.

/// Sample rate of the sound in Hz.
const RATE: f64 = 16_000.0;
/// Half the length in seconds of the window around a frame's time.
const HALF_WINDOW: f64 = 0.025;

/// Loudness per frame, 0 (the quiet parts of the file) to about 1 (its loud parts), on a logarithmic scale.
pub(super) fn loudness(frame_times: &[f64], audio: &[f32]) -> Vec<f32> {
    let levels: Vec<f32> = frame_times.iter().map(|t| level(audio, *t)).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f32::total_cmp);
    let at =
        |share: f32| sorted.get((share * (sorted.len().max(1) - 1) as f32) as usize).copied().unwrap_or(0.0);
    // A file that is loud throughout has no quiet part: at most 40 dB below its loud parts is quiet.
    let loud = at(0.95);
    let quiet = at(0.05).max(loud - 4.0);
    levels.iter().map(|l| ((l - quiet) / (loud - quiet).max(0.5)).clamp(0.0, 1.3)).collect()
}

/// Log10 of the energy of the differenced signal (which favours the range of speech over rumble) around `time`.
fn level(audio: &[f32], time: f64) -> f32 {
    let from = (((time - HALF_WINDOW) * RATE).max(0.0) as usize).min(audio.len());
    let to = (((time + HALF_WINDOW) * RATE).max(0.0) as usize).min(audio.len());
    let window = &audio[from..to];
    let energy: f32 = window.windows(2).map(|w| (w[1] - 0.9 * w[0]).powi(2)).sum();
    (energy / window.len().max(1) as f32 + 1e-9).log10()
}
