//! The little SVG the report needs.

use std::fmt::Write as _;

/// Text made safe for HTML and SVG.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => {}
            c => out.push(c),
        }
        out
    })
}

/// A drawing that grows by shapes; lengths in pixels.
#[derive(Debug)]
pub struct Drawing {
    width: f64,
    height: f64,
    body: String,
}

impl Drawing {
    /// An empty drawing.
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    /// A filled rectangle with a text shown when pointed at.
    pub fn bar(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str, title: &str) {
        let (width, title) = (width.max(0.5), escape(title));
        let _ = write!(
            self.body,
            "<rect x='{x:.1}' y='{y:.1}' width='{width:.1}' height='{height:.1}' rx='2' fill='{fill}'><title>{title}</title></rect>"
        );
    }

    /// A thin line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let (x1, y1, x2, y2) = (from.0, from.1, to.0, to.1);
        let _ =
            write!(self.body, "<line class='{class}' x1='{x1:.1}' y1='{y1:.1}' x2='{x2:.1}' y2='{y2:.1}'/>");
    }

    /// A line through points; `class` styles it.
    pub fn path(&mut self, points: &[(f64, f64)], class: &str) {
        let list: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = write!(self.body, "<polyline class='{class}' points='{}'/>", list.join(" "));
    }

    /// A dot with a text shown when pointed at.
    pub fn dot(&mut self, x: f64, y: f64, fill: &str, title: &str) {
        let title = escape(title);
        let _ = write!(
            self.body,
            "<circle cx='{x:.1}' cy='{y:.1}' r='3.5' fill='{fill}'><title>{title}</title></circle>"
        );
    }

    /// A short text; `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
        let text = escape(text);
        let _ = write!(self.body, "<text x='{x:.1}' y='{y:.1}' text-anchor='{anchor}'>{text}</text>");
    }

    /// The finished SVG element.
    pub fn finish(self, label: &str) -> String {
        let (w, h, body, label) = (self.width, self.height, self.body, escape(label));
        format!("<svg viewBox='0 0 {w:.0} {h:.0}' role='img' aria-label='{label}'>{body}</svg>")
    }
}
