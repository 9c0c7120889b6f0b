//! Translations that show a small model what is wanted. No one is addressed in them: they teach no register.

/// Languages of [`SENTENCES`], in its order.
const LANGUAGES: [&str; 6] = ["en", "es", "fr", "it", "de", "pt"];
/// The same said in each language.
const SENTENCES: [[&str; 6]; 3] = [
    [
        "We had no idea it would take that long.",
        "No teníamos ni idea de que tardaría tanto.",
        "On ne savait pas du tout que ça prendrait autant de temps.",
        "Non avevamo idea che ci sarebbe voluto così tanto.",
        "Wir hatten keine Ahnung, dass es so lange dauern würde.",
        "Não fazíamos ideia de que demoraria tanto.",
    ],
    [
        "The first test ran on Friday, and it failed after 20 minutes.",
        "La primera prueba se hizo el viernes y falló a los 20 minutos.",
        "Le premier essai a eu lieu vendredi, et il a échoué au bout de 20 minutes.",
        "Il primo test si è svolto venerdì ed è fallito dopo 20 minuti.",
        "Der erste Test lief am Freitag, und er scheiterte nach 20 Minuten.",
        "O primeiro teste foi na sexta-feira e falhou depois de 20 minutos.",
    ],
    [
        "My sister still laughs about it, to be honest.",
        "La verdad es que mi hermana todavía se ríe de eso.",
        "Ma sœur en rit encore, pour être honnête.",
        "A dire il vero, mia sorella ci ride ancora sopra.",
        "Meine Schwester lacht ehrlich gesagt immer noch darüber.",
        "Para ser sincero, a minha irmã ainda se ri disso.",
    ],
];

/// Examples for a pair of languages (primary subtags); none where one of them is not among those known.
pub(super) fn examples(from: &str, to: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let place = |language: &str| LANGUAGES.iter().position(|l| *l == language);
    let both = place(from).zip(place(to));
    SENTENCES.iter().filter_map(move |said| both.map(|(a, b)| (said[a], said[b])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_examples_both_ways_or_none() {
        assert_eq!(examples("en", "de").count(), 3);
        assert_eq!(examples("de", "en").next().map(|e| e.1), Some(SENTENCES[0][0]));
        assert_eq!(examples("en", "ja").count(), 0);
    }
}
