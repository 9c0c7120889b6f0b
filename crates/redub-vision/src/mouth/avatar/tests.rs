use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use super::*;
use crate::mouth::bank::{BankBuilder, BankLimits, MouthBank, read_crops};
use crate::mouth::lips::LipShape;
use crate::mouth::testing::speaking;
use crate::mouth::{RegionPixels, RenderMouth, Roi};
use crate::shots::Shot;
use crate::tracks::{FaceTrack, Faces, Observation};

/// A face that opens and shuts its mouth, as one track.
fn faces(observations: Vec<Observation>) -> Faces {
    let shots = vec![Shot { first: 0, end: observations.len() }];
    let tracks = vec![FaceTrack { id: 0, shot: 0, observations }];
    Faces { width: 640, height: 480, shots, tracks }
}

/// Skin with a soft pattern, and a dark opening between the lips.
fn paint(seen: &Observation, roi: Roi) -> Vec<u8> {
    let (up, low) = (seen.mesh.points[13], seen.mesh.points[14]);
    let gap = (low[1] - up[1]).max(0.0);
    let mut rgb = Vec::with_capacity(roi.pixels() * 3);
    for y in roi.top..roi.top + roi.height {
        for x in roi.left..roi.left + roi.width {
            let (fx, fy) = (x as f32, y as f32);
            let skin = 150.0 + 25.0 * (fx * 0.21).sin() * (fy * 0.17).cos();
            let across = ((fx - up[0]) / 45.0).abs().min(1.0);
            let inside = fy > up[1] && fy < up[1] + gap * (1.0 - across);
            let light = if inside { 30.0 } else { skin };
            rgb.extend([light, 0.8 * light, 0.7 * light].map(|v| v as u8));
        }
    }
    rgb
}

fn bank(faces: &Faces) -> (MouthBank, Vec<u8>) {
    let mut pixels = Vec::new();
    let mut builder = BankBuilder::new(faces, &BankLimits::default(), &mut pixels);
    for seen in &faces.tracks[0].observations {
        for want in builder.wanted(seen.frame) {
            builder.push(seen.frame, &want, &paint(seen, want.roi)).unwrap();
        }
    }
    let bank = builder.finish().unwrap();
    (bank, pixels)
}

#[test]
fn a_mouth_is_rebuilt_from_the_other_frames() {
    let faces = faces(speaking(120));
    let (bank, pixels) = bank(&faces);
    let avatar = Arc::new(Avatar::learn(&bank, &faces, &[0], AvatarSettings::default()).unwrap());
    let track = &faces.tracks[0];
    let lips: Vec<LipShape> = track.observations.iter().map(LipShape::seen).collect();
    let wanted: Vec<Option<Wanted<'_>>> = track
        .observations
        .iter()
        .zip(&lips)
        .map(|(observation, lips)| Some(Wanted { track: 0, observation, lips }))
        .collect();
    let barred = |t: usize, _: usize, frame: usize| t.abs_diff(frame) <= 5;
    let mixtures: HashMap<usize, Mixture> =
        avatar.choose(&wanted, Some(&barred)).into_iter().flatten().enumerate().collect();
    for (t, mixture) in &mixtures {
        for part in mixture.detail.iter().chain(&mixture.broad) {
            assert!(!barred(*t, 0, bank.frames[part.frame as usize].frame), "frame {t} uses its neighbour");
        }
    }
    let needed = avatar.needed(mixtures.values());
    let crops = read_crops(&bank, &needed, &mut Cursor::new(&pixels)).unwrap();
    let renderer = AvatarRenderer::new(avatar, mixtures, crops);
    for t in [10, 37, 64, 90] {
        let seen = &track.observations[t];
        let roi = renderer.roi(seen, 640, 480);
        let truth = paint(seen, roi);
        let mut rgb = truth.clone();
        let mut region = RegionPixels { roi, rgb: &mut rgb };
        let done = renderer.render(t, &mut region, seen, &lips[t], 1.0);
        assert!(done.changed > 1000);
        let error: f64 =
            rgb.iter().zip(&truth).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>()
                / rgb.len() as f64;
        let psnr = 10.0 * (255.0f64 * 255.0 / error.max(1e-9)).log10();
        assert!(psnr > 27.0, "frame {t}: {psnr:.1} dB");
        let outside = done.mask.iter().position(|m| *m == 0).unwrap();
        assert_eq!(rgb[outside * 3..outside * 3 + 3], truth[outside * 3..outside * 3 + 3]);
    }
}

#[test]
fn skin_before_the_mouth_is_seen_by_what_the_mouth_would_look_like() {
    let faces = faces(speaking(120));
    let mut pixels = Vec::new();
    let mut builder = BankBuilder::new(&faces, &BankLimits::default(), &mut pixels);
    for seen in &faces.tracks[0].observations {
        for want in builder.wanted(seen.frame) {
            let mut rgb = paint(seen, want.roi);
            if (50..56).contains(&seen.frame) {
                // A hand of the face's own colour, darker by the shadow it throws.
                let (from, to) = (want.roi.width / 4, want.roi.width * 2 / 3);
                for row in rgb.chunks_exact_mut(want.roi.width * 3) {
                    row[from * 3..to * 3].iter_mut().for_each(|v| *v = (f32::from(*v) * 0.6) as u8);
                }
            }
            builder.push(seen.frame, &want, &rgb).unwrap();
        }
    }
    let bank = builder.finish().unwrap();
    let avatar = Avatar::learn(&bank, &faces, &[0], AvatarSettings::default()).unwrap();
    assert_eq!(avatar.covered(0).into_iter().collect::<Vec<_>>(), (50..56).collect::<Vec<_>>());
    assert!(avatar.covered(1).is_empty());
}

#[test]
fn a_shut_or_short_face_says_why_it_cannot_be_drawn() {
    let short = faces(speaking(20));
    let (made, _) = bank(&short);
    let why = Avatar::learn(&made, &short, &[0], AvatarSettings::default()).unwrap_err();
    assert_eq!(why, ThinBank::Few(20));
    let still = speaking(1);
    let shut = (0..60).map(|frame| Observation { frame, ..still[0].clone() }).collect();
    let shut = faces(shut);
    let (made, _) = bank(&shut);
    let why = Avatar::learn(&made, &shut, &[0], AvatarSettings::default()).unwrap_err();
    assert_eq!(why, ThinBank::Shut);
}
