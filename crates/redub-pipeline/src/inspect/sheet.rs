//! The contact sheet: for chosen frames the source's mouth, the speed renderer's, the precision renderer's (steered as it
//! was), what was changed, the person's frame that the fine detail came from, and the finished file itself, whoever drew it.

use std::collections::{BTreeSet, HashMap};

use redub_core::Frame;
use redub_media::{Rect, YuvFrame};
use redub_vision::mouth::avatar::Mixture;
use redub_vision::mouth::bank::Crop;
use redub_vision::tracks::Observation;
use redub_vision::{Affine, Picture};

use super::{Case, InspectOptions};
use crate::error::PipelineError;
use crate::stages::bank;
use crate::stages::draw::{Artist, Source, artists};
use crate::stages::mouth::{FrameTarget, TrackTargets};

/// Size of a cell, pixels.
const CELL: (usize, usize) = (288, 224);
/// Width of a cell in inter-ocular distances.
const VIEW: f32 = 1.9;

/// The sheet and what its rows are.
pub(super) struct Sheet {
    pub png: Vec<u8>,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Row>,
}

/// One frame of one face.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub track: usize,
    pub target: FrameTarget,
}

/// Draws the chosen frames again.
pub(super) fn draw(case: &Case, options: &InspectOptions) -> Result<Sheet, PipelineError> {
    let rows = choose(&case.targets, options);
    let precise = rows.iter().any(|r| r.target.mixture.is_some());
    let mut finished = finished(case)?;
    let mut columns = match precise {
        true => vec!["source", "speed", "precision", "changed", "detail from"],
        false => vec!["source", "speed", "changed"],
    };
    columns.extend(finished.as_ref().map(|_| "finished file"));
    let (speed, precision) = (workshop(case, &rows, false)?, workshop(case, &rows, true)?);
    let crops = details(case, &rows)?;
    let Some(video) = &case.intake.value.info.video else {
        return Err(PipelineError::NothingToInspect("the source has no picture".into()));
    };
    let mut source = Source::open(&case.record.input, video, case.intake.value.span)?;
    let mut cells = Vec::new();
    for row in &rows {
        let Some(frame) = source.frame(row.target.source)? else { break };
        let Some(seen) = case.faces.tracks.get(row.track).and_then(|t| t.at(row.target.source)) else {
            continue;
        };
        cells.push(close_up(&frame.to_rgb(), seen));
        let mut changed = None;
        let more = case.steering.of(row.track, row.target.frame).unwrap_or_default();
        for (artists, wanted, more) in [(&speed, true, 0.0), (&precision, precise, more)] {
            if !wanted {
                continue;
            }
            let mut drawn = frame.clone();
            let artist = artists.iter().find(|a| a.track() == row.track);
            let painted = artist
                .and_then(|a| a.draw(&case.faces, row.target.frame, row.target.source, &mut drawn, more));
            changed = painted.map(|p| mask_picture(&frame, p.rect, &p.mask)).or(changed);
            cells.push(close_up(&drawn.to_rgb(), seen));
        }
        let black = || Frame::black(frame.width, frame.height);
        cells.push(close_up(&changed.unwrap_or_else(black), seen));
        if precise {
            cells.push(taken_from(case, row, &crops).unwrap_or_else(|| Frame::black(CELL.0, CELL.1)));
        }
        if let Some(finished) = &mut finished {
            let frame = finished.frame(row.target.frame)?;
            cells.push(frame.map_or_else(|| Frame::black(CELL.0, CELL.1), |f| close_up(&f.to_rgb(), seen)));
        }
    }
    let png = encode(&tiled(&cells, columns.len()))?;
    Ok(Sheet { png, columns, rows })
}

/// The finished file's frames, where it still is and has the source's size.
fn finished(case: &Case) -> Result<Option<Source>, PipelineError> {
    let path = case.record.folder.join(&case.record.file);
    let size = case.intake.value.info.video.as_ref().map(|v| (v.width, v.height));
    let Some(info) = path.is_file().then(|| redub_media::probe(&path).ok()).flatten() else {
        return Ok(None);
    };
    let Some(video) = info.video.filter(|v| Some((v.width, v.height)) == size) else { return Ok(None) };
    Source::open(&path, &video, None).map(Some)
}

/// The frames asked for: nearest to the given times, or spread over what was drawn fully.
fn choose(targets: &[TrackTargets], options: &InspectOptions) -> Vec<Row> {
    let mut all: Vec<Row> = targets
        .iter()
        .flat_map(|t| t.frames.iter().map(|f| Row { track: t.track, target: f.clone() }))
        .collect();
    all.sort_by_key(|r| (r.target.source, r.target.frame));
    let mut chosen: Vec<usize> = if options.at.is_empty() {
        let full: Vec<usize> = (0..all.len()).filter(|i| all[*i].target.weight > 0.95).collect();
        let pool = if full.is_empty() { (0..all.len()).collect() } else { full };
        let count = options.frames.clamp(1, pool.len().max(1));
        (0..count).filter_map(|i| pool.get((2 * i + 1) * pool.len() / (2 * count)).copied()).collect()
    } else {
        let nearest = |t: &f64| {
            let apart = |i: &usize| (all[*i].target.time - t).abs();
            (0..all.len()).min_by(|a, b| apart(a).total_cmp(&apart(b)))
        };
        options.at.iter().filter_map(nearest).collect()
    };
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().map(|i| all[i].clone()).collect()
}

/// Artists for the chosen frames alone, by warping or from the bank.
fn workshop(case: &Case, rows: &[Row], from_bank: bool) -> Result<Vec<Artist>, PipelineError> {
    let wanted: BTreeSet<(usize, usize)> = rows.iter().map(|r| (r.track, r.target.frame)).collect();
    let some = |track: &TrackTargets| {
        let mut track = track.clone();
        track.frames.retain(|f| wanted.contains(&(track.track, f.frame)));
        if !from_bank {
            track.frames.iter_mut().for_each(|f| f.mixture = None);
        }
        track
    };
    let targets: Vec<TrackTargets> = case.targets.iter().map(some).filter(|t| !t.frames.is_empty()).collect();
    let Some(video) = &case.intake.value.info.video else { return Ok(Vec::new()) };
    let bank = case.bank.as_ref().map(|(artifact, _)| artifact);
    artists(&case.faces, targets, bank, &case.record.input, video, case.intake.value.span)
}

/// The crops of the frames that give the fine detail.
fn details(case: &Case, rows: &[Row]) -> Result<HashMap<u32, Crop>, PipelineError> {
    let Some((artifact, bank)) = &case.bank else { return Ok(HashMap::new()) };
    let wanted = rows.iter().filter_map(|r| strongest(r.target.mixture.as_ref()?)).collect();
    bank::crops(artifact, bank, &wanted)
}

fn strongest(mixture: &Mixture) -> Option<u32> {
    mixture.detail.first().map(|part| part.frame)
}

fn taken_from(case: &Case, row: &Row, crops: &HashMap<u32, Crop>) -> Option<Frame> {
    let index = strongest(row.target.mixture.as_ref()?)?;
    let (_, bank) = case.bank.as_ref()?;
    let seen = bank.frames.get(index as usize)?.observation(&case.faces)?;
    let crop = crops.get(&index)?;
    let picture = Frame { width: crop.roi.width, height: crop.roi.height, rgb: crop.rgb.clone() };
    Some(view(&picture, seen, [crop.roi.left as f32, crop.roi.top as f32]))
}

/// What a renderer changed, in grey: moved, or put in anew (bright).
fn mask_picture(frame: &YuvFrame, rect: Rect, mask: &[u8]) -> Frame {
    let mut picture = Frame::black(frame.width, frame.height);
    for (row, values) in mask.chunks_exact(rect.width).enumerate() {
        for (column, value) in values.iter().enumerate() {
            let at = ((rect.y + row) * frame.width + rect.x + column) * 3;
            picture.rgb[at..at + 3].fill(*value);
        }
    }
    picture
}

fn close_up(picture: &Frame, seen: &Observation) -> Frame {
    view(picture, seen, [0.0, 0.0])
}

/// The lower face, `CELL` pixels; the picture's corner lies at `corner` of the frame.
fn view(picture: &Frame, seen: &Observation, corner: [f32; 2]) -> Frame {
    let eyes = seen.mesh.inter_ocular().max(1.0);
    let nose = seen.mesh.points.get(4).copied().unwrap_or_default();
    let step = VIEW * eyes / CELL.0 as f32;
    let (left, top) = (nose[0] - 0.5 * VIEW * eyes, nose[1] - 0.4 * eyes);
    let map = Affine([[step, 0.0, left - corner[0]], [0.0, step, top - corner[1]]]);
    let rgb = picture.crop(&map, CELL.0, CELL.1).iter().map(|v| v.round() as u8).collect();
    Frame { width: CELL.0, height: CELL.1, rgb }
}

fn tiled(cells: &[Frame], columns: usize) -> Frame {
    let (width, height) = CELL;
    let mut sheet = Frame::black(width * columns, height * cells.len().div_ceil(columns).max(1));
    for (i, cell) in cells.iter().enumerate() {
        for row in 0..height {
            let at = ((i / columns * height + row) * sheet.width + i % columns * width) * 3;
            sheet.rgb[at..at + width * 3].copy_from_slice(&cell.rgb[row * width * 3..][..width * 3]);
        }
    }
    sheet
}

fn encode(picture: &Frame) -> Result<Vec<u8>, PipelineError> {
    let fail = |e: png::EncodingError| PipelineError::Artifact(format!("the contact sheet: {e}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width as u32, picture.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(fail)?;
    writer.write_image_data(&picture.rgb).map_err(fail)?;
    writer.finish().map_err(fail)?;
    Ok(bytes)
}
