//! How long the stock voices take.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use redub_core::Language;
use redub_models::ModelStore;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest, pace};
use redub_speech::voices::{Voice, catalog};
use redub_translate::bench::Pace;

/// Of each language the stock voice in the middle, by pace.
pub struct Voices {
    speaker: Kokoro,
    /// Words a minute of what is translated; 0 where the voice decides.
    words: u16,
    chosen: Mutex<HashMap<Language, (Voice, f64)>>,
}

impl Voices {
    /// Opens the synthesiser; what is translated is said with `words` a minute, or, where that is 0, by the voice.
    ///
    /// # Errors
    /// Weights that are missing.
    pub fn open(store: &Arc<ModelStore>, words: u16) -> anyhow::Result<Self> {
        Ok(Self { speaker: Kokoro::open(store)?, words, chosen: Mutex::default() })
    }

    /// The voice of a language and its characters a second; languages without voices of their own are spoken by those of
    /// the nearest sounds (Italian).
    fn voice(&self, language: &Language) -> Result<(Voice, f64), String> {
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(voice) = chosen.get(language) {
            return Ok(voice.clone());
        }
        let accent = catalog::native_accent(language).unwrap_or(catalog::Accent::Italian);
        let voices: Vec<Voice> =
            catalog::all().filter(|v| v.accent == accent).map(|v| Voice::named(v.name)).collect();
        let rates =
            pace::characters_per_second(&self.speaker, language, &voices).map_err(|e| e.to_string())?;
        let mut paced: Vec<(Voice, f64)> = voices.into_iter().zip(rates.unwrap_or_default()).collect();
        paced.retain(|(_, rate)| *rate > 0.0);
        paced.sort_by(|a, b| a.1.total_cmp(&b.1));
        let middle = paced.get(paced.len() / 2).cloned();
        let voice = middle.ok_or_else(|| format!("no pace is known for {}", language.name()))?;
        chosen.insert(language.clone(), voice.clone());
        Ok(voice)
    }
}

impl Pace for Voices {
    fn original(&self, language: &Language, texts: &[String]) -> Result<Vec<f64>, String> {
        if self.words == 0 {
            return self.seconds(language, texts);
        }
        let minutes = |text: &String| text.split_whitespace().count() as f64 / f64::from(self.words);
        Ok(texts.iter().map(|text| 60.0 * minutes(text)).collect())
    }

    fn seconds(&self, language: &Language, texts: &[String]) -> Result<Vec<f64>, String> {
        let (voice, _) = self.voice(language)?;
        let request = |text: &String| SpeakRequest::new(text.clone(), language.clone(), voice.clone());
        self.speaker.measure(&texts.iter().map(request).collect::<Vec<_>>()).map_err(|e| e.to_string())
    }

    fn characters_per_second(&self, language: &Language) -> Result<f64, String> {
        self.voice(language).map(|(_, rate)| rate)
    }
}
