//! The lips of one face over time, above the sounds it says.

use redub_core::{PhoneSpan, Span, Viseme};

use crate::report::svg::Drawing;
use crate::stages::judge::SeenLips;
use crate::stages::mouth::{Kept, TrackTargets, name};

const WIDTH: f64 = 1160.0;
const LEFT: f64 = 44.0;
const HEIGHT: f64 = 190.0;
/// Top and bottom of the openings' field, of the sounds and of the weights.
const FIELD: (f64, f64) = (26.0, 138.0);
const SOUNDS: f64 = 158.0;
/// Seconds in one row of the page.
pub(super) const ROW: f64 = 6.0;
/// Largest opening shown, inter-ocular distances.
const WIDEST: f64 = 0.3;
/// Lips count as shut below this.
const SHUT: f64 = 0.03;

/// Planned, re-tracked and source's opening between two times (seconds, output), with the sounds below.
pub(super) fn lips(targets: &TrackTargets, lips: Option<&SeenLips>, times: &[f64], part: Span) -> String {
    let mut drawing = Drawing::new(WIDTH, HEIGHT);
    let scale = (WIDTH - LEFT - 6.0) / part.seconds().max(1e-3);
    let x = |t: f64| LEFT + (t.clamp(part.start, part.end) - part.start) * scale;
    let y = |opening: f64| FIELD.1 - opening.clamp(0.0, WIDEST) / WIDEST * (FIELD.1 - FIELD.0);
    for kept in targets.kept.iter().filter(|k| k.span.overlap(&part) > 0.0) {
        stretch(&mut drawing, kept, x(kept.span.start), x(kept.span.end));
    }
    for mark in [0.0, SHUT, 0.1, 0.2, 0.3] {
        drawing.line((LEFT, y(mark)), (WIDTH - 6.0, y(mark)), if mark == 0.0 { "axis" } else { "band" });
        drawing.text(LEFT - 6.0, y(mark) + 4.0, "end", &format!("{mark:.2}"));
    }
    let mut second = part.start.ceil();
    while second <= part.end {
        drawing.line((x(second), FIELD.1), (x(second), FIELD.1 + 4.0), "axis");
        drawing.text(x(second), HEIGHT - 4.0, "middle", &format!("{second:.0} s"));
        second += 1.0;
    }
    for phone in targets.phones.iter().filter(|p| p.span.overlap(&part) > 0.0) {
        sound(&mut drawing, phone, x(phone.span.start), x(phone.span.end));
    }
    for closure in targets.closures.iter().filter(|t| part.contains(**t)) {
        drawing.line((x(*closure), FIELD.0), (x(*closure), FIELD.1), "shut");
    }
    let inside = |t: &f64| part.contains(*t);
    let planned = targets.frames.iter().filter(|f| inside(&f.time)).map(|f| (f.time, f64::from(f.aperture)));
    curve(&mut drawing, planned, &x, &y, "planned");
    if let Some(lips) = lips {
        let timed =
            || lips.frames.iter().filter_map(|f| Some((*times.get(f.out)?, f))).filter(|(t, _)| inside(t));
        curve(&mut drawing, timed().map(|(t, f)| (t, f64::from(f.original))), &x, &y, "source");
        let result = timed().filter_map(|(t, f)| Some((t, f64::from(f.result?))));
        curve(&mut drawing, result, &x, &y, "result");
    }
    drawing.finish(&format!("lips of face {} from {:.1} to {:.1} s", targets.track, part.start, part.end))
}

/// A line that breaks where frames are missing.
fn curve(
    drawing: &mut Drawing,
    values: impl Iterator<Item = (f64, f64)>,
    x: &impl Fn(f64) -> f64,
    y: &impl Fn(f64) -> f64,
    class: &str,
) {
    let mut run: Vec<(f64, f64)> = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for (time, value) in values {
        if time - last > 0.15 && !run.is_empty() {
            drawing.path(&run, class);
            run.clear();
        }
        run.push((x(time), y(value)));
        last = time;
    }
    if !run.is_empty() {
        drawing.path(&run, class);
    }
}

fn sound(drawing: &mut Drawing, phone: &PhoneSpan, from: f64, to: f64) {
    let viseme = phone.viseme();
    if viseme == Viseme::Rest {
        return;
    }
    let title = format!("{} · {viseme:?} · {:.3}-{:.3} s", phone.symbol, phone.span.start, phone.span.end);
    drawing.bar(from, SOUNDS - 14.0, (to - from - 0.6).max(0.6), 18.0, colour(viseme), &title);
    if to - from > 7.0 {
        drawing.text(0.5 * (from + to), SOUNDS, "middle", &phone.symbol);
    }
}

fn stretch(drawing: &mut Drawing, kept: &Kept, from: f64, to: f64) {
    let reason = name(kept.reason).replace('_', " ");
    drawing.bar(
        from,
        FIELD.0 - 18.0,
        to - from,
        FIELD.1 - FIELD.0 + 18.0,
        "#8884",
        &format!("kept: {reason}"),
    );
    drawing.text(from + 3.0, FIELD.0 - 6.0, "start", &format!("kept: {reason}"));
}

fn colour(viseme: Viseme) -> &'static str {
    match viseme {
        Viseme::Rest => "none",
        Viseme::Closed => "#e5989b",
        Viseme::LipTeeth => "#ffcdb2",
        Viseme::Dental | Viseme::Alveolar | Viseme::Velar => "#d8dee6",
        Viseme::Postalveolar | Viseme::Rounded => "#c8b6e2",
        Viseme::Open | Viseme::Mid => "#a8d5ba",
        Viseme::Spread => "#bfe3f2",
        Viseme::RoundOpen | Viseme::RoundNarrow => "#f2dfa6",
    }
}
