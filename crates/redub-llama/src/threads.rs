//! How many threads a model may use just now.
//!
//! The library's threads wait for each other after every operation: one that does not get its processor holds up all, and
//! two threads on a busy machine are many times slower than one. So a session takes no more than there are idle processors.

use std::time::Duration;

/// Readings of the load, and the pause between them.
const READINGS: usize = 5;
const PAUSE: Duration = Duration::from_millis(10);

/// Threads to use: `most`, but no more than processors that nobody else uses, and at least 1.
pub fn free(most: usize) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut busy: Vec<usize> = (0..READINGS)
        .filter_map(|i| {
            if i > 0 {
                std::thread::sleep(PAUSE);
            }
            others(&std::fs::read_to_string("/proc/loadavg").ok()?)
        })
        .collect();
    busy.sort_unstable();
    let busy = busy.get(busy.len() / 2).copied().unwrap_or(0);
    most.min(processors.saturating_sub(busy)).max(1)
}

/// Threads at work beside the one that asks, from `/proc/loadavg`: its fourth field is `running/all`.
fn others(loadavg: &str) -> Option<usize> {
    let running: usize = loadavg.split_whitespace().nth(3)?.split('/').next()?.parse().ok()?;
    Some(running.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asking_thread_does_not_count() {
        assert_eq!(others("0.31 1.20 1.32 3/410 17748\n"), Some(2));
        assert_eq!(others("0.31 1.20 1.32 1/410 17748\n"), Some(0));
        assert_eq!(others("nonsense"), None);
        assert_eq!(free(1), 1);
    }
}
