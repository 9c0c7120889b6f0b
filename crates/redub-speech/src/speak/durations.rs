//! How long every symbol of a line is to be.

use super::fit;
use crate::phonemes::Symbol;

/// Samples of one unit of duration (25 ms at 24 kHz).
pub const UNIT: usize = 600;
/// Units of audio kept before the place where the first symbol's duration begins; see [`super::timeline::LEAD`].
pub const LEAD_IN: i64 = 3;
/// Units between the place where the last symbol's duration ends and the end of the audio kept.
pub const LEAD_OUT: i64 = 2;
/// The longest a line's last sound is kept, in units; the network puts the silence after the line there.
const LONGEST_LAST_SOUND: i64 = 8;
/// From this length on, in units, a sound before a pause holds most of the pause.
const HOLDS_PAUSE: i64 = 8;
/// The longest that a mark, and the space behind it, take of a line without time for pauses, in units each.
const BRIEF: i64 = 2;

/// The symbols of one run with their durations in units, from the first symbol to the last sound (of a
/// line's last run; other runs keep their closing marks, which are the pause to the next).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The symbols.
    pub symbols: Vec<Symbol>,
    /// Their durations, each at least 1.
    pub units: Vec<i64>,
    /// Silence before the first symbol. The network counts on the length it predicts here: less eats the
    /// first sound, more draws it out.
    pub head: i64,
    /// Silence inside the last symbol's duration that is made and then cut away.
    pub surplus: i64,
    /// Durations made after the last symbol and cut away: closing marks and the end.
    pub after: Vec<i64>,
}

impl Plan {
    /// The symbols with the durations the network predicts for them and for the edges before and after;
    /// closing marks after the last sound are dropped from the last run of a line.
    pub fn new(symbols: Vec<Symbol>, predicted: &[i64], last_run: bool) -> Self {
        let sounds = symbols.iter().rposition(|s| s.word.is_some()).map_or(0, |i| i + 1);
        let kept = if last_run { sounds } else { symbols.len() };
        let units: Vec<i64> = predicted.iter().map(|d| (*d).max(1)).collect();
        let (head, units) = units.split_first().map_or((1, units.as_slice()), |(head, rest)| (*head, rest));
        let (units, after) = units.split_at(kept.min(units.len()));
        let mut plan = Self {
            symbols: symbols.into_iter().take(kept).collect(),
            units: units.to_vec(),
            head: head.max(LEAD_IN),
            surplus: 0,
            after: after.to_vec(),
        };
        if let Some(last) = plan.units.last_mut().filter(|d| last_run && **d > LONGEST_LAST_SOUND) {
            plan.surplus = *last - LONGEST_LAST_SOUND;
            *last = LONGEST_LAST_SOUND;
        }
        plan
    }

    /// Makes the pauses inside as short as somebody makes them who speaks on: about 0.1 s.
    pub fn without_pauses(&mut self) {
        for i in 0..self.units.len().min(self.symbols.len()) {
            let before_mark =
                self.symbols.get(i + 1).is_some_and(|next| next.word.is_none() && next.symbol != ' ');
            let most = match self.symbols[i].word {
                None => BRIEF,
                Some(_) if before_mark => HOLDS_PAUSE,
                Some(_) => continue,
            };
            self.units[i] = self.units[i].min(most);
        }
    }

    /// Length of the audio kept, in units.
    pub fn total(&self) -> i64 {
        self.units.iter().sum::<i64>() + LEAD_IN - LEAD_OUT
    }

    /// Durations of all tokens of the run, edges included.
    pub fn all_units(&self) -> Vec<i64> {
        let mut all = vec![self.head];
        all.extend(&self.units);
        if let Some(last) = all.last_mut() {
            *last += self.surplus;
        }
        all.extend(&self.after);
        all
    }

    /// How readily each symbol changes its length.
    fn elasticity(&self) -> Vec<f64> {
        let pause = fit::elasticity(' ');
        self.symbols
            .iter()
            .zip(&self.units)
            .map(|(s, d)| if *d >= HOLDS_PAUSE { pause } else { fit::elasticity(s.symbol) })
            .collect()
    }
}

/// Stretches the runs of a line together to `target` seconds, within [`fit::RATES`].
pub fn fit_to(plans: &mut [Plan], target: f64, rate: u32) {
    let edges = plans.len() as i64 * (LEAD_IN - LEAD_OUT);
    let wanted = (target * f64::from(rate) / UNIT as f64).round() as i64 - edges;
    let units: Vec<i64> = plans.iter().flat_map(|p| p.units.iter().copied()).collect();
    let elasticity: Vec<f64> = plans.iter().flat_map(Plan::elasticity).collect();
    if units.is_empty() {
        return;
    }
    let mut fitted = fit::fit(&units, &elasticity, wanted).into_iter();
    for plan in plans {
        plan.units.iter_mut().zip(fitted.by_ref()).for_each(|(d, f)| *d = f);
    }
}

/// Lengthens what follows the named words by the given seconds; returns the units added. A word that nothing follows (the
/// last one) or that is not there gets no pause.
pub fn add_pauses(plans: &mut [Plan], pauses: &[(usize, f64)], rate: u32) -> i64 {
    let mut added = 0;
    for (word, seconds) in pauses {
        let extra = (seconds * f64::from(rate) / UNIT as f64).round().max(0.0) as i64;
        for plan in plans.iter_mut() {
            let Some(last) = plan.symbols.iter().rposition(|s| s.word == Some(*word)) else { continue };
            if let Some(units) = plan.units.get_mut(last + 1) {
                *units += extra;
                added += extra;
            }
        }
    }
    added
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_who_speaks_on_pauses_briefly_and_keeps_every_sound() {
        let symbol = |symbol: char, word: Option<usize>| Symbol { symbol, word };
        let symbols = vec![
            symbol('s', Some(0)),
            symbol('i', Some(0)),
            symbol(',', None),
            symbol(' ', None),
            symbol('n', Some(1)),
            symbol('o', Some(1)),
        ];
        let mut plan = Plan::new(symbols, &[3, 4, 14, 9, 5, 3, 9, 2], true);
        let whole = plan.total();
        plan.without_pauses();
        assert_eq!(plan.units, [4, 8, 2, 2, 3, 8]);
        assert_eq!(whole - plan.total(), 6 + 7 + 3);
    }
}
