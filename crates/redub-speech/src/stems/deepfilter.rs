//! DeepFilterNet3 (Schröter et al. 2023, MIT/Apache-2.0) on a whole signal: a gain per band, and a short complex filter over
//! time for each low bin, both estimated from one reference signal and applied to any number of channels.

use std::ops::Range;
use std::sync::Arc;

use ort::value::Tensor;
use realfft::num_complex::Complex32;
use redub_models::{ModelError, ModelStore, OnnxSession, threads};

use super::features::{BANDS, DF_BINS, Features, band_widths, features};
use super::stft::{BINS, Stft};
use crate::error::SpeechError;
use crate::progress::{self, Progress};

const MODEL: &str = "deepfilternet3";
/// Taps of the deep filter.
const ORDER: usize = 5;
/// Frames of the future the networks see: output `t` belongs to spectrum `t - LOOKAHEAD`; the filter reaches as far ahead.
const LOOKAHEAD: usize = 2;
/// Frames run at once (20 s): bounds memory.
const CHUNK: usize = 2000;
/// Frames run before each chunk so that the recurrent state has settled (2 s).
const WARM_UP: usize = 200;

/// The three loaded networks.
pub struct DeepFilter {
    encoder: Arc<OnnxSession>,
    band_decoder: Arc<OnnxSession>,
    filter_decoder: Arc<OnnxSession>,
    stft: Stft,
}

/// What the networks say about a reference signal, to be applied to spectra of the same length.
pub struct Filter {
    /// Gain per band, `frames × BANDS`, 0..1.
    gains: Vec<f32>,
    /// Complex taps per low bin, `frames × DF_BINS × ORDER`, oldest tap first.
    taps: Vec<Complex32>,
    /// Local signal-to-noise ratio in dB, -15..35, per frame.
    pub snr_db: Vec<f32>,
}

impl DeepFilter {
    /// Loads the networks.
    ///
    /// # Errors
    /// Missing model or runtime.
    pub fn open(store: &ModelStore) -> Result<Self, SpeechError> {
        let open = |file| store.session(MODEL, file, threads::budget());
        Ok(Self {
            encoder: open("enc.onnx")?,
            band_decoder: open("erb_dec.onnx")?,
            filter_decoder: open("df_dec.onnx")?,
            stft: Stft::new(),
        })
    }

    /// The transform the filters apply to.
    pub fn stft(&self) -> &Stft {
        &self.stft
    }

    /// Estimates the filter that leaves the speech of `spectra` (`frames × BINS`, from [`Stft::analyse`] of a 48 kHz signal).
    /// `progress` is called with the share done, 0..1.
    ///
    /// # Errors
    /// A network that fails, or [`SpeechError::Stopped`].
    pub fn estimate(
        &self,
        spectra: &[Complex32],
        progress: &mut Progress<'_>,
    ) -> Result<Filter, SpeechError> {
        let features = features(spectra);
        let frames = spectra.len() / BINS;
        let mut filter = Filter { gains: Vec::new(), taps: Vec::new(), snr_db: Vec::new() };
        for start in (0..frames).step_by(CHUNK) {
            let end = (start + CHUNK).min(frames);
            self.chunk(&features, frames, start..end, &mut filter)?;
            progress::tell(progress, end as f32 / frames as f32)?;
        }
        Ok(filter)
    }

    /// Runs the frames of `range`, with warm-up before and look-ahead after, and appends what belongs to `range`.
    fn chunk(
        &self,
        features: &Features,
        frames: usize,
        range: Range<usize>,
        filter: &mut Filter,
    ) -> Result<(), SpeechError> {
        let from = range.start.saturating_sub(WARM_UP);
        let count = range.end - from;
        // The network's input at `t` is the signal's frame `t + LOOKAHEAD`; past the end there is silence.
        let shifted = |values: &[f32], width: usize| -> Vec<f32> {
            let last = (range.end + LOOKAHEAD).min(frames);
            let mut part = values[((from + LOOKAHEAD).min(last)) * width..last * width].to_vec();
            part.resize(count * width, 0.0);
            part
        };
        let bands = shifted(&features.bands, BANDS);
        let mut bins = shifted(&features.real, DF_BINS);
        bins.extend(shifted(&features.imaginary, DF_BINS));

        let encoded = self.encoder.with(|session| {
            let outputs = session.run(ort::inputs![
                "feat_erb" => Tensor::from_array(([1, 1, count, BANDS], bands))?,
                "feat_spec" => Tensor::from_array(([1, 2, count, DF_BINS], bins))?,
            ])?;
            let take = |name: &str| -> Result<(Vec<i64>, Vec<f32>), ModelError> {
                let (shape, values) = outputs[name].try_extract_tensor::<f32>()?;
                Ok((shape.to_vec(), values.to_vec()))
            };
            Ok(["e0", "e1", "e2", "e3", "emb", "c0", "lsnr"].map(take))
        })?;
        let [e0, e1, e2, e3, emb, c0, lsnr] = encoded;
        let (emb, lsnr) = (emb?, lsnr?);

        let gains = self.band_decoder.with(|session| {
            let outputs = session.run(ort::inputs![
                "emb" => Tensor::from_array(emb.clone())?,
                "e3" => Tensor::from_array(e3?)?,
                "e2" => Tensor::from_array(e2?)?,
                "e1" => Tensor::from_array(e1?)?,
                "e0" => Tensor::from_array(e0?)?,
            ])?;
            Ok(outputs["m"].try_extract_tensor::<f32>()?.1.to_vec())
        })?;
        let taps = self.filter_decoder.with(|session| {
            let outputs = session.run(ort::inputs![
                "emb" => Tensor::from_array(emb)?,
                "c0" => Tensor::from_array(c0?)?,
            ])?;
            Ok(outputs["coefs"].try_extract_tensor::<f32>()?.1.to_vec())
        })?;

        let skip = range.start - from;
        let too_short =
            gains.len() < count * BANDS || taps.len() < count * DF_BINS * ORDER * 2 || lsnr.1.len() < count;
        if too_short {
            let reason =
                "the networks gave fewer frames than they were given; pull the model again".to_owned();
            return Err(SpeechError::Engine { engine: MODEL, reason });
        }
        filter.gains.extend(&gains[skip * BANDS..count * BANDS]);
        let pairs = taps[skip * DF_BINS * ORDER * 2..count * DF_BINS * ORDER * 2].chunks_exact(2);
        filter.taps.extend(pairs.map(|pair| Complex32::new(pair[0], pair[1])));
        filter.snr_db.extend(&lsnr.1[skip..count]);
        Ok(())
    }
}

impl Filter {
    /// The speech in `spectra` (`frames × BINS`): band gains, and below 4.8 kHz the deep filter instead.
    pub fn apply(&self, spectra: &[Complex32]) -> Vec<Complex32> {
        let frames = spectra.len() / BINS;
        let widths = band_widths();
        let mut speech = spectra.to_vec();
        for (t, spectrum) in speech.chunks_exact_mut(BINS).enumerate() {
            let mut bins = spectrum.iter_mut();
            for (width, gain) in widths.iter().zip(&self.gains[t * BANDS..]) {
                bins.by_ref().take(*width).for_each(|x| *x *= *gain);
            }
            for (bin, x) in spectrum.iter_mut().take(DF_BINS).enumerate() {
                let taps = &self.taps[(t * DF_BINS + bin) * ORDER..][..ORDER];
                *x = taps.iter().enumerate().fold(Complex32::default(), |sum, (k, tap)| {
                    let at = (t + k + LOOKAHEAD + 1).checked_sub(ORDER);
                    let input = at
                        .filter(|at| *at < frames)
                        .map_or(Complex32::default(), |at| spectra[at * BINS + bin]);
                    sum + tap * input
                });
            }
        }
        speech
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    /// The signal of `tests/golden/deepfilter.py`.
    fn voice_in_noise() -> Vec<f32> {
        let mut state = 1u32;
        let sample = |i: usize| {
            let t = i as f64 / 48_000.0;
            let phase = 2.0 * PI * (120.0 * t - 20.0 / (4.0 * PI) * (4.0 * PI * t).cos());
            let voice: f64 = (1..=20).map(|k| (f64::from(k) * phase).sin() / f64::from(k)).sum();
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state) / f64::from(1u32 << 31) - 1.0;
            (voice * (0.5 - 0.5 * (8.0 * PI * t).cos()) * 0.15 + 0.02 * noise) as f32
        };
        (0..96_000).map(sample).collect()
    }

    #[test]
    fn equals_the_reference_library() {
        let store = ModelStore::new(ModelStore::default_root());
        let filter = match DeepFilter::open(&store) {
            Ok(filter) => filter,
            Err(reason) => return println!("skipped: {reason}"),
        };
        let golden = include_bytes!("../../tests/golden/deepfilter.i16");
        let golden: Vec<f64> =
            golden.chunks_exact(2).map(|b| f64::from(i16::from_le_bytes([b[0], b[1]])) / 32768.0).collect();
        let signal = voice_in_noise();
        let spectra = filter.stft().analyse(&signal);
        let estimate = filter.estimate(&spectra, &mut progress::on).unwrap();
        let ours = filter.stft().synthesise(&mut estimate.apply(&spectra), signal.len());
        let ours: Vec<f64> = ours[38_400..67_200].iter().map(|x| f64::from(*x)).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let scale = dot(&golden, &ours) / dot(&golden, &golden);
        let error: f64 = golden.iter().zip(&ours).map(|(g, o)| (o - scale * g).powi(2)).sum();
        let si_sdr = 10.0 * (scale * scale * dot(&golden, &golden) / error).log10();
        assert!(si_sdr > 25.0, "SI-SDR {si_sdr:.1} dB");
    }
}
