//! Diarization error rate.
//!
//! DER = (missed + false alarm + confusion) / reference speech, in speaker-seconds: where reference and hypothesis
//! have `r` and `h` speakers at once, `max(0, r - h)` is missed, `max(0, h - r)` false alarm, and of the rest whatever
//! is not matched under the best one-to-one mapping of speakers is confusion. Overlapping speech is scored. A collar
//! around every border of the reference is left out, as in NIST's md-eval.

use redub_core::Span;

use super::Turn;

/// Resolution of the count, in seconds.
const STEP: f64 = 0.01;

/// The parts of a diarization error, in speaker-seconds. Add them up to score several files together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DiarizationError {
    /// Reference speech nobody was found for.
    pub missed: f64,
    /// Speech found where the reference has none.
    pub false_alarm: f64,
    /// Speech given to the wrong speaker.
    pub confusion: f64,
    /// All reference speech.
    pub reference: f64,
}

impl DiarizationError {
    /// The rate; 0 for an empty reference.
    pub fn rate(&self) -> f64 {
        let wrong = self.missed + self.false_alarm + self.confusion;
        if self.reference > 0.0 { wrong / self.reference } else { 0.0 }
    }
}

/// Scores `hypothesis` against `reference`, leaving out `collar` seconds on both sides of every reference border.
pub fn diarization_error(reference: &[Turn], hypothesis: &[Turn], collar: f64) -> DiarizationError {
    let end = reference.iter().chain(hypothesis).map(|t| t.span.end).fold(0.0, f64::max);
    let (r_count, h_count) = (speakers(reference), speakers(hypothesis));
    let mut error = DiarizationError::default();
    let mut shared = vec![vec![0.0_f64; h_count]; r_count];
    for step in 0..(end / STEP).ceil() as usize {
        let time = (step as f64 + 0.5) * STEP;
        let near = |t: &Turn| (t.span.start - time).abs() < collar || (t.span.end - time).abs() < collar;
        if reference.iter().any(near) {
            continue;
        }
        let (r, h) = (active(reference, time, r_count), active(hypothesis, time, h_count));
        let (rn, hn) = (count(&r), count(&h));
        error.reference += rn * STEP;
        error.missed += (rn - hn).max(0.0) * STEP;
        error.false_alarm += (hn - rn).max(0.0) * STEP;
        // Provisionally all wrong; the best mapping takes its share away below.
        error.confusion += rn.min(hn) * STEP;
        for (row, _) in shared.iter_mut().zip(&r).filter(|(_, on)| **on) {
            row.iter_mut().zip(&h).filter(|(_, on)| **on).for_each(|(cell, _)| *cell += STEP);
        }
    }
    error.confusion = (error.confusion - best_mapping(&shared)).max(0.0);
    error
}

/// Turns of an RTTM file (`SPEAKER file channel start seconds … name …`); other lines are passed over.
pub fn parse_rttm(text: &str) -> Vec<Turn> {
    let mut names: Vec<&str> = Vec::new();
    let turn = |line| {
        let fields: Vec<&str> = str::split_whitespace(line).collect();
        let [kind, _, _, start, seconds, _, _, name, ..] = fields[..] else { return None };
        let (start, seconds) = (start.parse::<f64>().ok()?, seconds.parse::<f64>().ok()?);
        let speaker = names.iter().position(|n| *n == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        (kind == "SPEAKER").then_some(Turn { speaker, span: Span::new(start, start + seconds) })
    };
    text.lines().filter_map(turn).collect()
}

fn speakers(turns: &[Turn]) -> usize {
    turns.iter().map(|t| t.speaker + 1).max().unwrap_or_default()
}

fn active(turns: &[Turn], time: f64, speakers: usize) -> Vec<bool> {
    let mut on = vec![false; speakers];
    turns.iter().filter(|t| t.span.contains(time)).for_each(|t| on[t.speaker] = true);
    on
}

fn count(on: &[bool]) -> f64 {
    on.iter().filter(|b| **b).count() as f64
}

/// Most time that a one-to-one mapping of rows to columns can share: dynamic programming over sets of columns,
/// exact for the handful of speakers a file has.
fn best_mapping(shared: &[Vec<f64>]) -> f64 {
    let columns = shared.first().map_or(0, Vec::len).min(16);
    let mut best = vec![0.0_f64; 1 << columns];
    for row in shared {
        let mut next = best.clone();
        for (taken, so_far) in best.iter().enumerate() {
            for (column, seconds) in
                row.iter().enumerate().take(columns).filter(|(c, _)| taken & (1 << c) == 0)
            {
                let with = taken | (1 << column);
                next[with] = next[with].max(so_far + seconds);
            }
        }
        best = next;
    }
    best.into_iter().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(speaker: usize, start: f64, end: f64) -> Turn {
        Turn { speaker, span: Span::new(start, end) }
    }

    #[test]
    fn names_do_not_matter() {
        let reference = [turn(0, 0.0, 5.0), turn(1, 5.0, 9.0)];
        let hypothesis = [turn(1, 0.0, 5.0), turn(0, 5.0, 9.0)];
        assert_eq!(diarization_error(&reference, &hypothesis, 0.0).rate(), 0.0);
    }

    #[test]
    fn every_part_is_counted() {
        // 10 s reference; 2 s missed, 1 s false alarm, 3 s confused.
        let reference = [turn(0, 0.0, 5.0), turn(1, 5.0, 10.0)];
        let hypothesis = [turn(0, 2.0, 8.0), turn(1, 8.0, 11.0)];
        let error = diarization_error(&reference, &hypothesis, 0.0);
        assert!((error.missed - 2.0).abs() < 0.02 && (error.false_alarm - 1.0).abs() < 0.02);
        assert!((error.confusion - 3.0).abs() < 0.02 && (error.rate() - 0.6).abs() < 0.01);
    }

    #[test]
    fn rttm_is_read() {
        let turns = parse_rttm("SPEAKER x 1 1.5 2.0 <NA> <NA> bob <NA> <NA>\n;; comment\n");
        assert_eq!(turns, vec![turn(0, 1.5, 3.5)]);
    }
}
