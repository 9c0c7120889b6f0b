//! How long a frame takes on its way: `cargo run --release --example speed -- clip.mp4`.

use std::path::Path;
use std::time::Instant;

use redub_media::encode::{EncodeSettings, Timing, VideoWriter};
use redub_media::frames::{FrameReader, times};
use redub_media::{YuvFrame, probe};

fn main() -> redub_media::Result<()> {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: speed CLIP");
        return Ok(());
    };
    let path = Path::new(&path);
    let media = probe(path)?;
    let Some(info) = media.video else { return Ok(()) };
    let start = Instant::now();
    let times = times(path, &info, None)?;
    println!("times: {} frames in {:.2} s", times.len(), start.elapsed().as_secs_f64());

    let start = Instant::now();
    let mut reader = FrameReader::open(path, &info, None, None)?;
    let mut frame = reader.blank();
    while reader.read(&mut frame)? {}
    report("decode", start, times.len());

    let start = Instant::now();
    for _ in 0..50 {
        std::hint::black_box(frame.to_rgb());
    }
    report("to_rgb", start, 50);
    let rgb = frame.to_rgb();
    let start = Instant::now();
    for _ in 0..50 {
        std::hint::black_box(YuvFrame::from_rgb(&rgb, frame.color));
    }
    report("from_rgb", start, 50);

    let target = std::env::temp_dir().join("redub-speed.mp4");
    let start = Instant::now();
    let mut writer =
        VideoWriter::create(&target, &EncodeSettings::standard(&info), Timing::of(&times, &info))?;
    let mut reader = FrameReader::open(path, &info, None, None)?;
    while reader.read(&mut frame)? {
        writer.write(&frame)?;
    }
    writer.finish()?;
    report("decode and encode", start, times.len());
    let _ = std::fs::remove_file(target);
    Ok(())
}

fn report(what: &str, start: Instant, frames: usize) {
    println!("{what}: {:.2} ms per frame", start.elapsed().as_secs_f64() * 1000.0 / frames.max(1) as f64);
}
