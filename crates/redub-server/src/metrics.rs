//! Figures for Prometheus, in its text form at `/metrics`.

use std::sync::LazyLock;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// One label.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Finished {
    kind: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Stage {
    stage: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Waiting {
    status: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    status: u16,
}

struct Metrics {
    registry: Registry,
    requests: Family<Answer, Counter>,
    jobs: Family<Finished, Counter>,
    queue: Family<Waiting, Gauge>,
    stages: Family<Stage, Histogram>,
    fetches: Family<Outcome, Counter>,
    deliveries: Family<Outcome, Counter>,
    pending: Gauge,
}

/// Those of this process.
static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

impl Metrics {
    fn new() -> Self {
        let mut registry = Registry::with_prefix("redub");
        // From 0.1 s to about an hour.
        let stages = Family::<Stage, Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.1, 2.0, 16))
        });
        let metrics = Self {
            requests: Family::default(),
            jobs: Family::default(),
            queue: Family::default(),
            stages,
            fetches: Family::default(),
            deliveries: Family::default(),
            pending: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("http_requests", "Answers by method and status", metrics.requests.clone());
        registry.register("jobs_finished", "Jobs that ended, by kind and outcome", metrics.jobs.clone());
        registry.register("jobs_active", "Jobs in the database, by status", metrics.queue.clone());
        registry.register_with_unit(
            "stage",
            "Time the pipeline's stages took",
            Unit::Seconds,
            metrics.stages.clone(),
        );
        registry.register("fetches", "Files fetched from addresses, by outcome", metrics.fetches.clone());
        registry.register("deliveries", "Webhook messages, by outcome", metrics.deliveries.clone());
        registry.register("deliveries_pending", "Webhook messages to be sent", metrics.pending.clone());
        Self { registry, ..metrics }
    }
}

/// A stage of the pipeline ran.
pub fn stage(name: &str, seconds: f64) {
    METRICS.stages.get_or_create(&Stage { stage: name.to_owned() }).observe(seconds);
}

/// A job ended: `completed`, `failed` or `cancelled`.
pub fn job_finished(kind: &str, outcome: &'static str) {
    METRICS.jobs.get_or_create(&Finished { kind: kind.to_owned(), outcome }).inc();
}

/// A file was fetched from an address: `ok`, `refused` or `failed`.
pub fn fetch(outcome: &'static str) {
    METRICS.fetches.get_or_create(&Outcome { outcome }).inc();
}

/// A webhook message was `delivered`, will be `retried`, or is `dead`.
pub fn delivery(outcome: &'static str) {
    METRICS.deliveries.get_or_create(&Outcome { outcome }).inc();
}

/// A method's name as a label; methods that nobody has heard of share one, so that strangers cannot make labels.
pub fn method(method: &axum::http::Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// A request was answered.
pub fn answer(method: &'static str, status: u16) {
    METRICS.requests.get_or_create(&Answer { method, status }).inc();
}

/// What the database counts: active jobs by status, and messages to be sent.
pub fn queue(jobs: &[(String, i64)], pending: i64) {
    for status in ["pending", "running"] {
        let count = jobs.iter().find(|(s, _)| s == status).map_or(0, |(_, count)| *count);
        METRICS.queue.get_or_create(&Waiting { status: status.to_owned() }).set(count);
    }
    METRICS.pending.set(pending);
}

/// All of them as text.
///
/// # Errors
/// Formatting fails, which memory alone could cause.
pub fn text() -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &METRICS.registry)?;
    Ok(text)
}

/// Content type of [`text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[cfg(test)]
mod tests {
    #[test]
    fn figures_have_names_labels_and_values() {
        super::stage("intake", 0.3);
        super::delivery("retried");
        super::queue(&[("pending".into(), 3)], 2);
        let text = super::text().unwrap();
        for line in [
            "redub_stage_seconds_count{stage=\"intake\"} 1",
            "redub_deliveries_total{outcome=\"retried\"} 1",
            "redub_jobs_active{status=\"pending\"} 3",
            "redub_jobs_active{status=\"running\"} 0",
            "redub_deliveries_pending 2",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in {text}");
        }
    }
}
