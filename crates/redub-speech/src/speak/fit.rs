//! Durations stretched to a wanted length.

use std::ops::RangeInclusive;

/// Speech rates, relative to the voice's own, within which a target length is met.
pub const RATES: RangeInclusive<f64> = 0.7..=1.4;

/// How readily a symbol gives and takes time, relative to the others. In speech read faster or slower pauses
/// change most, vowels follow, and consonants keep their length best.
pub fn elasticity(symbol: char) -> f64 {
    match symbol {
        ' ' | '.' | ',' | ';' | ':' | '!' | '?' | '—' | '…' => 1.4,
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'A' | 'I' | 'O' | 'Q' | 'W' | 'Y' | 'ɑ' | 'ɐ' | 'ɒ' | 'æ'
        | 'ɔ' | 'ə' | 'ɚ' | 'ɛ' | 'ɜ' | 'ɨ' | 'ɪ' | 'ɯ' | 'ø' | 'œ' | 'ʊ' | 'ʌ' | 'ɤ' | 'ᵻ' | 'ᵊ' | 'ː'
        | 'ˈ' | 'ˌ' => 1.15,
        _ => 0.75,
    }
}

/// Whole durations (each at least 1) that sum to `total`, near `natural` scaled by elasticity; a sum that
/// leaves [`RATES`] is clamped to the nearest one inside.
pub fn fit(natural: &[i64], elasticity: &[f64], total: i64) -> Vec<i64> {
    let sum: i64 = natural.iter().sum();
    let least = (sum as f64 / RATES.end()).ceil() as i64;
    let most = (sum as f64 / RATES.start()).floor() as i64;
    let total = total.clamp(least.max(natural.len() as i64), most.max(natural.len() as i64));

    let stretched = |factor: f64| -> Vec<f64> {
        let one = |(d, e): (&i64, &f64)| (*d as f64 * factor.powf(*e)).max(1.0);
        natural.iter().zip(elasticity).map(one).collect()
    };
    // The sum grows with the factor, so bisection finds it.
    let (mut low, mut high) = (0.1_f64, 10.0_f64);
    for _ in 0..50 {
        let middle = (low * high).sqrt();
        if stretched(middle).iter().sum::<f64>() < total as f64 { low = middle } else { high = middle }
    }
    round(&stretched((low * high).sqrt()), total)
}

/// Rounds to whole numbers of the given sum, carrying the error along so that no stretch of the line drifts.
fn round(exact: &[f64], total: i64) -> Vec<i64> {
    let scale = total as f64 / exact.iter().sum::<f64>().max(1.0);
    let (mut reached, mut given) = (0.0, 0_i64);
    let mut whole: Vec<i64> = exact
        .iter()
        .map(|d| {
            reached += d * scale;
            let next = ((reached.round() as i64) - given).max(1);
            given += next;
            next
        })
        .collect();
    // The floor of 1 can leave a few units too many: the longest give them back.
    while given > total {
        let Some(longest) = whole.iter_mut().max().filter(|d| **d > 1) else { break };
        *longest -= 1;
        given -= 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_met_and_pauses_give_most() {
        let natural = [4, 4, 8, 4, 4];
        let e = [0.75, 1.15, 1.4, 0.75, 1.15];
        for total in [18, 24, 30, 34] {
            assert_eq!(fit(&natural, &e, total).iter().sum::<i64>(), total);
        }
        let longer = fit(&natural, &e, 32);
        assert!(longer[2] - 8 > longer[1] - 4 && longer[1] >= longer[0]);
    }

    #[test]
    fn rates_beyond_the_bounds_are_clamped() {
        let natural = [5; 20];
        assert_eq!(fit(&natural, &[1.0; 20], 1000).iter().sum::<i64>(), 142);
        assert_eq!(fit(&natural, &[1.0; 20], 1).iter().sum::<i64>(), 72);
    }
}
