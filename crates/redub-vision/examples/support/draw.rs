//! Drawing on frames.

use redub_core::Frame;
use redub_vision::landmarks::{LIPS, Mesh};
use redub_vision::tracks::Faces;
use redub_vision::{Affine, Picture};

const COLOURS: [[u8; 3]; 6] =
    [[0, 255, 0], [255, 180, 0], [0, 200, 255], [255, 0, 255], [255, 255, 0], [120, 120, 255]];

fn dot(frame: &mut Frame, x: f32, y: f32, size: isize, colour: [u8; 3]) {
    for dy in 0..size {
        for dx in 0..size {
            let (x, y) = (x as isize + dx - size / 2, y as isize + dy - size / 2);
            if x >= 0 && y >= 0 && x < frame.width as isize && y < frame.height as isize {
                let at = (y as usize * frame.width + x as usize) * 3;
                frame.rgb[at..at + 3].copy_from_slice(&colour);
            }
        }
    }
}

/// Box and mesh of every face in frame `index`; the box is red where a hand covers the mouth.
pub fn mark(frame: &mut Frame, faces: &Faces, index: usize) {
    let size = (frame.width / 480).max(1) as isize;
    for track in &faces.tracks {
        let Some(seen) = track.at(index) else { continue };
        let colour = if seen.palm_over_mouth > 0.3 { [255, 0, 0] } else { COLOURS[track.id % COLOURS.len()] };
        let [left, top, right, bottom] = seen.mesh.bounds();
        for k in 0..200 {
            let share = k as f32 / 199.0;
            let (x, y) = (left + share * (right - left), top + share * (bottom - top));
            for (x, y) in [(x, top), (x, bottom), (left, y), (right, y)] {
                dot(frame, x, y, 2 * size, colour);
            }
        }
        for p in seen.mesh.points.iter().step_by(3) {
            dot(frame, p[0], p[1], size, colour);
        }
    }
}

/// The face close up with the lips' points.
pub fn face_crop(frame: &Frame, mesh: &Mesh, width: usize, height: usize) -> Frame {
    let [left, top, right, bottom] = mesh.bounds();
    let scale = 1.1 * ((bottom - top) / height as f32).max((right - left) / width as f32);
    let x0 = (left + right) / 2.0 - scale * width as f32 / 2.0;
    let y0 = (top + bottom) / 2.0 - scale * height as f32 / 2.0;
    let mut out = view(frame, &Affine([[scale, 0.0, x0], [0.0, scale, y0]]), width, height);
    for index in LIPS.into_iter().take(40).chain([33, 133, 362, 263, 1, 152, 10, 468, 473]) {
        let p = mesh.points[index];
        dot(&mut out, (p[0] - x0) / scale, (p[1] - y0) / scale, 2, [0, 255, 0]);
    }
    out
}

/// The frame inside `width × height`, letterboxed.
pub fn shrink(frame: &Frame, width: usize, height: usize) -> Frame {
    let scale = (frame.width as f32 / width as f32).max(frame.height as f32 / height as f32);
    let inner = ((frame.width as f32 / scale) as usize, (frame.height as f32 / scale) as usize);
    let small = view(frame, &Affine([[scale, 0.0, 0.0], [0.0, scale, 0.0]]), inner.0, inner.1);
    let mut out = Frame::black(width, height);
    for row in 0..small.height {
        out.rgb[row * width * 3..][..small.width * 3]
            .copy_from_slice(&small.rgb[row * small.width * 3..][..small.width * 3]);
    }
    out
}

fn view(frame: &Frame, map: &Affine, width: usize, height: usize) -> Frame {
    let rgb = frame.crop(map, width, height).iter().map(|v| v.round() as u8).collect();
    Frame { width, height, rgb }
}

/// Equal cells in rows of `columns`.
pub fn tile(cells: &[Frame], columns: usize) -> Frame {
    let (w, h) = cells.first().map_or((1, 1), |c| (c.width, c.height));
    let mut out = Frame::black(w * columns, h * cells.len().div_ceil(columns).max(1));
    for (i, cell) in cells.iter().enumerate() {
        for row in 0..h {
            let at = ((i / columns * h + row) * out.width + i % columns * w) * 3;
            out.rgb[at..at + w * 3].copy_from_slice(&cell.rgb[row * w * 3..][..w * 3]);
        }
    }
    out
}
