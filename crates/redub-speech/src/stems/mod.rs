//! Speech and everything else, taken apart.
//!
//! The speech is estimated by DeepFilterNet3 from the mean of the channels and placed in each channel; the background is what is
//! left of the source, so that music keeps its stereo image and its full bandwidth, and the pauses are the source itself.

mod activity;
pub mod deepfilter;
pub mod features;
mod place;
mod residual;
pub mod stft;

use redub_core::Audio;
use redub_core::audio::rms;
use redub_models::ModelStore;

pub use activity::Activity;

use crate::error::SpeechError;
use crate::progress::{self, Progress};
use crate::turns::SileroVad;
use deepfilter::DeepFilter;
use features::RATE;

/// Root mean square below which a recording is quiet (-40 dBFS): its speech would not be found. It is raised to [`LEVEL`] (-26 dBFS) while it is
/// taken apart.
const QUIET: f32 = 0.01;
const LEVEL: f32 = 0.05;
/// A background quieter than this, in dB below full scale, is not worth keeping.
const AUDIBLE_DB: f32 = -55.0;
/// A background further than this below the speech, in dB, is the room rather than music or effects.
const ROOM_DB: f32 = -32.0;

/// A sound in two parts of the source's rate, channels and length. Where nobody speaks the background is the source itself; elsewhere
/// the parts add up to the source but for remains of the voice that belong to neither.
#[derive(Debug, Clone)]
pub struct Stems {
    /// The speech.
    pub speech: Audio,
    /// Music, effects and room.
    pub background: Audio,
    /// Whether the background is more than silence or a quiet room.
    pub background_present: bool,
    /// What the user should know about the separation.
    pub note: Option<String>,
    activity: Activity,
}

impl Stems {
    /// Where speech is heard: one smooth value, 0..1, for every 10 ms, to duck the background by.
    pub fn speech_activity(&self) -> &Activity {
        &self.activity
    }
}

/// Takes sounds apart; loaded once, used for any number of files.
pub struct Splitter {
    filter: DeepFilter,
    detector: SileroVad,
}

impl Splitter {
    /// Loads the networks.
    ///
    /// # Errors
    /// Missing model or runtime.
    pub fn load(store: &ModelStore) -> Result<Self, SpeechError> {
        Ok(Self { filter: DeepFilter::open(store)?, detector: SileroVad::load(store)? })
    }

    /// Splits `audio` (48 kHz, any number of channels). `progress` is called with the share done, 0..1, and may stop the work.
    ///
    /// # Errors
    /// Another sample rate, a network that fails, or [`SpeechError::Stopped`].
    pub fn split(&self, audio: &Audio, progress: &mut Progress<'_>) -> Result<Stems, SpeechError> {
        if audio.rate != RATE {
            let reason = format!("the sound has {} Hz; resample it to {RATE} Hz first", audio.rate);
            return Err(SpeechError::Engine { engine: "stems", reason });
        }
        let gain = raise(audio);
        let raised = scaled(audio.clone(), gain);
        let audio = &raised;
        let stft = self.filter.stft();
        let reference = place::reference(audio);
        let spectra = stft.analyse(&reference);
        let filter = self.filter.estimate(&spectra, &mut |share| progress(0.95 * share))?;
        let mut filtered = filter.apply(&spectra);
        let voice = stft.synthesise(&mut filtered, reference.len());
        // Whistles and fiddles pass the filter; only what the detector also takes for speech counts.
        let spoken = self.detector.speech(&activity::third(&voice), &activity::LENIENT)?;
        let activity = Activity::of(&voice, &filter.snr_db, &spoken);
        let speech = place::place(audio, &voice, |channel| {
            let mut filtered = filter.apply(&stft.analyse(channel));
            stft.synthesise(&mut filtered, channel.len())
        });
        let (speech, background) = residual::divide(audio, &speech, &activity);
        progress::tell(progress, 1.0)?;
        let stems = describe(speech, background, activity);
        Ok(Stems {
            speech: scaled(stems.speech, 1.0 / gain),
            background: scaled(stems.background, 1.0 / gain),
            ..stems
        })
    }
}

/// Factor that brings a quiet recording to a level the networks were trained at; 1 where it is loud enough.
fn raise(audio: &Audio) -> f32 {
    let level = rms(&audio.samples);
    let peak = audio.samples.iter().fold(0.0f32, |most, s| most.max(s.abs()));
    if level >= QUIET || peak <= 0.0 {
        return 1.0;
    }
    (LEVEL / level).min(0.9 / peak).max(1.0)
}

fn scaled(mut audio: Audio, gain: f32) -> Audio {
    if gain != 1.0 {
        audio.samples.iter_mut().for_each(|s| *s *= gain);
    }
    audio
}

/// Says what the two parts are worth.
fn describe(speech: Audio, background: Audio, activity: Activity) -> Stems {
    let db = |level: f32| 20.0 * level.max(1e-9).log10();
    let (bed, voice) = (db(activity.level(&background, false)), db(activity.level(&speech, true)));
    let spoken = activity.share();
    let background_present = bed > AUDIBLE_DB && (bed > voice + ROOM_DB || spoken < 0.02);
    let note = if spoken < 0.02 {
        Some("next to no speech was heard beside the background".to_owned())
    } else if background_present && bed > voice - 3.0 {
        Some("the background is about as loud as the speech: traces of the speech stay in it".to_owned())
    } else {
        None
    };
    Stems { speech, background, background_present, note, activity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_recordings_are_raised_and_silence_and_loud_ones_are_not() {
        let wave = |level: f32| {
            let samples = (0..48_000).map(|i| level * (i as f32 * 0.05).sin()).collect();
            Audio { samples, rate: RATE, channels: 1 }
        };
        for (level, expected) in [(0.001, 70.7), (0.1, 1.0), (0.0, 1.0)] {
            let gain = raise(&wave(level));
            assert!((gain / expected - 1.0).abs() < 0.01, "{level}: {gain}");
        }
        // A click keeps a quiet recording from being raised into clipping.
        let mut clicked = wave(0.001);
        clicked.samples[7] = 0.3;
        assert!(raise(&clicked) * 0.3 <= 0.9001);
    }
}
