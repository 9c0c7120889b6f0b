#![allow(missing_docs, clippy::expect_used)] // Made by macros; a bench that cannot be set up has nothing to measure.

//! The inner loops of the mouth renderers on a made-up face of about 250 pixels, one thread.
//!
//! `cargo bench -p redub-vision`: *warp* is the speed renderer's frame (a mesh warp and the inside of the mouth), *viterbi* the
//! choice of bank frames for one output frame (candidates, path, kriging weights), *blend* the precision renderer's frame
//! (warp, interpolated shading, fine detail, Laplacian blend).

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use criterion::Criterion;
use redub_vision::landmarks::Mesh;
use redub_vision::mouth::avatar::{Avatar, AvatarRenderer, AvatarSettings, Mixture, Wanted};
use redub_vision::mouth::bank::{BankBuilder, BankLimits, MouthBank, read_crops};
use redub_vision::mouth::indices::LIPS;
use redub_vision::mouth::{LipShape, PersonModel, RegionPixels, RenderMouth, Roi, SpeedRenderer};
use redub_vision::shots::Shot;
use redub_vision::tracks::{FaceTrack, Faces, Observation, Pose, canonical_face};

/// Frames of the bank: twelve seconds.
const FRAMES: usize = 300;
/// Pixels per centimetre: a face of about 250 pixels.
const SCALE: f32 = 17.0;
/// Height of the line between the lips in the canonical face, centimetres.
const LIP_LINE: f32 = 4.2;

/// The canonical face, its lower lip and chin sunk by a changing amount.
fn faces() -> Faces {
    let pose = Pose {
        scale: SCALE,
        rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        translation: [320.0, 240.0, 0.0],
        ..Pose::default()
    };
    let base = canonical_face();
    let middle: f32 = LIPS.iter().map(|i| base[*i][1]).sum::<f32>() / LIPS.len() as f32;
    let observation = |frame: usize| {
        let gap = 0.6 * (1.0 - (frame as f32 * 0.5).cos());
        let move_down = |p: &[f32; 3]| {
            let below = (p[1] - middle).max(0.0);
            let near = (-(p[0] / 3.0).powi(2)).exp();
            [p[0], p[1] + if below > 0.0 { gap * near } else { 0.0 }, p[2]]
        };
        let points = base.iter().map(|p| pose.to_picture(move_down(p))).collect();
        Observation {
            frame,
            mesh: Mesh { points },
            confidence: 1.0,
            pose,
            palm_over_mouth: 0.0,
            foreign: 0.0,
        }
    };
    let observations = (0..FRAMES).map(observation).collect();
    let tracks = vec![FaceTrack { id: 0, shot: 0, observations }];
    Faces { width: 640, height: 480, shots: vec![Shot { first: 0, end: FRAMES }], tracks }
}

/// Skin with a soft pattern, darker between the lips.
fn paint(seen: &Observation, roi: Roi) -> Vec<u8> {
    let line = seen.pose.to_picture([0.0, LIP_LINE, 0.0])[1];
    let pixel = |i: usize| {
        let (x, y) = ((roi.left + i % roi.width) as f32, (roi.top + i / roi.width) as f32);
        let light = 150.0 + 25.0 * (x * 0.21).sin() * (y * 0.17).cos()
            - if (y - line).abs() < 3.0 { 60.0 } else { 0.0 };
        [light, 0.8 * light, 0.7 * light].map(|v| v as u8)
    };
    (0..roi.pixels()).flat_map(pixel).collect()
}

fn bank(faces: &Faces) -> (MouthBank, Vec<u8>) {
    let mut pixels = Vec::new();
    let mut builder = BankBuilder::new(faces, &BankLimits::default(), &mut pixels);
    for seen in &faces.tracks[0].observations {
        for want in builder.wanted(seen.frame) {
            builder.push(seen.frame, &want, &paint(seen, want.roi)).expect("memory is always there");
        }
    }
    let bank = builder.finish().expect("memory is always there");
    (bank, pixels)
}

fn kernels(criterion: &mut Criterion) {
    let faces = faces();
    let track = &faces.tracks[0];
    let (bank, pixels) = bank(&faces);
    let avatar = Avatar::learn(&bank, &faces, &[0], AvatarSettings::default()).expect("a rich bank");
    let avatar = Arc::new(avatar);
    let lips: Vec<LipShape> = track.observations.iter().map(LipShape::seen).collect();
    // Every frame is to look as the one seven frames on.
    let wanted: Vec<Option<Wanted<'_>>> = track
        .observations
        .iter()
        .enumerate()
        .map(|(i, observation)| Some(Wanted { track: 0, observation, lips: &lips[(i + 7) % FRAMES] }))
        .collect();
    let second = &wanted[..25];
    criterion.bench_function("viterbi: 25 frames of 300 candidates", |b| {
        b.iter(|| black_box(avatar.choose(black_box(second), None)));
    });

    let seen = &track.observations[10];
    let (other, frame) = (&lips[17], 10);
    let draw = |renderer: &dyn RenderMouth, rgb: &mut [u8], roi: Roi| {
        renderer.render(frame, &mut RegionPixels { roi, rgb }, seen, other, 1.0).changed
    };
    let person = PersonModel::fit(&track.observations).expect("complete meshes");
    let speed = SpeedRenderer::prepare(person, &[]);
    let roi = speed.roi(seen, faces.width, faces.height);
    let original = paint(seen, roi);
    criterion.bench_function("warp: one frame of the speed renderer", |b| {
        b.iter_batched_ref(
            || original.clone(),
            |rgb| draw(&speed, rgb, roi),
            criterion::BatchSize::SmallInput,
        );
    });

    let mixtures: HashMap<usize, Mixture> =
        avatar.choose(second, None).into_iter().flatten().enumerate().collect();
    let needed = avatar.needed(mixtures.values());
    let crops = read_crops(&bank, &needed, &mut Cursor::new(&pixels)).expect("the bank's own file");
    let precise = AvatarRenderer::new(avatar, mixtures, crops);
    criterion.bench_function("blend: one frame of the precision renderer", |b| {
        b.iter_batched_ref(
            || original.clone(),
            |rgb| draw(&precise, rgb, roi),
            criterion::BatchSize::SmallInput,
        );
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    kernels(&mut criterion);
    criterion.final_summary();
}
