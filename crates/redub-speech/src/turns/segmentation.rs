//! pyannote segmentation 3.0 (MIT): which of up to three voices speak in a window of ten seconds.
//!
//! The network gives, for frames of 270 samples, log-probabilities of seven classes: nobody, one of three local
//! speakers, or two of them at once ("powerset"). Local speakers have no identity beyond their window.

use std::sync::Arc;

use ort::value::Tensor;
use redub_core::Span;
use redub_models::{ModelStore, OnnxSession};

use super::{RATE, vad::onnx};
use crate::error::SpeechError;

/// Samples of one window (10 s).
const WINDOW: usize = 160_000;
/// Samples from one window to the next.
const WINDOW_HOP: usize = 40_000;
/// Samples from one frame to the next.
pub const FRAME: usize = 270;
/// Samples by which a frame's middle lies behind `index × FRAME`: half the network's receptive field of 991.
const FRAME_MIDDLE: usize = 495;
/// Local speakers of a window.
pub const LOCALS: usize = 3;
const CLASSES: usize = 7;
/// Members of each class.
const POWERSET: [&[usize]; CLASSES] = [&[], &[0], &[1], &[2], &[0, 1], &[0, 2], &[1, 2]];

/// Frames of the whole file.
#[derive(Debug, Clone)]
pub struct Segmentation {
    /// Expected number of people speaking at once, 0..2, averaged over the windows that cover a frame.
    pub speakers_at_once: Vec<f32>,
    /// What each window says of its own local speakers.
    pub windows: Vec<Window>,
}

/// One window of the network.
#[derive(Debug, Clone)]
pub struct Window {
    /// Its first frame.
    pub first: usize,
    /// Activity, 0..1, of each local speaker in every frame of the window.
    pub activity: Vec<[f32; LOCALS]>,
}

impl Window {
    /// How much each local speaker is heard within `from..to` (frames of the file); `None` unless the window covers it all.
    fn heard(&self, from: usize, to: usize) -> Option<[f32; LOCALS]> {
        let inside = self.activity.get(from.checked_sub(self.first)?..to.checked_sub(self.first)?)?;
        let mut sum = [0.0; LOCALS];
        for frame in inside {
            sum.iter_mut().zip(frame).for_each(|(s, a)| *s += a);
        }
        Some(sum)
    }
}

impl Segmentation {
    /// Time of a frame's middle, in seconds.
    pub fn time(frame: usize) -> f64 {
        (frame * FRAME + FRAME_MIDDLE) as f64 / f64::from(RATE)
    }

    /// Whether two stretches are the same local speaker's, 0 (no) to 1 (yes), averaged over the windows that cover both;
    /// `None` where no window does or where nobody is heard.
    pub fn same_speaker(&self, a: Span, b: Span) -> Option<f32> {
        let frames = |s: Span| (Self::frame(s.start), Self::frame(s.end));
        let ((a_from, a_to), (b_from, b_to)) = (frames(a), frames(b));
        let (from, to) = (a_from.min(b_from), a_to.max(b_to));
        // Windows are in order of their starts.
        let first = self.windows.partition_point(|w| w.first + w.activity.len() < to);
        let (mut sum, mut count) = (0.0, 0.0);
        for window in self.windows[first..].iter().take_while(|w| w.first <= from) {
            let (Some(a), Some(b)) = (window.heard(a_from, a_to), window.heard(b_from, b_to)) else {
                continue;
            };
            let length = |v: &[f32; LOCALS]| v.iter().map(|x| x * x).sum::<f32>().sqrt();
            let product = length(&a) * length(&b);
            if product > 1.0 {
                sum += a.iter().zip(&b).map(|(x, y)| x * y).sum::<f32>() / product;
                count += 1.0;
            }
        }
        (count > 0.0).then(|| sum / count)
    }

    /// The frame whose middle is nearest to `time` (seconds).
    pub fn frame(time: f64) -> usize {
        ((time * f64::from(RATE) - FRAME_MIDDLE as f64) / FRAME as f64).round().max(0.0) as usize
    }
}

/// The segmentation network.
#[derive(Debug, Clone)]
pub struct Segmenter {
    session: Arc<OnnxSession>,
}

impl Segmenter {
    /// Opens the network.
    ///
    /// # Errors
    /// A missing or refused model.
    pub fn load(store: &ModelStore, threads: usize) -> Result<Self, SpeechError> {
        let session = store.session("speaker-segmentation", "speaker_segmentation_3.0.onnx", threads)?;
        Ok(Self { session })
    }

    /// Runs the network over 16 kHz audio in overlapping windows.
    ///
    /// # Errors
    /// A network that fails.
    pub fn run(&self, audio: &[f32]) -> Result<Segmentation, SpeechError> {
        let frames = audio.len().div_ceil(FRAME);
        let mut sum = vec![0.0_f32; frames];
        let mut covered = vec![0.0_f32; frames];
        let mut windows = Vec::new();
        for start in starts(audio.len()) {
            let part = &audio[start..audio.len().min(start + WINDOW)];
            let mut activity = self.window(part)?;
            let first_frame = (start + FRAME / 2) / FRAME;
            activity.truncate(part.len().div_ceil(FRAME).min(frames - first_frame));
            for (i, active) in activity.iter().enumerate() {
                sum[first_frame + i] += active.iter().sum::<f32>();
                covered[first_frame + i] += 1.0;
            }
            windows.push(Window { first: first_frame, activity });
        }
        let speakers_at_once =
            sum.iter().zip(&covered).map(|(s, n)| if *n > 0.0 { s / n } else { 0.0 }).collect();
        Ok(Segmentation { speakers_at_once, windows })
    }

    /// One window, padded with silence to its full length.
    fn window(&self, part: &[f32]) -> Result<Vec<[f32; LOCALS]>, SpeechError> {
        let mut padded = part.to_vec();
        padded.resize(WINDOW, 0.0);
        let input = Tensor::from_array(([1_usize, 1, WINDOW], padded)).map_err(onnx)?;
        Ok(self.session.with(|session| {
            let outputs = session.run(ort::inputs!["waveform" => input])?;
            let (_, log_probabilities) = outputs["log_probs"].try_extract_tensor::<f32>()?;
            Ok(log_probabilities.chunks_exact(CLASSES).map(marginals).collect())
        })?)
    }
}

/// First samples of the windows; the last one ends with the audio.
fn starts(samples: usize) -> Vec<usize> {
    let last = samples.saturating_sub(WINDOW);
    let mut starts: Vec<usize> = (0..=last).step_by(WINDOW_HOP).collect();
    if starts.last() != Some(&last) {
        starts.push(last);
    }
    starts
}

/// Activity of each local speaker: the probabilities of all classes it is a member of.
fn marginals(log_probabilities: &[f32]) -> [f32; LOCALS] {
    let mut active = [0.0; LOCALS];
    for (members, log_probability) in POWERSET.iter().zip(log_probabilities) {
        for member in *members {
            active[*member] += log_probability.exp();
        }
    }
    active
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_everything() {
        assert_eq!(starts(16_000), vec![0]);
        assert_eq!(starts(170_000), vec![0, 10_000]);
        assert_eq!(starts(200_000), vec![0, 40_000]);
    }

    #[test]
    fn powerset_gives_marginals() {
        let mut p = [1e-9_f32.ln(); CLASSES];
        p[4] = 0.75_f32.ln();
        p[1] = 0.25_f32.ln();
        let active = marginals(&p);
        assert!((active[0] - 1.0).abs() < 1e-5 && (active[1] - 0.75).abs() < 1e-5 && active[2] < 1e-5);
    }
}
