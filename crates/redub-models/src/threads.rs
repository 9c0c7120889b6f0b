//! The one place that says how many threads an engine may use.

use std::sync::OnceLock;

static BUDGET: OnceLock<usize> = OnceLock::new();

/// Sets the budget from the program's settings; only the first call, before any engine asked, counts.
pub fn set_budget(threads: usize) {
    let _ = BUDGET.set(threads.max(1));
}

/// Threads all engines together may use: `REDUB_THREADS`, else the number of processors this process may run on.
pub fn budget() -> usize {
    *BUDGET.get_or_init(|| {
        let wanted = std::env::var("REDUB_THREADS").ok().and_then(|v| v.parse().ok()).filter(|n| *n > 0);
        wanted.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    })
}

/// Threads for each of `workers` engines that run side by side: their share of the budget, at least 1.
pub fn split(workers: usize) -> usize {
    (budget() / workers.max(1)).max(1)
}
