//! Progress on stderr: a line per stage and language, redrawn on a terminal, plain lines elsewhere.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use redub_pipeline::{Event, Observer};

use crate::printer::Printer;

/// Shows the events of a run.
#[derive(Debug)]
pub struct StageProgress {
    printer: Printer,
    bars: MultiProgress,
    open: Mutex<HashMap<String, ProgressBar>>,
}

impl StageProgress {
    /// Shows on `printer`'s stderr.
    pub fn new(printer: Printer) -> Self {
        Self { printer, bars: MultiProgress::new(), open: Mutex::default() }
    }

    fn started(&self, name: String, expected_seconds: f64) {
        if !self.printer.is_live() {
            let about =
                if expected_seconds >= 0.5 { format!("about {expected_seconds:.0} s") } else { "…".into() };
            self.printer.note(&format!("    {name:<18} {about:>9}"));
            return;
        }
        let style = ProgressStyle::with_template("  {spinner} {prefix:<18} {elapsed:>4} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = self.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(name.clone()));
        bar.set_message(format!("of about {expected_seconds:.0} s"));
        bar.enable_steady_tick(Duration::from_millis(200));
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(name, bar);
    }

    fn moved(&self, name: &str, fraction: f32) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bar) = open.get(name) else { return };
        let elapsed = bar.elapsed().as_secs_f64();
        let left = if fraction > 0.02 { elapsed / f64::from(fraction) - elapsed } else { f64::NAN };
        let left = if left.is_finite() { format!(", {left:.0} s left") } else { String::new() };
        bar.set_message(format!("{:3.0} %{left}", fraction * 100.0));
    }

    fn finished(&self, name: &str, seconds: f64, cached: bool, summary: &str) {
        if let Some(bar) = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(name) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
        if self.printer.is_quiet() {
            return;
        }
        let mark = self.printer.paint("32", if cached { "=" } else { "✓" });
        let time = if cached { "was there".to_owned() } else { format!("{seconds:.1} s") };
        self.line(format!("  {mark} {name:<18} {time:>9}  {summary}"));
    }

    fn line(&self, text: String) {
        if self.printer.is_live() {
            let _ = self.bars.println(text);
        } else {
            self.printer.note(&text);
        }
    }
}

impl Observer for StageProgress {
    fn event(&self, event: Event<'_>) {
        let name = |stage: &str, language: Option<&redub_core::Language>| match language {
            Some(language) => format!("{stage} [{language}]"),
            None => stage.to_owned(),
        };
        match event {
            Event::Started { stage, language, expected_seconds } => {
                self.started(name(stage, language), expected_seconds)
            }
            Event::Progress { stage, language, fraction } => self.moved(&name(stage, language), fraction),
            Event::Finished { stage, language, seconds, cached, summary } => {
                self.finished(&name(stage, language), seconds, cached, &summary);
            }
            Event::Warning(text) => self.line(format!("{} {text}", self.printer.paint("33", "warning:"))),
        }
    }
}
