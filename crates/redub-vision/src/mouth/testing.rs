//! A made-up face for tests.

use super::indices::{COLUMNS, LIPS, NOSE_BASE, NOSE_TIP, OVAL, RINGS};
use super::person::PersonModel;
use crate::landmarks::{MESH_POINTS, Mesh};
use crate::tracks::{Observation, Pose};

/// `count` frames of a face whose mouth opens and shuts; frame 0 is shut.
pub fn speaking(count: usize) -> Vec<Observation> {
    (0..count)
        .map(|frame| {
            let phase = frame as f32 * 0.5;
            observation(frame, 0.75 * (1.0 - phase.cos()), 5.0 + 0.3 * (phase * 0.7).sin())
        })
        .collect()
}

/// The model of that face.
pub fn person() -> PersonModel {
    let frames = speaking(60);
    PersonModel::fit(&frames).expect("a complete face")
}

fn observation(frame: usize, gap: f32, width: f32) -> Observation {
    let scale = 20.0;
    let mut face: Vec<[f32; 3]> = (0..MESH_POINTS)
        .map(|i| {
            let (angle, radius) = (i as f32 * 2.399_963, (i as f32 / MESH_POINTS as f32).sqrt());
            [6.5 * radius * angle.cos(), 8.0 * radius * angle.sin(), 0.0]
        })
        .collect();
    for (i, point) in OVAL.iter().enumerate() {
        let angle = i as f32 / OVAL.len() as f32 * std::f32::consts::TAU;
        face[*point] = [7.0 * angle.sin(), -9.0 * angle.cos(), 0.0];
    }
    (face[33], face[263]) = ([-4.5, -3.0, 0.0], [4.5, -3.0, 0.0]);
    (face[NOSE_TIP], face[NOSE_BASE]) = ([0.0, 0.5, -1.0], [0.0, 1.5, -0.5]);
    for (ring_index, ring) in RINGS.iter().enumerate() {
        let outward = 1.0 - ring_index as f32 / 3.0;
        for place in 0..20 {
            let column = if place <= COLUMNS + 1 { place } else { place - COLUMNS - 1 };
            let share = column as f32 / (COLUMNS + 1) as f32;
            let arch = (share * std::f32::consts::PI).sin();
            let half = 0.5 * width + 0.3 * outward;
            let y = match place {
                1..=COLUMNS => 0.75 * gap * arch + outward * (0.2 + 0.7 * arch),
                p if p > COLUMNS + 1 => -0.25 * gap * arch - outward * (0.2 + 0.5 * arch),
                _ => 0.0,
            };
            face[LIPS[ring + place]] = [half * (2.0 * share - 1.0), 4.0 + y, 0.0];
        }
    }
    let pose = Pose {
        scale,
        translation: [320.0, 240.0, 0.0],
        rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        ..Pose::default()
    };
    let points = face.into_iter().map(|p| pose.to_picture(p)).collect();
    Observation { frame, mesh: Mesh { points }, confidence: 1.0, pose, palm_over_mouth: 0.0, foreign: 0.0 }
}
