//! Says which face of a video speaks, and what the gate decides.
//!
//! `cargo run --release -p redub-vision --example speaking -- VIDEO FACES.json [REFERENCE.rttm | START-END:SPEAKER …]`
//!
//! `FACES.json` is written by the example `track`. Lines come from an RTTM file or from the command line; without either, every
//! four seconds are a line of one speaker.

mod support;

use std::collections::BTreeSet;
use std::error::Error;

use redub_core::Span;
use redub_vision::gate::{GateSettings, count_kept, gate};
use redub_vision::speaking::who_speaks;
use redub_vision::tracks::Faces;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [video, json, rest @ ..] = &arguments[..] else {
        return Err("usage: speaking VIDEO FACES.json [RTTM]".into());
    };
    let faces: Faces = serde_json::from_str(&std::fs::read_to_string(json)?)?;
    let audio = support::ffmpeg::audio_16k(video)?;
    let times = support::ffmpeg::frame_times(video)?;
    let seconds = times.last().copied().unwrap_or(0.0);
    let lines = match rest.first() {
        Some(path) if path.ends_with(".rttm") => rttm(&std::fs::read_to_string(path)?),
        Some(_) => rest.iter().filter_map(|text| span(text)).collect(),
        None => (0..(seconds / 4.0).ceil() as usize)
            .map(|i| (Span::new(i as f64 * 4.0, (i as f64 * 4.0 + 4.0).min(seconds)), "S1".to_owned()))
            .collect(),
    };
    let who = who_speaks(&faces, &times, &lines, &audio);
    let mut talking = vec![Vec::new(); faces.tracks.len()];
    for ((at, speaker), face) in lines.iter().zip(&who) {
        let spans: Vec<String> = face
            .spans
            .iter()
            .map(|s| format!("{}..{} {:?} ({:.2})", s.first, s.end, s.track, s.score))
            .collect();
        println!("{:6.2}-{:6.2} {speaker}: {}", at.start, at.end, spans.join(", "));
        for part in &face.spans {
            if let Some(track) = part.track {
                talking[track].push(part.first..part.end);
            }
        }
    }
    for track in &faces.tracks {
        let frames = gate(&faces, track, &talking[track.id], &BTreeSet::new(), &GateSettings::default());
        let rendered = frames.iter().filter(|f| f.reason.is_none()).count();
        println!(
            "track {}: {} frames, {rendered} rendered, kept {:?}",
            track.id,
            frames.len(),
            count_kept(&frames)
        );
    }
    Ok(())
}

fn rttm(text: &str) -> Vec<(Span, String)> {
    let parse = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let start: f64 = fields.get(3)?.parse().ok()?;
        Some((Span::new(start, start + fields.get(4)?.parse::<f64>().ok()?), (*fields.get(7)?).to_owned()))
    };
    text.lines().filter_map(parse).collect()
}

fn span(text: &str) -> Option<(Span, String)> {
    let (times, speaker) = text.split_once(':')?;
    let (start, end) = times.split_once('-')?;
    Some((Span::new(start.parse().ok()?, end.parse().ok()?), speaker.to_owned()))
}
