//! The reconstruction bench: real frames whose mouth is hidden are rebuilt from their landmarks alone, with no frame of
//! the bank nearer than a gap in time, and compared with what was there.
//!
//! `cargo run --release -p redub-vision --example reconstruct -- VIDEO FACES.json [--gap 1.0] [--every 3]
//! [--set NAME=VALUE …] [--sweep NAME=V1,V2,…] [--sheet SHEET.png]`
//!
//! `FACES.json` is written by the example `track`. PSNR and SSIM are means over frames, on a square of one inter-ocular
//! distance round the mouth seen in 128 × 128 pixels. All methods are pasted under the same soft mask.

mod support;

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::sync::Arc;

use redub_core::Frame;
use redub_vision::mouth::avatar::{Avatar, AvatarRenderer, AvatarSettings, Mixture, Part, Wanted};
use redub_vision::mouth::bank::MouthBank;
use redub_vision::mouth::{LipShape, RegionPixels, RenderMouth, Roi};
use redub_vision::tracks::{Faces, Observation};
use redub_vision::{Affine, Picture};

use support::bank::{build, crops, cut, put};
use support::draw::tile;
use support::ffmpeg::{Reader, write_picture};

type Outcome<T> = Result<T, Box<dyn Error>>;
const SIDE: usize = 128;
/// Frames tested with the same model.
const BLOCK: usize = 10;

/// A way to rebuild.
enum Method {
    /// The frame nearest in time, moved by the head's place, size and lean.
    Nearest,
    /// One shut mouth, warped.
    Shut,
    /// The interpolated shading without fine detail.
    Smooth(AvatarSettings),
    /// The avatar.
    Avatar(AvatarSettings),
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|i| arguments.get(i + 1));
    let [video, json, ..] = &arguments[..] else { return Err("usage: reconstruct VIDEO FACES.json".into()) };
    let gap: f64 = option("--gap").map_or(Ok(1.0), |v| v.parse())?;
    let every: usize = option("--every").map_or(Ok(3), |v| v.parse())?;
    let faces: Faces = serde_json::from_str(&std::fs::read_to_string(json)?)?;
    let rate = Reader::open(video)?.rate;
    let track = faces.tracks.iter().max_by_key(|t| t.observations.len()).ok_or("no face")?;
    let (bank, pixels) = build(video, &faces)?;
    let mut settings = AvatarSettings::default();
    for pair in arguments.windows(2).filter(|w| w[0] == "--set") {
        let (name, value) = pair[1].split_once('=').ok_or("--set NAME=VALUE")?;
        assert!(settings.set(name, value.parse()?), "no setting {name}");
    }
    let before = support::cpu_seconds();
    let avatar = Avatar::learn(&bank, &faces, &bank.person_of(track.id), settings.clone())?;
    println!("learning: {:.2} s", support::cpu_seconds() - before);
    println!("something before the mouth: {:?}", avatar.covered(track.id));
    let barred = (gap * rate).round() as usize;
    let bench = Bench { video, faces: &faces, track: track.id, bank: &bank, pixels: &pixels, barred, every };

    let mut methods: Vec<(String, Method)> = Vec::new();
    if let Some(sweep) = option("--sweep") {
        let (name, values) = sweep.split_once('=').ok_or("--sweep NAME=V1,V2")?;
        for value in values.split(',') {
            let mut changed = settings.clone();
            assert!(changed.set(name, value.parse()?), "no setting {name}");
            methods.push((format!("{name} {value} smooth"), Method::Smooth(changed.clone())));
            methods.push((format!("{name} {value}"), Method::Avatar(changed)));
        }
    } else {
        let sharp = AvatarSettings { detail: 9.0, neighbours: 0.0, ..settings.clone() };
        let linear = AvatarSettings { known: 0, ..settings.clone() };
        methods.push(("nearest frame copied".into(), Method::Nearest));
        methods.push(("one shut frame warped".into(), Method::Shut));
        methods.push(("retrieval of 1".into(), Method::Avatar(sharp)));
        methods.push(("linear model".into(), Method::Smooth(linear.clone())));
        methods.push(("kriging".into(), Method::Smooth(settings.clone())));
        methods.push(("linear model + detail of 1".into(), Method::Avatar(linear)));
        methods.push(("kriging + detail".into(), Method::Avatar(settings)));
    }
    let mut columns = Vec::new();
    for (name, method) in &methods {
        columns.push(bench.run(name, method, &avatar)?);
    }
    if let Some(path) = option("--sheet") {
        let rows = 12.min(columns[0].len());
        let picked: Vec<usize> = (0..rows).map(|i| (2 * i + 1) * columns[0].len() / (2 * rows)).collect();
        let cells: Vec<Frame> = picked
            .iter()
            .flat_map(|i| {
                std::iter::once(columns[0][*i].0.clone()).chain(columns.iter().map(|c| c[*i].1.clone()))
            })
            .collect();
        write_picture(&tile(&cells, columns.len() + 1), path)?;
    }
    Ok(())
}

struct Bench<'a> {
    video: &'a str,
    faces: &'a Faces,
    track: usize,
    bank: &'a MouthBank,
    pixels: &'a [u8],
    barred: usize,
    every: usize,
}

impl Bench<'_> {
    /// Truth and rebuilt box of every tested frame.
    fn run(&self, name: &str, method: &Method, avatar: &Avatar) -> Outcome<Vec<(Frame, Frame)>> {
        let track = &self.faces.tracks[self.track];
        let avatar = Arc::new(match method {
            Method::Avatar(settings) | Method::Smooth(settings) => avatar.with(settings.clone()),
            Method::Shut => avatar.with(AvatarSettings { detail: 9.0, ..AvatarSettings::default() }),
            _ => avatar.clone(),
        });
        let before = support::cpu_seconds();
        let mixtures = self.mixtures(method, &avatar);
        let planning = support::cpu_seconds() - before;
        let found = crops(self.bank, &avatar.needed(mixtures.values()), self.pixels)?;
        let mut renderer = AvatarRenderer::new(avatar.clone(), mixtures.clone(), found.clone());
        let mut block = usize::MAX;
        let (mut reader, mut index, mut boxes) = (Reader::open(self.video)?, 0, Vec::new());
        let (mut sums, mut spent) = ([0.0f64; 4], 0.0);
        let nearest = if matches!(method, Method::Nearest) { Some(self.all_frames()?) } else { None };
        while let Some(frame) = reader.next_frame()? {
            let seen = track.at(index).filter(|_| index % self.every == 0);
            index += 1;
            let Some(seen) = seen else { continue };
            if seen.frame / BLOCK != block && !matches!(method, Method::Nearest | Method::Shut) {
                // The model must not know the tested frames either.
                block = seen.frame / BLOCK;
                let (from, to) = (block * BLOCK, (block + 1) * BLOCK);
                let hidden = |_: usize, f: usize| f + self.barred >= from && f <= to + self.barred;
                let ignorant = Arc::new(avatar.without(hidden));
                renderer = AvatarRenderer::new(ignorant, mixtures.clone(), found.clone());
            }
            // A first drawing tells which pixels are replaced wholly: those are hidden.
            let roi = renderer.roi(seen, frame.width, frame.height);
            let lips = LipShape::seen(seen);
            let mut masked = frame.clone();
            let mut rgb = cut(&masked, roi);
            let mut region = RegionPixels { roi, rgb: &mut rgb };
            let mask = renderer.render(seen.frame, &mut region, seen, &lips, 1.0).mask;
            hide(&mut masked, roi, &mask);
            let mut rgb = cut(&masked, roi);
            let before = support::cpu_seconds();
            let mut region = RegionPixels { roi, rgb: &mut rgb };
            let done = renderer.render(seen.frame, &mut region, seen, &lips, 1.0);
            spent += support::cpu_seconds() - before;
            let mut result = masked;
            put(&mut result, roi, &rgb);
            if let Some(frames) = &nearest {
                let Some(other) = self.nearest(seen) else { continue };
                copy_under(&mut result, &frames[&other.frame], seen, other, roi, &done.mask, &frame);
            }
            let (truth, made) = (mouth_box(&frame, seen), mouth_box(&result, seen));
            sums[0] += psnr(&truth, &made);
            sums[1] += ssim(&truth, &made);
            sums[2] += detail(&truth);
            sums[3] += detail(&made);
            boxes.push((truth, made));
        }
        let n = boxes.len().max(1) as f64;
        let jitter = if self.every == 1 { jitter(&boxes) } else { f64::NAN };
        println!(
            "{name:34} PSNR {:6.2} dB  SSIM {:.3}  sharpness {:.2}  jitter {jitter:.2}  {:.1} + {:.1} ms a frame",
            sums[0] / n,
            sums[1] / n,
            sums[3] / sums[2],
            planning * 1000.0 / track.observations.len() as f64,
            spent * 1000.0 / n
        );
        Ok(boxes)
    }

    fn far(&self, a: usize, b: usize) -> bool {
        a.abs_diff(b) > self.barred
    }

    fn mixtures(&self, method: &Method, avatar: &Avatar) -> HashMap<usize, Mixture> {
        let track = &self.faces.tracks[self.track];
        let lips: Vec<LipShape> = track.observations.iter().map(LipShape::seen).collect();
        let wanted: Vec<Option<Wanted<'_>>> = track
            .observations
            .iter()
            .zip(&lips)
            .map(|(observation, lips)| Some(Wanted { track: track.id, observation, lips }))
            .collect();
        let first = track.first();
        let barred = |t: usize, _: usize, frame: usize| !self.far(first + t, frame);
        match method {
            Method::Nearest | Method::Shut => track
                .observations
                .iter()
                .filter_map(|seen| {
                    let frame = self.shut(seen)?;
                    Some((
                        seen.frame,
                        Mixture { detail: vec![Part { frame, share: 1.0 }], ..Mixture::default() },
                    ))
                })
                .collect(),
            Method::Avatar(_) | Method::Smooth(_) => avatar
                .choose(&wanted, Some(&barred))
                .into_iter()
                .enumerate()
                .filter_map(|(t, m)| {
                    let mut mixture = m?;
                    if matches!(method, Method::Smooth(_)) {
                        mixture.detail.clear();
                    }
                    Some((first + t, mixture))
                })
                .collect(),
        }
    }

    /// The most closed mouth that is not barred.
    fn shut(&self, seen: &Observation) -> Option<u32> {
        let own = (0..self.bank.frames.len()).filter(|i| self.bank.frames[*i].track == self.track);
        let open =
            |i: &usize| self.bank.frames[*i].observation(self.faces).map_or(9.0, |o| o.mesh.aperture());
        own.filter(|i| self.far(self.bank.frames[*i].frame, seen.frame))
            .min_by(|a, b| open(a).total_cmp(&open(b)))
            .map(|i| i as u32)
    }

    fn nearest(&self, seen: &Observation) -> Option<&Observation> {
        let track = &self.faces.tracks[self.track];
        track
            .observations
            .iter()
            .filter(|o| self.far(o.frame, seen.frame))
            .min_by_key(|o| o.frame.abs_diff(seen.frame))
    }

    fn all_frames(&self) -> Outcome<HashMap<usize, Frame>> {
        let track = &self.faces.tracks[self.track];
        let used: BTreeSet<usize> = track
            .observations
            .iter()
            .filter(|o| o.frame % self.every == 0)
            .filter_map(|o| self.nearest(o))
            .map(|o| o.frame)
            .collect();
        let (mut reader, mut index, mut frames) = (Reader::open(self.video)?, 0, HashMap::new());
        while let Some(frame) = reader.next_frame()? {
            if used.contains(&index) {
                frames.insert(index, frame);
            }
            index += 1;
        }
        Ok(frames)
    }
}

/// Middle of the mouth without its motion: the canonical mouth's place in the head's pose.
fn middle(seen: &Observation) -> [f32; 2] {
    let p = seen.pose.to_picture([0.0, 5.6, -4.0]);
    [p[0], p[1]]
}

/// Picture place in `other` of the picture place in `seen`, by place, size and lean of the head.
fn similar(seen: &Observation, other: &Observation) -> Affine {
    let (a, b) = (middle(seen), middle(other));
    let zoom = other.pose.scale / seen.pose.scale;
    let (sin, cos) = (other.pose.roll - seen.pose.roll).to_radians().sin_cos();
    let (c, s) = (zoom * cos, zoom * sin);
    Affine([[c, -s, b[0] - c * a[0] + s * a[1]], [s, c, b[1] - s * a[0] - c * a[1]]])
}

/// Lays `other` over the truth under the avatar's own mask.
fn copy_under(
    result: &mut Frame,
    from: &Frame,
    seen: &Observation,
    other: &Observation,
    roi: Roi,
    mask: &[u8],
    truth: &Frame,
) {
    let map = similar(seen, other);
    for y in 0..roi.height {
        for x in 0..roi.width {
            let at = ((roi.top + y) * result.width + roi.left + x) * 3;
            let alpha = f32::from(mask[y * roi.width + x].saturating_sub(128)) / 127.0;
            let [px, py] = map.apply((roi.left + x) as f32 + 0.5, (roi.top + y) as f32 + 0.5);
            let colour = from.sample(px, py);
            for (c, colour) in colour.iter().enumerate() {
                let own = f32::from(truth.rgb[at + c]);
                result.rgb[at + c] = (own + alpha * (colour - own)).round() as u8;
            }
        }
    }
}

/// Fills the mouth with one colour.
fn hide(frame: &mut Frame, roi: Roi, mask: &[u8]) {
    for (at, _) in mask.iter().enumerate().filter(|(_, m)| **m == 255) {
        let (x, y) = (roi.left + at % roi.width, roi.top + at / roi.width);
        frame.rgb[(y * frame.width + x) * 3..][..3].copy_from_slice(&[90, 90, 90]);
    }
}

fn mouth_box(frame: &Frame, seen: &Observation) -> Frame {
    let side = 9.0 * seen.pose.scale;
    let step = side / SIDE as f32;
    let [x, y] = middle(seen);
    let map = Affine([[step, 0.0, x - 0.5 * side], [0.0, step, y - 0.5 * side]]);
    let rgb = frame.crop(&map, SIDE, SIDE).iter().map(|v| v.round() as u8).collect();
    Frame { width: SIDE, height: SIDE, rgb }
}

fn psnr(a: &Frame, b: &Frame) -> f64 {
    let sum: f64 = a.rgb.iter().zip(&b.rgb).map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2)).sum();
    10.0 * (255.0 * 255.0 / (sum / a.rgb.len() as f64).max(1e-9)).log10()
}

fn luma(frame: &Frame) -> Vec<f64> {
    frame
        .rgb
        .chunks_exact(3)
        .map(|p| 0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2]))
        .collect()
}

/// Structural similarity (Wang et al. 2004) over squares of 8 pixels, every second place.
fn ssim(a: &Frame, b: &Frame) -> f64 {
    let (a, b) = (luma(a), luma(b));
    let (c1, c2) = ((0.01f64 * 255.0).powi(2), (0.03f64 * 255.0).powi(2));
    let (mut sum, mut count) = (0.0, 0.0);
    for y in (0..SIDE - 8).step_by(2) {
        for x in (0..SIDE - 8).step_by(2) {
            let (mut ma, mut mb, mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for k in 0..64 {
                let at = (y + k / 8) * SIDE + x + k % 8;
                let (p, q) = (a[at], b[at]);
                ma += p / 64.0;
                mb += q / 64.0;
                aa += p * p / 64.0;
                bb += q * q / 64.0;
                ab += p * q / 64.0;
            }
            let (va, vb, cov) = (aa - ma * ma, bb - mb * mb, ab - ma * mb);
            sum += (2.0 * ma * mb + c1) * (2.0 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
            count += 1.0;
        }
    }
    sum / count
}

/// Mean squared Laplacian.
fn detail(frame: &Frame) -> f64 {
    let g = luma(frame);
    let mut sum = 0.0;
    for y in 1..SIDE - 1 {
        for x in 1..SIDE - 1 {
            let at = y * SIDE + x;
            sum += (g[at - 1] + g[at + 1] + g[at - SIDE] + g[at + SIDE] - 4.0 * g[at]).powi(2);
        }
    }
    sum
}

/// Mean absolute second difference in time, rebuilt over truth.
fn jitter(boxes: &[(Frame, Frame)]) -> f64 {
    let second = |pick: fn(&(Frame, Frame)) -> &Frame| -> f64 {
        boxes
            .windows(3)
            .map(|w| {
                let [a, b, c] = [luma(pick(&w[0])), luma(pick(&w[1])), luma(pick(&w[2]))];
                (0..a.len()).map(|i| (a[i] - 2.0 * b[i] + c[i]).abs()).sum::<f64>()
            })
            .sum()
    };
    second(|b| &b.1) / second(|b| &b.0).max(1e-9)
}
