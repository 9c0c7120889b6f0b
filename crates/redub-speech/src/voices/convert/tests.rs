use std::f32::consts::{PI, TAU};

use super::*;

/// Vowels one after the other, each a tenth of a second: pulses through two resonances, those of a tract `longer` times as long
/// as the usual one.
fn babble(longer: f32, order: &[usize]) -> Vec<f32> {
    const VOWELS: [[f32; 2]; 4] = [[700.0, 1_200.0], [300.0, 2_300.0], [350.0, 800.0], [500.0, 1_800.0]];
    let mut sound = vec![0.0f32; order.len() * 2_400];
    sound.iter_mut().step_by(170).for_each(|s| *s = 0.3);
    for formant in [0, 1] {
        let radius = (-PI * 100.0 / RATE as f32).exp();
        for i in 2..sound.len() {
            let hz = VOWELS[order[i / 2_400]][formant] / longer;
            let a = 2.0 * radius * (TAU * hz / RATE as f32).cos();
            sound[i] = (sound[i] + a * sound[i - 1] - radius * radius * sound[i - 2]).clamp(-1e3, 1e3);
        }
    }
    let loudest = sound.iter().fold(0.0f32, |m, s| m.max(s.abs()));
    sound.iter().map(|s| 0.5 * s / loudest).collect()
}

fn order(seed: usize) -> Vec<usize> {
    (0..60).map(|i| (i * 7 + i / 3 * seed + i / 5) % 4).collect()
}

/// Mean difference of the envelopes of two takes of the same words, without their levels.
fn difference(a: &[f32], b: &[f32]) -> f32 {
    let analysis = envelope::Analysis::new();
    let (a, b) = (analysis.of(a).unwrap(), analysis.of(b).unwrap());
    let cepstra = cepstrum::cepstra(&a).into_iter().zip(cepstrum::cepstra(&b));
    let squares = cepstra.map(|(a, b)| a.iter().zip(&b).map(|(x, y)| (x - y) * (x - y)).sum::<f32>().sqrt());
    squares.sum::<f32>() / a.len() as f32
}

#[test]
fn a_shorter_tract_becomes_a_longer_one_in_words_never_heard() {
    let pairs: Vec<Pair> = [1, 2]
        .iter()
        .map(|seed| Pair { stock: babble(1.0, &order(*seed)), own: babble(1.2, &order(*seed)) })
        .collect();
    let examples = Examples::learn(&pairs).unwrap().unwrap();
    let (said, wanted) = (babble(1.0, &order(3)), babble(1.2, &order(3)));
    let converted = examples.convert(&said, 1.0).unwrap();
    assert_eq!(converted.len(), said.len());
    let (before, after) = (difference(&said, &wanted), difference(&converted, &wanted));
    assert!(after < before * 0.6, "{before} {after}");

    let folder = std::env::temp_dir().join(format!("redub-examples-{}", std::process::id()));
    examples.write(&folder).unwrap();
    assert_eq!(Examples::read(&folder).unwrap(), examples);
    let mut bytes = std::fs::read(&folder).unwrap();
    bytes.pop();
    std::fs::write(&folder, bytes).unwrap();
    assert!(Examples::read(&folder).is_err());
    std::fs::remove_file(&folder).unwrap();
}

#[test]
fn takes_in_step_stay_in_step_although_their_tracts_differ() {
    let analysis = envelope::Analysis::new();
    let [a, b] = [1.0, 1.2].map(|longer| analysis.of(&babble(longer, &order(3))).unwrap());
    let of = align::align(&a, &b, None).unwrap();
    let astray = of.iter().enumerate().map(|(i, j)| i.abs_diff(*j)).max();
    // Within a vowel, or two alike in succession (40 frames), all frames are alike; further the path must not wander.
    assert!(astray < Some(30), "{astray:?}");
}

#[test]
fn too_little_teaches_nothing() {
    let short = babble(1.0, &[0, 1, 2]);
    assert!(Examples::learn(&[Pair { stock: short.clone(), own: short }]).unwrap().is_none());
    assert!(Examples::learn(&[]).unwrap().is_none());
}
