//! chrF: character n-gram F-score (Popović 2015), as sacreBLEU 2 computes it by default.
//!
//! Orders 1 to 6, β = 2, white space removed, no word n-grams. Statistics are summed over the corpus; orders without
//! n-grams in hypothesis or reference are left out of the mean.

use std::collections::HashMap;

const ORDER: usize = 6;
const BETA: f64 = 2.0;

/// Corpus chrF of `pairs` (hypothesis, reference), 0..100; 0 for an empty corpus.
pub fn chrf<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> f64 {
    let mut totals = [[0usize; 3]; ORDER];
    for (hypothesis, reference) in pairs {
        for (total, counted) in totals.iter_mut().zip(statistics(hypothesis, reference)) {
            for (sum, n) in total.iter_mut().zip(counted) {
                *sum += n;
            }
        }
    }
    score(&totals)
}

/// chrF of one pair; the agreement measure between two translations of a line.
pub fn sentence_chrf(hypothesis: &str, reference: &str) -> f64 {
    chrf([(hypothesis, reference)])
}

/// Per order: n-grams of the hypothesis, of the reference, and common to both.
fn statistics(hypothesis: &str, reference: &str) -> [[usize; 3]; ORDER] {
    let letters = |text: &str| -> Vec<char> { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let (hypothesis, reference) = (letters(hypothesis), letters(reference));
    std::array::from_fn(|i| {
        let (ours, theirs) = (grams(&hypothesis, i + 1), grams(&reference, i + 1));
        let common = ours.iter().map(|(gram, n)| theirs.get(gram).map_or(0, |m| *n.min(m))).sum();
        // sacreBLEU counts no hypothesis n-grams where the reference has none of that order.
        let found: usize = if theirs.is_empty() { 0 } else { ours.values().sum() };
        [found, theirs.values().sum(), common]
    })
}

fn grams(letters: &[char], order: usize) -> HashMap<&[char], usize> {
    let mut counts = HashMap::new();
    for gram in letters.windows(order) {
        *counts.entry(gram).or_default() += 1;
    }
    counts
}

fn score(totals: &[[usize; 3]; ORDER]) -> f64 {
    let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0);
    for &[hypothesis, reference, common] in totals {
        if hypothesis > 0 && reference > 0 {
            precision += common as f64 / hypothesis as f64;
            recall += common as f64 / reference as f64;
            orders += 1;
        }
    }
    if orders == 0 || precision + recall == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (precision / f64::from(orders), recall / f64::from(orders));
    100.0 * (1.0 + BETA * BETA) * precision * recall / (BETA * BETA * precision + recall)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden values from sacreBLEU 2; `tests/golden/chrf.py` makes the file.
    #[test]
    fn equals_sacrebleu() {
        let golden: serde_json::Value =
            serde_json::from_str(include_str!("../tests/golden/chrf.json")).unwrap();
        let texts = |key: &str| -> Vec<String> { serde_json::from_value(golden[key].clone()).unwrap() };
        let (hypotheses, references) = (texts("hypotheses"), texts("references"));
        let pairs = || hypotheses.iter().map(String::as_str).zip(references.iter().map(String::as_str));
        assert!((chrf(pairs()) - golden["corpus"].as_f64().unwrap()).abs() < 1e-9);
        for ((hypothesis, reference), score) in pairs().zip(golden["sentences"].as_array().unwrap()) {
            assert!(
                (sentence_chrf(hypothesis, reference) - score.as_f64().unwrap()).abs() < 1e-9,
                "{hypothesis}"
            );
        }
    }
}
