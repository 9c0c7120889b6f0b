//! Whether a translation addresses people as asked (Nădejde et al. 2022, CoCoA-MT: matched accuracy).

use std::collections::HashMap;

use serde::Serialize;

/// Register of a set of translations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct RegisterFigures {
    /// Lines in which one register's words, and none of the other's, are found.
    pub matched: usize,
    /// Of those, the share in the register asked for, 0..1; none when nothing matched.
    pub accuracy: Option<f64>,
}

/// Compares translations with two references that differ in register only: the words one of them has and the other
/// has not tell the register.
pub fn register(hypotheses: &[String], wanted: &[String], other: &[String]) -> RegisterFigures {
    let (mut right, mut wrong) = (0, 0);
    for ((hypothesis, wanted), other) in hypotheses.iter().zip(wanted).zip(other) {
        let (ours, theirs) = telling(wanted, other);
        let said = count(hypothesis);
        let has = |words: &[String]| words.iter().any(|w| said.contains_key(w));
        match (has(&ours), has(&theirs)) {
            (true, false) => right += 1,
            (false, true) => wrong += 1,
            _ => {}
        }
    }
    let matched: usize = right + wrong;
    RegisterFigures { matched, accuracy: (matched > 0).then(|| right as f64 / matched as f64) }
}

/// The words that only one of the two has, of each.
fn telling(one: &str, other: &str) -> (Vec<String>, Vec<String>) {
    let (a, b) = (count(one), count(other));
    let only = |x: &HashMap<String, usize>, y: &HashMap<String, usize>| {
        x.keys().filter(|w| !y.contains_key(*w)).cloned().collect()
    };
    (only(&a, &b), only(&b, &a))
}

fn count(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telling_words_decide() {
        let texts = |t: &[&str]| t.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let formal = texts(&["¿Puede abrir su libro?", "Usted entiende.", "Hola."]);
        let informal = texts(&["¿Puedes abrir tu libro?", "Tú entiendes.", "Hola."]);
        let figures = register(&texts(&["¿Puede abrir el suyo?", "Entiendes.", "Hola."]), &formal, &informal);
        assert_eq!(figures, RegisterFigures { matched: 2, accuracy: Some(0.5) });
    }
}
