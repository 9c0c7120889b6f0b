//! Tracks the faces of a video and draws what was found.
//!
//! `cargo run --release -p redub-vision --example track -- VIDEO [--draw SHEET.jpg] [--video OUT.mp4] [--json OUT.json]`
//!
//! Needs `ffmpeg` and `ffprobe`, and the models in `REDUB_MODELS_DIR`.

mod support;

use std::error::Error;

use redub_core::Frame;
use redub_models::ModelStore;
use redub_vision::tracks::{Faces, Tracker, TrackerSettings};

use support::draw::{face_crop, mark, shrink, tile};
use support::ffmpeg::{Reader, Writer, write_picture};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|i| arguments.get(i + 1));
    let video = arguments
        .first()
        .ok_or("usage: track VIDEO [--draw SHEET.jpg] [--video OUT.mp4] [--json OUT.json]")?;
    let faces = track(video)?;
    describe(&faces);
    if let Some(path) = option("--json") {
        std::fs::write(path, serde_json::to_string(&faces)?)?;
    }
    if let Some(path) = option("--draw") {
        sheet(video, &faces, path)?;
    }
    if let Some(path) = option("--video") {
        let mut reader = Reader::open(video)?;
        let mut writer = Writer::open(path, reader.width, reader.height, reader.rate)?;
        let mut index = 0;
        while let Some(mut frame) = reader.next_frame()? {
            mark(&mut frame, &faces, index);
            writer.write(&frame)?;
            index += 1;
        }
        writer.finish()?;
    }
    Ok(())
}

fn track(video: &str) -> Result<Faces, Box<dyn Error>> {
    let mut reader = Reader::open(video)?;
    let store = ModelStore::new(ModelStore::default_root());
    let settings = TrackerSettings { frame_rate: reader.rate as f32, ..TrackerSettings::default() };
    let mut tracker = Tracker::load(&store, reader.width, reader.height, settings)?;
    let (mut cpu, mut wall, mut count) = (0.0, 0.0, 0);
    while let Some(frame) = reader.next_frame()? {
        let (before, start) = (support::cpu_seconds(), std::time::Instant::now());
        tracker.push(count, &frame)?;
        cpu += support::cpu_seconds() - before;
        wall += start.elapsed().as_secs_f64();
        count += 1;
    }
    let (before, start) = (support::cpu_seconds(), std::time::Instant::now());
    let faces = tracker.finish();
    let n = count.max(1) as f64 / 1000.0;
    println!(
        "{video}: {}x{}, {count} frames, cpu {:.1} ms/frame, wall {:.1} ms/frame, finish {:.0} ms cpu {:.0} ms wall",
        faces.width,
        faces.height,
        cpu / n,
        wall / n,
        (support::cpu_seconds() - before) * 1000.0,
        start.elapsed().as_secs_f64() * 1000.0
    );
    Ok(faces)
}

fn describe(faces: &Faces) {
    let shots: Vec<String> = faces.shots.iter().map(|s| format!("{}..{}", s.first, s.end)).collect();
    println!("  shots {}", shots.join(" "));
    for track in &faces.tracks {
        let n = track.observations.len() as f32;
        let mean = |value: &dyn Fn(&redub_vision::tracks::Observation) -> f32| {
            track.observations.iter().map(value).sum::<f32>() / n
        };
        println!(
            "  track {} shot {} frames {}..{} eyes {:.0} px confidence {:.3} yaw {:.0} pitch {:.0} roll {:.0} palm {:.2} aperture {:.3} residual {:.3}",
            track.id,
            track.shot,
            track.first(),
            track.end(),
            mean(&|o| o.mesh.inter_ocular()),
            mean(&|o| o.confidence),
            mean(&|o| o.pose.yaw),
            mean(&|o| o.pose.pitch),
            mean(&|o| o.pose.roll),
            mean(&|o| o.palm_over_mouth),
            mean(&|o| o.mesh.aperture()),
            mean(&|o| redub_vision::tracks::Pose::fit(&o.mesh).1),
        );
    }
}

/// Sixteen frames with their meshes, and below each row the faces close up.
fn sheet(video: &str, faces: &Faces, path: &str) -> Result<(), Box<dyn Error>> {
    let total = faces.shots.last().map_or(0, |s| s.end);
    let wanted: Vec<usize> = (0..16).map(|i| (2 * i + 1) * total / 32).collect();
    let mut reader = Reader::open(video)?;
    let (mut cells, mut index): (Vec<Frame>, usize) = (Vec::new(), 0);
    let mut close = Vec::new();
    while let Some(frame) = reader.next_frame()? {
        if wanted.contains(&index) {
            let seen = faces
                .tracks
                .iter()
                .filter_map(|t| t.at(index))
                .max_by_key(|o| o.mesh.inter_ocular() as usize);
            close.push(seen.map_or_else(|| Frame::black(320, 240), |o| face_crop(&frame, &o.mesh, 320, 240)));
            let mut marked = frame;
            mark(&mut marked, faces, index);
            cells.push(shrink(&marked, 320, 240));
            if cells.len() % 4 == 0 {
                cells.append(&mut close);
            }
        }
        index += 1;
    }
    cells.append(&mut close);
    Ok(write_picture(&tile(&cells, 4), path)?)
}
