//! The face networks give what the reference implementation gives (`golden/reference.py`).

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

use redub_core::Frame;
use redub_models::ModelStore;
use redub_vision::detect::FaceDetector;
use redub_vision::landmarks::{MeshNet, Roi};

mod common;

fn golden(text: &str) -> Vec<Vec<f32>> {
    text.lines().map(|l| l.split('\t').map(|v| v.parse().unwrap()).collect()).collect()
}

/// A face of ellipses: `(middle x, middle y, radius x, radius y, colour)`, later ones above earlier ones.
fn drawing() -> Frame {
    let ellipses: [(i64, i64, i64, i64, [u8; 3]); 10] = [
        (120, 100, 52, 70, [210, 170, 140]),
        (100, 82, 11, 6, [240, 240, 240]),
        (140, 82, 11, 6, [240, 240, 240]),
        (100, 82, 5, 5, [40, 30, 20]),
        (140, 82, 5, 5, [40, 30, 20]),
        (100, 68, 14, 3, [70, 50, 40]),
        (140, 68, 14, 3, [70, 50, 40]),
        (120, 108, 8, 12, [190, 150, 120]),
        (120, 136, 20, 7, [170, 70, 70]),
        (120, 136, 14, 2, [60, 20, 20]),
    ];
    let mut frame = Frame::black(240, 200);
    for y in 0..200_i64 {
        for x in 0..240_i64 {
            let mut colour = [60 + (x / 4) as u8, 80 + (y / 4) as u8, 100];
            for (cx, cy, rx, ry, fill) in ellipses {
                if (x - cx).pow(2) * ry * ry + (y - cy).pow(2) * rx * rx <= rx * rx * ry * ry {
                    colour = fill;
                }
            }
            let at = (y as usize * 240 + x as usize) * 3;
            frame.rgb[at..at + 3].copy_from_slice(&colour);
        }
    }
    frame
}

#[test]
fn the_mesh_is_the_reference_implementations() {
    let Some(store) = common::models(&["face-landmarks/face_landmarks_attention.onnx"]) else { return };
    let net = MeshNet::load(&store, 1).unwrap();
    let roi = Roi { centre: [120.3, 101.7], side: 190.0, angle: 0.15 };
    let (mesh, presence) = net.run(&drawing(), &roi).unwrap();
    let rows = golden(include_str!("golden/mesh.tsv"));
    assert!((presence - rows[0][0]).abs() < 1e-3);
    assert_eq!(mesh.points.len(), rows.len() - 1);
    for (point, row) in mesh.points.iter().zip(&rows[1..]) {
        for axis in 0..3 {
            assert!((point[axis] - row[axis]).abs() < 0.05, "{point:?} {row:?}");
        }
    }
}

#[test]
fn the_detection_is_the_reference_implementations() {
    let Some(store) = common::models(&["face-detection/face_detection_full_range.onnx"]) else { return };
    let faces = FaceDetector::load(&store, 0.5, 1).unwrap().whole(&drawing()).unwrap();
    let row = &golden(include_str!("golden/detection.tsv"))[0];
    assert_eq!(faces.len(), 1);
    assert!((faces[0].score - row[0]).abs() < 2e-3);
    for (got, want) in faces[0].bounds.iter().zip(&row[1..]) {
        assert!((got - want).abs() < 0.1, "{:?} {row:?}", faces[0].bounds);
    }
}

#[test]
fn a_missing_model_says_how_to_get_it() {
    let error = MeshNet::load(&ModelStore::new("/nonexistent"), 1).unwrap_err().to_string();
    assert!(error.contains("redub models pull"), "{error}");
}
