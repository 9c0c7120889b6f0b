use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use redub_core::Viseme;
use redub_models::ModelStore;

use super::*;
use crate::mouth::lips::LipShape;
use crate::mouth::testing::speaking;
use crate::mouth::{RegionPixels, RenderMouth};
use crate::tracks::Observation;

/// A store whose `mouth-generator` is the tiny network of tests/data; none where no runtime is installed.
fn store(file: &str) -> Option<ModelStore> {
    let runtime = ModelStore::default_root().join("onnxruntime");
    if !runtime.join("libonnxruntime.so").is_file() {
        println!("skipped: no ONNX runtime in {}", runtime.display());
        return None;
    }
    let root = std::env::temp_dir().join(format!("redub-neural-{}-{file}", std::process::id()));
    let model = root.join("mouth-generator");
    std::fs::create_dir_all(&model).unwrap();
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    std::fs::copy(data, model.join("generator.onnx")).unwrap();
    let link = root.join("onnxruntime");
    if !link.exists() {
        std::os::unix::fs::symlink(runtime, link).unwrap();
    }
    Some(ModelStore::new(root))
}

/// A leaning face.
fn leaning() -> Observation {
    let mut seen = speaking(1).remove(0);
    let (sin, cos) = 15f32.to_radians().sin_cos();
    for p in &mut seen.mesh.points {
        let (x, y) = (p[0] - 320.0, p[1] - 240.0);
        (p[0], p[1]) = (320.0 + cos * x - sin * y, 240.0 + sin * x + cos * y);
    }
    seen.pose.roll = 15.0;
    seen
}

#[test]
fn the_lower_face_is_generated_from_what_is_heard_and_all_else_stays() {
    let Some(store) = store("tiny_generator.onnx") else { return };
    let generator = Arc::new(Generator::load(&store, "mouth-generator", 1).unwrap());
    assert_eq!(generator.steps(), 5);
    // A second of silence, then an open vowel.
    let sure = |shape: Viseme| -> [f32; SHAPES] {
        std::array::from_fn(|i| if Viseme::ALL[i] == shape { 0.0 } else { -30.0 })
    };
    let rows = (0..200).map(|t| sure(if t < 100 { Viseme::Rest } else { Viseme::Open })).collect();
    let heard = Arc::new(Heard { rate: 100.0, rows });
    let renderer = NeuralRenderer::new(generator, heard, HashMap::from([(0, 0.5), (1, 1.5)]));
    let seen = leaning();
    let roi = renderer.roi(&seen, 640, 480);
    let picture: Vec<u8> = (0..roi.pixels())
        .flat_map(|p| {
            let (x, y) = ((p % roi.width) as f32, (p / roi.width) as f32);
            let skin = 150.0 + 30.0 * (x * 0.09).sin() * (y * 0.07).cos();
            [skin, 0.8 * skin, 0.7 * skin].map(|v| v as u8)
        })
        .collect();
    let draw = |frame: usize, weight: f32| {
        let mut rgb = picture.clone();
        let mut region = RegionPixels { roi, rgb: &mut rgb };
        let done = renderer.render(frame, &mut region, &seen, &LipShape::seen(&seen), weight);
        (rgb, done)
    };
    // In silence the network gives the reference back: cutting out and laying back must not show.
    let (quiet, done) = draw(0, 1.0);
    assert!(done.changed > 2000);
    let error: f64 =
        quiet.iter().zip(&picture).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>()
            / quiet.len() as f64;
    assert!(10.0 * (255.0f64 * 255.0 / error.max(1e-9)).log10() > 42.0, "{error}");
    // The vowel turns the middle of the mouth dark, the rest of the lower face not.
    let (open, done) = draw(1, 1.0);
    let mouth = Face::of(&seen).unwrap().place(0.0, 0.5);
    let nose = [seen.mesh.points[4][0], seen.mesh.points[4][1]];
    let at = |p: [f32; 2]| ((p[1] as usize - roi.top) * roi.width + p[0] as usize - roi.left) * 3;
    assert!(f32::from(open[at(mouth)]) < 0.5 * f32::from(picture[at(mouth)]));
    assert!(open[at(nose)].abs_diff(picture[at(nose)]) <= 2);
    let untouched = done.mask.iter().enumerate().filter(|(_, m)| **m == 0);
    assert!(untouched.map(|(i, _)| i * 3).all(|i| open[i..i + 3] == picture[i..i + 3]));
    // Half the weight is half the way, and a frame without a time is left alone.
    let (half, _) = draw(1, 0.5);
    let middle = (u16::from(open[at(mouth)]) + u16::from(picture[at(mouth)])) / 2;
    assert!(u16::from(half[at(mouth)]).abs_diff(middle) < 12);
    assert_eq!(
        draw(2, 1.0),
        (picture.clone(), crate::mouth::Rendered { mask: vec![0; roi.pixels()], changed: 0 })
    );
    assert!(renderer.failure().is_none());
}

#[test]
fn another_network_is_refused_with_what_is_wrong() {
    let Some(store) = store("not_a_generator.onnx") else { return };
    let why = Generator::load(&store, "mouth-generator", 1).unwrap_err().to_string();
    assert!(why.contains("'audio' is [1, 5, 7]"), "{why}");
    let why = Generator::load(&store, "nothing", 1).unwrap_err().to_string();
    assert!(why.contains("redub models pull nothing"), "{why}");
}
