//! A voice for every speaker.

use redub_core::{Gender, Language};
use serde::{Deserialize, Serialize};

use super::bank::{Bank, cosine};
use super::catalog::{self, Accent, StockVoice};
use super::{Pitch, Voice, gender, tract};
use crate::error::SpeechError;
use crate::turns::VoicePrint;

/// How far a voice's pitch is moved towards the speaker's; further it sounds made.
pub const PITCH_SCALES: std::ops::RangeInclusive<f32> = 0.8..=1.25;
/// Octaves of pitch out of reach that outweigh a tenth of voice likeness.
const OCTAVES_PER_TENTH: f32 = 0.25;
/// What a voice native to the language is worth, in likeness.
const NATIVE_BONUS: f32 = 0.15;

/// How near to the speaker a voice is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Matching {
    /// The nearest voice or mixture, its pitch moved towards the speaker's.
    #[default]
    Matched,
    /// A stock voice as it is.
    Stock,
}

/// What is known of a speaker.
#[derive(Debug, Clone)]
pub struct SpeakerSample {
    /// The speaker's name inside the file.
    pub id: String,
    /// Their speech, 16 kHz mono; a few seconds are enough.
    pub audio: Vec<f32>,
    /// Their gender when somebody said so.
    pub gender: Option<Gender>,
}

/// The voice given to a speaker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoiceChoice {
    /// The speaker's name inside the file.
    pub speaker: String,
    /// The voice.
    pub voice: Voice,
    /// The speaker's gender as given or heard; `None` when there was nothing to hear.
    pub gender: Option<Gender>,
    /// The speaker's median pitch in Hz.
    pub pitch_hz: Option<f32>,
    /// Factor on the voice's pitch that brings it to the speaker's, within [`PITCH_SCALES`].
    pub f0_scale: f32,
    /// Why this voice, in words for the report.
    pub reason: String,
}

/// A speaker as heard.
struct Heard<'a> {
    sample: &'a SpeakerSample,
    pitch: Option<Pitch>,
    print: Option<Vec<f32>>,
    gender: Option<Gender>,
}

/// Gives every speaker a voice of their gender that can speak the language: the nearest that no other speaker
/// has, those with most speech choosing first. The result is in the order of `speakers`.
///
/// # Errors
/// A language no voice speaks, or a voice print network that fails.
pub fn assign(
    speakers: &[SpeakerSample],
    language: &Language,
    matching: Matching,
    prints: &VoicePrint,
    bank: &Bank,
) -> Result<Vec<VoiceChoice>, SpeechError> {
    let heard: Vec<Heard<'_>> = speakers.iter().map(|s| listen(s, prints)).collect::<Result<_, _>>()?;
    let mut order: Vec<usize> = (0..heard.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(heard[*i].sample.audio.len()));

    let mut taken: Vec<Voice> = Vec::new();
    let mut choices: Vec<Option<VoiceChoice>> = vec![None; heard.len()];
    for index in order {
        let choice = choose(&heard[index], language, matching, bank, &taken)?;
        taken.push(choice.voice.clone());
        choices[index] = Some(choice);
    }
    Ok(choices.into_iter().flatten().collect())
}

/// Pitch, voice print and gender of a speaker.
fn listen<'a>(sample: &'a SpeakerSample, prints: &VoicePrint) -> Result<Heard<'a>, SpeechError> {
    let pitch = super::pitch::pitch(&sample.audio);
    let print = prints.of(&sample.audio)?;
    let spacing = tract::formant_spacing(&sample.audio)?;
    let gender = sample.gender.or_else(|| gender::estimate(pitch, spacing));
    Ok(Heard { sample, pitch, print, gender })
}

/// The best voice for one speaker among those not taken; when all are taken, the best of all.
fn choose(
    heard: &Heard<'_>,
    language: &Language,
    matching: Matching,
    bank: &Bank,
    taken: &[Voice],
) -> Result<VoiceChoice, SpeechError> {
    let all = candidates(language, heard.gender, matching);
    let free: Vec<&(Voice, bool)> = all.iter().filter(|(v, _)| !taken.contains(v)).collect();
    let pool: Vec<&(Voice, bool)> = if free.is_empty() { all.iter().collect() } else { free };
    let score = |(voice, native): &(Voice, bool)| likeness(heard, voice, *native, bank);
    let best = pool.into_iter().max_by(|a, b| score(a).total_cmp(&score(b))).ok_or_else(|| {
        SpeechError::Engine { engine: "voices", reason: format!("no voice speaks {}", language.name()) }
    })?;
    let voice = best.0.clone();
    let wanted = heard.pitch.zip(bank.pitch_hz(&voice)).map(|(own, stock)| own.median_hz / stock);
    let f0_scale = match matching {
        Matching::Stock => 1.0,
        Matching::Matched => wanted.unwrap_or(1.0).clamp(*PITCH_SCALES.start(), *PITCH_SCALES.end()),
    };
    Ok(VoiceChoice {
        speaker: heard.sample.id.clone(),
        gender: heard.gender,
        pitch_hz: heard.pitch.map(|p| p.median_hz),
        f0_scale,
        reason: reason(heard, &voice, best.1, bank),
        voice,
    })
}

/// Voices that can speak the language as that gender, and whether they are native to it. Stock voices come
/// alone; matched ones also as mixtures of two, which keeps speakers apart where a language has few voices.
fn candidates(language: &Language, gender: Option<Gender>, matching: Matching) -> Vec<(Voice, bool)> {
    let of_gender = |v: &StockVoice| gender.is_none_or(|g| g == v.gender);
    let native_accent = catalog::native_accent(language);
    let native: Vec<StockVoice> =
        catalog::clear().filter(|v| Some(v.accent) == native_accent).filter(of_gender).collect();
    let near: Vec<StockVoice> =
        catalog::clear().filter(|v| neighbours(language).contains(&v.accent)).filter(of_gender).collect();
    let alone = |v: &StockVoice, native: bool| (Voice::named(v.name), native);

    let mut list: Vec<(Voice, bool)> = native.iter().map(|v| alone(v, true)).collect();
    if native.is_empty() || matching == Matching::Matched && native.len() < 4 {
        list.extend(near.iter().map(|v| alone(v, false)));
    }
    if matching == Matching::Matched {
        let mix = |a: &StockVoice, b: &StockVoice, share: f32| {
            Voice::mixture(vec![(a.name.to_owned(), share), (b.name.to_owned(), 1.0 - share)])
        };
        for (i, a) in native.iter().enumerate() {
            list.extend(native[i + 1..].iter().filter_map(|b| mix(a, b, 0.5)).map(|v| (v, true)));
            // A foreign voice as the smaller part lends its timbre and leaves the accent.
            list.extend(near.iter().filter_map(|b| mix(a, b, 0.65)).map(|v| (v, true)));
        }
    }
    list
}

/// Accents whose voices can lend themselves to a language.
fn neighbours(language: &Language) -> &'static [Accent] {
    match language.primary() {
        "en" | "hi" | "ja" | "zh" => &[],
        "es" => &[Accent::Brazilian, Accent::Italian],
        "pt" => &[Accent::Spanish],
        "it" => &[Accent::Spanish],
        // No man speaks French in the stock: the Romance voices with French sounds do.
        "fr" => &[Accent::Italian, Accent::Spanish, Accent::Brazilian],
        _ => &[Accent::Italian, Accent::Spanish, Accent::Brazilian],
    }
}

/// Likeness of a voice to a speaker: voice print, less what pitch cannot be brought over.
fn likeness(heard: &Heard<'_>, voice: &Voice, native: bool, bank: &Bank) -> f32 {
    let print = heard.print.as_deref().zip(bank.print(voice)).map_or(0.0, |(a, b)| cosine(a, &b));
    let octaves = heard.pitch.zip(bank.pitch_hz(voice)).map_or(0.0, |(own, stock)| {
        let wanted = own.median_hz / stock;
        (wanted / wanted.clamp(*PITCH_SCALES.start(), *PITCH_SCALES.end())).log2().abs()
    });
    print - 0.1 * octaves / OCTAVES_PER_TENTH + if native { NATIVE_BONUS } else { 0.0 }
}

/// The choice in words.
fn reason(heard: &Heard<'_>, voice: &Voice, native: bool, bank: &Bank) -> String {
    let gender = match (heard.sample.gender, heard.gender) {
        (Some(Gender::Female), _) => "woman as told",
        (Some(Gender::Male), _) => "man as told",
        (None, Some(Gender::Female)) => "heard as a woman",
        (None, Some(Gender::Male)) => "heard as a man",
        (None, None) => "gender not heard",
    };
    let pitch = heard.pitch.map_or("pitch not heard".into(), |p| format!("{:.0} Hz", p.median_hz));
    let own = heard.print.as_deref().zip(bank.print(voice)).map(|(a, b)| cosine(a, &b));
    let near = own.map_or(String::new(), |c| format!(", voice likeness {c:.2}"));
    let accent = if native { "" } else { ", not native to the language" };
    format!("{gender}, {pitch}{near}{accent}")
}
