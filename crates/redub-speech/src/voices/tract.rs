//! Length of the vocal tract, as far as the upper resonances of a voice show it.
//!
//! Men's vocal tracts are longer than women's, which lowers the third and fourth formants whatever the pitch.
//! Formants are peaks of a linear prediction of the band up to 5 kHz (selective linear prediction: the
//! autocorrelation is taken from that part of the power spectrum, so the band above does not matter).

use std::f32::consts::{PI, TAU};

use realfft::RealFftPlanner;
use redub_core::audio::rms;

use super::pitch::RATE;
use crate::error::SpeechError;

/// Frame length (30 ms), step (10 ms) and transform size, in samples.
const FRAME: usize = 480;
const HOP: usize = 160;
const FFT: usize = 512;
/// Upper edge of the band, in Hz.
const BAND_HZ: f32 = 5_000.0;
/// Two poles for each of the five resonances an adult's vocal tract has in the band.
const ORDER: usize = 10;
/// Points of the predicted spectrum (20 Hz apart).
const POINTS: usize = 250;
const PRE_EMPHASIS: f32 = 0.97;
/// Frames that are enough: 20 s.
const ENOUGH: usize = 2_000;
/// The fewest frames with four formants that make an estimate.
const LEAST: usize = 20;

/// Frequency of the first resonance of a tube that has this voice's third and fourth formants, doubled (the
/// spacing of its resonances), in Hz: about 1000 for men, 1150 for women. `None` when too little is heard.
///
/// # Errors
/// A Fourier transform that refuses its buffers.
pub fn formant_spacing(audio: &[f32]) -> Result<Option<f32>, SpeechError> {
    let frames: Vec<&[f32]> = audio.windows(FRAME).step_by(HOP).take(ENOUGH).collect();
    let mut levels: Vec<f32> = frames.iter().map(|f| rms(f)).collect();
    levels.sort_by(f32::total_cmp);
    // The loudest two fifths: vowels.
    let Some(limit) = levels.get(levels.len() * 3 / 5).copied() else { return Ok(None) };
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(FFT);
    let (mut frame, mut spectrum) = (fft.make_input_vec(), fft.make_output_vec());
    let (mut third, mut fourth) = (Vec::new(), Vec::new());
    for samples in frames.into_iter().filter(|f| rms(f) >= limit) {
        fill(samples, &mut frame);
        fft.process(&mut frame, &mut spectrum)
            .map_err(|e| SpeechError::Engine { engine: "formants", reason: e.to_string() })?;
        let bins = (BAND_HZ / RATE as f32 * FFT as f32) as usize;
        let power: Vec<f32> = spectrum[..=bins].iter().map(|c| c.norm_sqr()).collect();
        if let Some(formants) = predict(&power).map(|a| peaks(&a)).filter(|p| p.len() >= 4) {
            third.push(formants[2]);
            fourth.push(formants[3]);
        }
    }
    if third.len() < LEAST {
        return Ok(None);
    }
    Ok(Some(0.5 * (median(third) / 2.5 + median(fourth) / 3.5)))
}

/// A windowed, pre-emphasised frame, zero-padded.
fn fill(samples: &[f32], frame: &mut [f32]) {
    let mut previous = samples[0];
    for (i, (out, sample)) in frame.iter_mut().zip(samples).enumerate() {
        let window = 0.54 - 0.46 * (TAU * i as f32 / (FRAME - 1) as f32).cos();
        *out = (sample - PRE_EMPHASIS * previous) * window;
        previous = *sample;
    }
    frame[FRAME..].fill(0.0);
}

/// Predictor polynomial `1, a1, …` of a power spectrum (Levinson and Durbin); `None` for silence.
fn predict(power: &[f32]) -> Option<[f32; ORDER + 1]> {
    let step = PI / (power.len() - 1) as f32;
    let mut correlation = [0.0_f32; ORDER + 1];
    for (lag, r) in correlation.iter_mut().enumerate() {
        *r = power.iter().enumerate().map(|(i, p)| p * (step * (lag * i) as f32).cos()).sum();
    }
    let mut error = correlation[0] * 1.0001;
    let mut a = [0.0_f32; ORDER + 1];
    a[0] = 1.0;
    for order in 1..=ORDER {
        if error <= 0.0 {
            return None;
        }
        let sum: f32 = (0..order).map(|i| a[i] * correlation[order - i]).sum();
        let reflection = -sum / error;
        let before = a;
        for i in 1..=order {
            a[i] = before[i] + reflection * before[order - i];
        }
        error *= 1.0 - reflection * reflection;
    }
    Some(a)
}

/// Peaks of the predicted spectrum above 200 Hz, in Hz, ascending.
fn peaks(a: &[f32; ORDER + 1]) -> Vec<f32> {
    let flatness = |point: usize| {
        let angle = PI * point as f32 / POINTS as f32;
        let part =
            |f: fn(f32) -> f32| a.iter().enumerate().map(|(k, c)| c * f(angle * k as f32)).sum::<f32>();
        part(f32::cos).powi(2) + part(f32::sin).powi(2)
    };
    let curve: Vec<f32> = (0..=POINTS).map(flatness).collect();
    let hz = |point: usize| BAND_HZ * point as f32 / POINTS as f32;
    (1..POINTS)
        .filter(|i| curve[*i] < curve[i - 1] && curve[*i] <= curve[i + 1])
        .map(hz)
        .filter(|f| *f > 200.0)
        .collect()
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pulse train through resonators at odd multiples of half the spacing.
    fn tube(spacing: f32, pitch: usize) -> Vec<f32> {
        let mut sound: Vec<f32> =
            (0..RATE as usize).map(|i| if i % pitch == 0 { 1.0 } else { 0.0 }).collect();
        for formant in 0..5 {
            let hz = spacing * (formant as f32 + 0.5);
            let radius = (-PI * 90.0 / RATE as f32).exp();
            let (b1, b2) = (2.0 * radius * (TAU * hz / RATE as f32).cos(), -radius * radius);
            for i in 2..sound.len() {
                sound[i] += b1 * sound[i - 1] + b2 * sound[i - 2];
            }
        }
        sound
    }

    #[test]
    fn the_spacing_of_a_tube_is_found_at_any_pitch() {
        for (spacing, pitch) in [(960.0, 140), (960.0, 75), (1080.0, 90)] {
            let found = formant_spacing(&tube(spacing, pitch)).unwrap().unwrap();
            assert!((found / spacing - 1.0).abs() < 0.04, "{spacing}: {found}");
        }
        assert_eq!(formant_spacing(&[0.0; 8_000]).unwrap(), None);
    }
}
