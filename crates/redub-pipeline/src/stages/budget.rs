//! How many characters fit into a line. Part of stage 6.
//!
//! A voice's characters a second are measured on a text of its language, once per voice; a line's time is its own and
//! what of the pause behind it may be used.

use std::collections::HashMap;

use redub_core::{Language, Line};
use redub_speech::speak::{Speak, SpeakRequest};
use redub_speech::voices::VoiceChoice;
use redub_translate::length;

use crate::context::Context;
use crate::error::PipelineError;

/// Everyday sentences, about 150 characters a language: enough for a rate that holds within a few percent.
const SAMPLES: &[(&str, &str)] = &[
    (
        "en",
        "Well, yesterday we went to the market early. My sister bought bread, apples and a little cheese, and I told her \
            that we should cook together again soon.",
    ),
    (
        "es",
        "Bueno, ayer fuimos temprano al mercado. Mi hermana compró pan, manzanas y un poco de queso, y yo le dije que \
            pronto deberíamos volver a cocinar juntos.",
    ),
    (
        "pt",
        "Bom, ontem fomos cedo ao mercado. A minha irmã comprou pão, maçãs e um pouco de queijo, e eu disse que em breve \
            devíamos cozinhar juntos de novo.",
    ),
    (
        "fr",
        "Eh bien, hier nous sommes allés tôt au marché. Ma sœur a acheté du pain, des pommes et un peu de fromage, et je \
            lui ai dit que nous devrions bientôt cuisiner ensemble.",
    ),
    (
        "it",
        "Allora, ieri siamo andati presto al mercato. Mia sorella ha comprato pane, mele e un po' di formaggio, e io le ho \
            detto che presto dovremmo cucinare di nuovo insieme.",
    ),
    (
        "de",
        "Also, gestern waren wir früh auf dem Markt. Meine Schwester hat Brot, Äpfel und etwas Käse gekauft, und ich habe \
            ihr gesagt, dass wir bald wieder zusammen kochen sollten.",
    ),
    (
        "hi",
        "कल हम सुबह जल्दी बाज़ार गए। मेरी बहन ने रोटी, सेब और थोड़ा पनीर ख़रीदा, और मैंने उससे कहा कि हमें जल्द ही फिर साथ खाना बनाना चाहिए।",
    ),
];

/// Most seconds of the pause behind a line that count as its own.
const PAUSE: f64 = 0.6;
/// Silence left before the next line, seconds.
const GAP: f64 = 0.15;
/// How far over its budget a line may be.
const OVER: f64 = 1.10;

/// Characters that fit into each line; `None` for all where the language has no sample or cannot be spoken.
pub(crate) fn budgets(
    cx: &Context<'_>,
    lines: &[Line],
    voices: &[VoiceChoice],
    to: &Language,
) -> Result<Vec<Option<usize>>, PipelineError> {
    let Some((_, sample)) = SAMPLES.iter().find(|(language, _)| *language == to.primary()) else {
        return Ok(vec![None; lines.len()]);
    };
    let synthesiser = cx.engines.synthesiser()?;
    let requests: Vec<SpeakRequest> =
        voices.iter().map(|v| SpeakRequest::new(*sample, to.clone(), v.voice.clone())).collect();
    let characters = sample.chars().count() as f64;
    let rates: HashMap<&str, f64> = voices
        .iter()
        .zip(synthesiser.measure(&requests)?)
        .filter(|(_, seconds)| *seconds > 0.0)
        .map(|(voice, seconds)| (voice.speaker.as_str(), characters / seconds))
        .collect();
    let any = rates.values().copied().next();
    let budget = |(i, line): (usize, &Line)| {
        let characters_per_second = rates.get(line.speaker.as_str()).copied().or(any)?;
        let pause = lines.get(i + 1).map_or(PAUSE, |next| next.span.start - line.span.end - GAP);
        let seconds = line.span.seconds() + pause.clamp(0.0, PAUSE);
        Some(length::Budget { seconds, characters_per_second }.characters().max(1))
    };
    Ok(lines.iter().enumerate().map(budget).collect())
}

/// A shorter text for a line that is over its budget: the mildest that fits, else the shortest. `None` when the line
/// fits, or nothing can go.
pub(crate) fn fitted(text: &str, language: &Language, budget: usize) -> Option<String> {
    let most = (budget as f64 * OVER) as usize;
    let fits = |t: &String| t.chars().count() <= most;
    if text.chars().count() <= most {
        return None;
    }
    let shorter = length::shorter(text, language);
    shorter.iter().find(|t| fits(t)).or(shorter.last()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mildest_text_that_fits_is_taken() {
        let es = "es".parse().unwrap();
        let text = "Bueno, nosotros vamos a hacerlo con el fin de ahorrar.";
        let fitted = |budget| fitted(text, &es, budget);
        assert_eq!(fitted(60), None);
        assert_eq!(fitted(45).unwrap(), "Nosotros vamos a hacerlo con el fin de ahorrar.");
        assert_eq!(fitted(10).unwrap(), "Vamos a hacerlo para ahorrar.");
    }
}
