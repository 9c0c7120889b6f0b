//! A mouth bank in memory.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::io::Cursor;

use redub_core::Frame;
use redub_vision::mouth::Roi;
use redub_vision::mouth::bank::{BankBuilder, BankLimits, Crop, MouthBank, read_crops};
use redub_vision::tracks::Faces;

use super::ffmpeg::Reader;

/// The bank of a tracked video, and its file of crops.
pub fn build(video: &str, faces: &Faces) -> Result<(MouthBank, Vec<u8>), Box<dyn Error>> {
    let mut pixels = Vec::new();
    let mut builder = BankBuilder::new(faces, &BankLimits::default(), &mut pixels);
    let (mut reader, mut index, mut spent) = (Reader::open(video)?, 0, 0.0);
    while let Some(frame) = reader.next_frame()? {
        let before = super::cpu_seconds();
        for want in builder.wanted(index) {
            builder.push(index, &want, &cut(&frame, want.roi))?;
        }
        spent += super::cpu_seconds() - before;
        index += 1;
    }
    for (a, b, build, look) in builder.differences() {
        println!("tracks {a} and {b}: build apart {build:.3}, look apart {look:.3}");
    }
    let bank = builder.finish()?;
    println!(
        "bank: {} frames, {} MB, people {:?}, {:.2} ms a frame",
        bank.frames.len(),
        pixels.len() >> 20,
        bank.people,
        spent * 1000.0 / index.max(1) as f64
    );
    Ok((bank, pixels))
}

/// The given crops of a bank in memory.
pub fn crops(
    bank: &MouthBank,
    wanted: &BTreeSet<u32>,
    pixels: &[u8],
) -> Result<HashMap<u32, Crop>, Box<dyn Error>> {
    Ok(read_crops(bank, wanted, &mut Cursor::new(pixels))?)
}

pub fn cut(frame: &Frame, roi: Roi) -> Vec<u8> {
    (roi.top..roi.top + roi.height)
        .flat_map(|y| &frame.rgb[(y * frame.width + roi.left) * 3..][..roi.width * 3])
        .copied()
        .collect()
}

pub fn put(frame: &mut Frame, roi: Roi, rgb: &[u8]) {
    for (row, pixels) in rgb.chunks_exact(roi.width * 3).enumerate() {
        let at = ((roi.top + row) * frame.width + roi.left) * 3;
        frame.rgb[at..at + roi.width * 3].copy_from_slice(pixels);
    }
}
