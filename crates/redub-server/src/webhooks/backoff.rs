//! When a message that was not taken is sent again.

use std::time::Duration;

/// A receiver that was not reached for this long is given up.
pub const GIVE_UP: Duration = Duration::from_secs(24 * 3600);
/// The first pause.
const FIRST: u64 = 5;
/// The longest pause.
const LONGEST: u64 = 2 * 3600;

/// How long to wait after the `attempts`-th failure, or none when the message is older than [`GIVE_UP`] by then.
///
/// The pause doubles from 5 s to two hours: 5, 10, 20, … 5120 s, then 7200 s each, about 20 attempts in a day. `jitter`
/// in 0..1 spreads the pause by up to a quarter, so that messages held up together do not come back together.
pub fn pause(attempts: u32, age: Duration, jitter: f64) -> Option<Duration> {
    let base =
        FIRST.saturating_mul(1u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX)).min(LONGEST);
    let pause = Duration::from_secs_f64(base as f64 * (1.0 + jitter.clamp(0.0, 1.0) / 4.0));
    (age + pause <= GIVE_UP).then_some(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end_after_a_day() {
        let seconds = |attempts| pause(attempts, Duration::ZERO, 0.0).map(|p| p.as_secs());
        assert_eq!([1, 2, 3, 11, 12, 40, 99].map(seconds), [5, 10, 20, 5120, 7200, 7200, 7200].map(Some));
        let mut age = Duration::ZERO;
        let mut attempts = 1;
        while let Some(pause) = pause(attempts, age, 0.5) {
            age += pause;
            attempts += 1;
        }
        assert!(age <= GIVE_UP && age > GIVE_UP - Duration::from_secs(3 * 3600), "{age:?}");
        assert!((15..30).contains(&attempts), "{attempts}");
    }
}
