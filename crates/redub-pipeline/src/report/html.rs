//! The page: everything in one file, nothing loaded from elsewhere, no script.

use std::fmt::Write as _;

use redub_core::report::{Output, Report, Room};

use super::charts;
use super::svg::escape;

const STYLE: &str = "
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1000px;padding:0 1rem;color:#1c2630;background:#fbfcfd}
h1{font-size:1.5rem;margin:0}h2{margin-top:2.5rem;border-bottom:1px solid #d5dce3}h3{margin:1.6rem 0 .4rem;font-size:1rem}
.sub{color:#5b6875;margin:.2rem 0 1.5rem}svg{width:100%;height:auto;display:block}svg text{font:11px system-ui,sans-serif;fill:#4a5662}
.axis{stroke:#8996a3}.band{stroke:#d5dce3;stroke-dasharray:3 3}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:.6rem}
.figures div{background:#fff;border:1px solid #e1e7ec;border-radius:6px;padding:.5rem .7rem}
.figures b{display:block;font-size:1.15rem}.figures span{color:#5b6875;font-size:.82rem}
table{border-collapse:collapse;width:100%;font-size:.86rem}td,th{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #e6ebef}
.warn{background:#fff7e0;border:1px solid #ecd9a0;border-radius:6px;padding:.5rem 1rem .5rem 2rem}
@media(prefers-color-scheme:dark){body{background:#14191e;color:#dbe3ea}.figures div{background:#1c232a;border-color:#2d3842}
svg text{fill:#a7b4c0}.sub,.figures span{color:#94a3b0}td,th{border-color:#2a343d}.warn{background:#2e2813;border-color:#5c4f22}h2{border-color:#2d3842}}";

/// The whole page.
pub fn page(report: &Report) -> String {
    let mut page = String::new();
    let title = escape(&report.source);
    let _ = write!(
        page,
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>\
         <title>redub report: {title}</title><style>{STYLE}</style></head><body>\
         <h1>{title}</h1><p class='sub'>Dubbing report by {}. The speech in the results is synthetic.</p>",
        escape(&report.generator)
    );
    for output in &report.outputs {
        section(&mut page, output);
    }
    page.push_str("</body></html>\n");
    page
}

fn section(page: &mut String, output: &Output) {
    let _ = write!(
        page,
        "<h2>{} → {} <small>({})</small></h2>",
        escape(&output.input_language),
        escape(&output.language),
        escape(&output.mode)
    );
    figures(page, output);
    if !output.warnings.is_empty() {
        let items: String = output.warnings.iter().map(|w| format!("<li>{}</li>", escape(w))).collect();
        let _ = write!(page, "<h3>Good to know</h3><ul class='warn'>{items}</ul>");
    }
    let mut chart = |title: &str, svg: String| {
        let _ = write!(page, "<h3>{title}</h3>{svg}");
    };
    chart("Lines over time (colour: speed factor)", charts::lanes(output));
    chart("Drift of line starts", charts::drift(output));
    chart("Speed factor per line", charts::speed(output));
    chart("Listen-back error per line", charts::errors(output));
    let frames = charts::frame_figures(output.frames_rerendered, &output.frames_kept);
    chart("Frames", charts::bars(&frames, "frames", "frames re-rendered and kept"));
    let stages: Vec<(String, f64)> = output.stage_seconds.iter().map(|(n, s)| (n.clone(), *s)).collect();
    chart(
        "Seconds per stage (0: the result was there already)",
        charts::bars(&stages, "s", "seconds per stage"),
    );
    lines(page, output);
}

fn figures(page: &mut String, output: &Output) {
    let number = |value: Option<f64>, digits: usize, unit: &str| {
        value.map_or("–".to_owned(), |v| format!("{v:.digits$}{unit}"))
    };
    let percent = |value: Option<f64>| number(value.map(|v| v * 100.0), 0, " %");
    let cells = [
        ("length", format!("{:.2} s of {:.2} s", output.output_seconds, output.video_seconds)),
        ("lines, speakers", format!("{}, {}", output.lines, output.speakers)),
        ("listen-back error", percent(output.listen_back_wer)),
        ("lines at a good speed", percent(output.speed_factor_within)),
        ("largest start drift", number(output.start_drift_ms_max, 0, " ms")),
        ("spoken / source length", number(output.length_ratio, 2, "")),
        ("loudness difference", number(output.loudness_difference_lu, 1, " LU")),
        ("lips shut on p b m", percent(output.closure)),
        ("aperture correlation", number(output.aperture_correlation, 2, "")),
        ("untouched picture", number(output.untouched_psnr_db, 1, " dB")),
        ("mouth: jitter", number(output.jitter_ratio, 2, " × source")),
        ("mouth: sharpness", number(output.sharpness_ratio, 2, " × source")),
        ("mouth: seam", number(output.seam_ratio, 2, " × source")),
        ("voice likeness, CAM++", number(output.voice_similarity.campplus, 2, "")),
        ("voice likeness, GE2E", number(output.voice_similarity.ge2e, 2, "")),
        ("rooms", rooms(output)),
        (
            "time taken",
            format!(
                "{:.1} s ({:.2} × length)",
                output.elapsed_seconds,
                output.elapsed_seconds / output.video_seconds.max(0.01)
            ),
        ),
        ("peak memory", output.peak_memory_mb.map_or("–".to_owned(), |m| format!("{m} MiB"))),
    ];
    page.push_str("<div class='figures'>");
    for (name, value) in cells {
        let _ = write!(page, "<div><b>{}</b><span>{name}</span></div>", escape(&value));
    }
    page.push_str("</div>");
}

fn rooms(output: &Output) -> String {
    let room = |(speaker, room): (&String, &Room)| {
        format!("{speaker}: {:.2} s, {:.0} dB", room.seconds, room.level_db)
    };
    match output.rooms.is_empty() {
        true => "–".into(),
        false => output.rooms.iter().map(room).collect::<Vec<_>>().join("; "),
    }
}

fn lines(page: &mut String, output: &Output) {
    page.push_str("<h3>Lines</h3><table><tr><th>#</th><th>who</th><th>source</th><th>dub</th><th>heard back</th><th>speed</th></tr>");
    for line in &output.details {
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{}<br><small>{}</small></td><td>{}</td><td>{}</td><td>{}</td><td>{:.2}</td></tr>",
            line.index + 1,
            escape(&line.speaker),
            escape(&line.voice),
            escape(&line.source_text),
            escape(&line.target_text),
            escape(line.heard.as_deref().unwrap_or("")),
            line.speed_factor
        );
    }
    page.push_str("</table>");
}
