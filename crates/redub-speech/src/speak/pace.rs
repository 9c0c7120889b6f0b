//! How fast a voice speaks: characters a second, measured on an everyday text of its language.

use redub_core::Language;

use super::{Speak, SpeakRequest};
use crate::error::SpeechError;
use crate::voices::Voice;

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

/// Characters (with spaces) a second of each voice in `language`; 0 for a voice that says nothing. `None` where there is no
/// text to measure on.
///
/// # Errors
/// A language or voice that is not available, or an engine that fails.
pub fn characters_per_second(
    speaker: &dyn Speak,
    language: &Language,
    voices: &[Voice],
) -> Result<Option<Vec<f64>>, SpeechError> {
    let Some((_, sample)) = SAMPLES.iter().find(|(tag, _)| *tag == language.primary()) else {
        return Ok(None);
    };
    let request = |voice: &Voice| SpeakRequest::new(*sample, language.clone(), voice.clone());
    let seconds = speaker.measure(&voices.iter().map(request).collect::<Vec<_>>())?;
    let characters = sample.chars().count() as f64;
    Ok(Some(seconds.into_iter().map(|s| if s > 0.0 { characters / s } else { 0.0 }).collect()))
}
