//! The page of one output: no script, nothing loaded but the sheet beside it.

use std::fmt::Write as _;

use redub_core::Span;

use super::Case;
use super::chart::{self, ROW};
use super::sheet::{Row, Sheet};
use crate::report::svg::escape;
use crate::stages::neural;

const STYLE: &str = "
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem;color:#1c2630;background:#fbfcfd}
h1{font-size:1.4rem;margin:0}h2{margin-top:2.2rem;border-bottom:1px solid #d5dce3}.sub{color:#5b6875}
svg{width:100%;height:auto;display:block;margin:.3rem 0 .9rem}svg text{font:10px system-ui,sans-serif;fill:#333}
.axis{stroke:#8996a3}.band{stroke:#d5dce3;stroke-dasharray:3 3}.shut{stroke:#c0392b;stroke-opacity:.55}
polyline{fill:none;stroke-width:1.6}.planned{stroke:#2f6fb0}.result{stroke:#d9730d}.source{stroke:#9aa7b5}
.key b{padding:0 .35rem}.key .p{color:#2f6fb0}.key .r{color:#d9730d}.key .s{color:#7f8c99}.key .c{color:#c0392b}
table{border-collapse:collapse;width:100%;font-size:.86rem}td,th{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #e6ebef}
img{max-width:100%;display:block}.heads{display:grid;max-width:1440px;font-size:.86rem;color:#5b6875}";

/// The whole page.
pub(super) fn page(case: &Case, sheet: &Sheet, picture: &str) -> String {
    let mut page = String::new();
    let title = escape(&case.record.file);
    let _ = write!(
        page,
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>\
         <title>redub inspect: {title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>\
         <p class='sub'>{} mode, drawn by {}; {} frames re-rendered</p>",
        case.record.mode.as_str(),
        escape(&case.mouth.value.renderer),
        case.mouth.value.frames_rerendered
    );
    figures(&mut page, case);
    for note in &case.mouth.value.notes {
        let _ = write!(page, "<p>{}</p>", escape(note));
    }
    let columns = sheet.columns.len();
    let heads: String = sheet.columns.iter().map(|c| format!("<span>{c}</span>")).collect();
    let _ = write!(
        page,
        "<h2>Frames</h2><div class='heads' style='grid-template-columns:repeat({columns},1fr)'>{heads}</div>\
         <img src='{}' alt='contact sheet'>",
        escape(picture)
    );
    table(&mut page, case, sheet);
    trajectories(&mut page, case);
    page.push_str("</body></html>\n");
    page
}

fn figures(page: &mut String, case: &Case) {
    let Some(judged) = &case.judged else { return };
    let number = |value: Option<f32>| value.map_or("-".to_owned(), |v| format!("{v:.2}"));
    let f = &judged.figures;
    let _ = write!(
        page,
        "<p class='sub'>lips shut on p b m {}, opening follows {}, jitter {}, sharpness {}, seam {}; sound and lips {} \
         (source {})</p>",
        number(f.closure),
        number(f.aperture_correlation),
        number(f.jitter_ratio),
        number(f.sharpness_ratio),
        number(f.seam_ratio),
        number(judged.result.map(|a| a.at_zero)),
        number(judged.own.map(|a| a.at_zero))
    );
}

/// What each row of the sheet is, and what it was made of.
fn table(page: &mut String, case: &Case, sheet: &Sheet) {
    page.push_str(
        "<table><tr><th>output</th><th>source frame</th><th>face</th><th>sound</th><th>opening planned (seen)</th>\
         <th>steered by</th><th>share</th><th>fine detail from</th><th>broad shading from</th><th>cost</th></tr>",
    );
    for row in &sheet.rows {
        let target = &row.target;
        let mixture = target.mixture.as_ref();
        let parts = |list: &[redub_vision::mouth::avatar::Part], most: usize| {
            let mut list = list.to_vec();
            list.sort_by(|a, b| b.share.abs().total_cmp(&a.share.abs()));
            let named: Vec<String> = list.iter().take(most).map(|p| part(case, p.frame, p.share)).collect();
            named.join("<br>")
        };
        let _ = write!(
            page,
            "<tr><td>{:.3} s, frame {}</td><td>{}</td><td>{}</td><td>{}</td><td>{:.3} ({})</td><td>{}</td><td>{:.2}</td><td>{}</td>\
             <td>{}</td><td>{}</td></tr>",
            target.time,
            target.frame,
            target.source,
            row.track,
            escape(&sound(case, row)),
            target.aperture,
            seen(case, row).map_or("-".to_owned(), |v| format!("{v:.3}")),
            case.steering.of(row.track, target.frame).map_or("-".to_owned(), |v| format!("{v:+.3}")),
            target.weight,
            mixture.map_or_else(|| alone(case).to_owned(), |m| parts(&m.detail, 2)),
            mixture.map_or("-".to_owned(), |m| parts(&m.broad, 3)),
            mixture.map_or("-".to_owned(), |m| format!("{:.2}", m.cost))
        );
    }
    page.push_str("</table>");
}

/// What a mouth was made of that is not put together from the bank.
fn alone(case: &Case) -> &'static str {
    if case.mouth.value.renderer == neural::NAME { "generated" } else { "its own frame, warped" }
}

fn part(case: &Case, index: u32, share: f32) -> String {
    let frame = case.bank.as_ref().and_then(|(_, bank)| bank.frames.get(index as usize));
    let Some(frame) = frame else { return "?".to_owned() };
    let time = case.intake.value.frame_times.get(frame.frame).copied().unwrap_or_default();
    let opening = frame.observation(&case.faces).map_or(0.0, |o| o.mesh.aperture());
    format!("{:.0} % of frame {} at {time:.2} s (opening {opening:.3})", share * 100.0, frame.frame)
}

fn sound(case: &Case, row: &Row) -> String {
    let targets = case.targets.iter().find(|t| t.track == row.track);
    let phone = targets.and_then(|t| t.phones.iter().find(|p| p.span.contains(row.target.time)));
    phone.map_or("-".to_owned(), |p| p.symbol.clone())
}

fn seen(case: &Case, row: &Row) -> Option<f32> {
    let lips = case.lips.iter().find(|l| l.track == row.track)?;
    lips.frames.iter().find(|f| f.out == row.target.frame)?.result
}

fn trajectories(page: &mut String, case: &Case) {
    page.push_str(
        "<h2>Lips over the sounds</h2><p class='key'>Opening in inter-ocular distances: <b class='p'>planned</b>\
         <b class='r'>tracked anew in the result</b><b class='s'>in the source</b><b class='c'>p b m: must be under 0.03</b></p>",
    );
    let times = times(case);
    for targets in &case.targets {
        let lips = case.lips.iter().find(|l| l.track == targets.track);
        let (Some(first), Some(last)) = (targets.frames.first(), targets.frames.last()) else { continue };
        let _ = write!(page, "<h3>Face {}</h3>", targets.track);
        let mut at = first.time.floor();
        while at <= last.time {
            let part = Span::new(at, at + ROW);
            if targets.frames.iter().any(|f| part.contains(f.time)) {
                page.push_str(&chart::lips(targets, lips, &times, part));
            }
            at += ROW;
        }
    }
}

/// Time of every drawn output frame, by its number.
fn times(case: &Case) -> Vec<f64> {
    let last = case.targets.iter().flat_map(|t| &t.frames).map(|f| f.frame + 1).max().unwrap_or(0);
    let mut times = vec![0.0; last];
    case.targets.iter().flat_map(|t| &t.frames).for_each(|f| times[f.frame] = f.time);
    times
}
