//! Gives the faces of a video new speech, and shows and judges what came out.
//!
//! `cargo run --release -p redub-vision --example mouth -- VIDEO (--text TEXT [--language es] | --phones PHONES.json |
//! --random SEED) [--precision] [--set NAME=VALUE …] [--faces FACES.json] [--out OUT.mp4] [--sheet SHEET.png] [--figures]`
//!
//! `--text` asks espeak-ng for phonemes and makes up their lengths; `--phones` reads a list of
//! `{"symbol", "span": {"start", "end"}}`; `--faces` keeps the tracks in a file between runs. The sheet shows the source,
//! the speed renderer, the precision renderer and the mask of the one asked for.

mod support;

use std::collections::HashMap;
use std::error::Error;
use std::process::Command;
use std::sync::Arc;

use redub_core::{Frame, PhoneSpan, Span, Viseme};
use redub_models::ModelStore;
use redub_vision::mouth::avatar::{Avatar, AvatarRenderer, AvatarSettings, Mixture, Wanted};
use redub_vision::mouth::figures::{Judge, JudgedFrame};
use redub_vision::mouth::{
    ExemplarPixels, LipShape, MouthTarget, PersonModel, RegionPixels, RenderMouth, Roi, Script,
    SpeedRenderer, choose_exemplars, plan,
};
use redub_vision::tracks::{FaceTrack, Faces, Observation, Tracker, TrackerSettings};
use redub_vision::{Affine, Picture};

use support::bank::{build, crops, cut, put};
use support::draw::tile;
use support::ffmpeg::{Reader, Writer, write_picture};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// One face with its plan.
struct Speaker<'a> {
    track: &'a FaceTrack,
    speed: SpeedRenderer,
    avatar: Option<AvatarRenderer>,
    targets: Vec<MouthTarget>,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|i| arguments.get(i + 1));
    let video =
        arguments.first().ok_or("usage: mouth VIDEO --text TEXT [--out OUT.mp4] [--sheet SHEET.jpg]")?;
    let faces = match option("--faces").filter(|p| std::path::Path::new(p).exists()) {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => follow(video)?,
    };
    if let Some(path) = option("--faces") {
        std::fs::write(path, serde_json::to_string(&faces)?)?;
    }
    let rate = Reader::open(video)?.rate;
    let frames = faces.tracks.iter().map(FaceTrack::end).max().ok_or("no face in this video")?;
    let phones = match (option("--phones"), option("--text"), option("--random")) {
        (Some(path), _, _) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        (_, Some(text), _) => spoken(text, option("--language").map_or("es", |l| l), frames as f64 / rate)?,
        (_, _, Some(seed)) => random(seed.parse()?, frames as f64 / rate),
        _ => return Err("what shall the face say? give --text, --phones or --random".into()),
    };
    let precision = arguments.iter().any(|a| a == "--precision");
    let speakers = prepare(video, &faces, &phones, rate, frames)?;
    let out = option("--out").map_or_else(|| format!("{video}.mouth.mp4"), Clone::clone);
    let masks =
        render(video, &faces, &speakers, precision, &out, option("--sheet").map(String::as_str), rate)?;
    if arguments.iter().any(|a| a == "--figures") {
        judge(video, &out, &speakers, &masks)?;
    }
    Ok(())
}

fn follow(video: &str) -> Outcome<Faces> {
    let mut reader = Reader::open(video)?;
    let store = ModelStore::new(ModelStore::default_root());
    let settings = TrackerSettings { frame_rate: reader.rate as f32, ..TrackerSettings::default() };
    let mut tracker = Tracker::load(&store, reader.width, reader.height, settings)?;
    let mut count = 0;
    while let Some(frame) = reader.next_frame()? {
        tracker.push(count, &frame)?;
        count += 1;
    }
    Ok(tracker.finish())
}

/// Fits, plans, and reads the exemplars of every face that is seen long enough.
fn prepare<'a>(
    video: &str,
    faces: &'a Faces,
    phones: &[PhoneSpan],
    rate: f64,
    frames: usize,
) -> Outcome<Vec<Speaker<'a>>> {
    let times: Vec<f64> = (0..frames).map(|i| i as f64 / rate).collect();
    let spoken = [Span::new(0.0, frames as f64 / rate)];
    let mut speakers = Vec::new();
    let (bank, pixels) = build(video, faces)?;
    for track in faces.tracks.iter().filter(|t| t.observations.len() >= 20) {
        let person = PersonModel::fit(&track.observations).ok_or("a track without meshes")?;
        println!(
            "track {}: aperture {:?} width {:?} step {:.3} opens {}",
            track.id, person.aperture, person.width, person.fastest_step, person.opens
        );
        let observations: Vec<Option<&Observation>> = (0..frames).map(|i| track.at(i)).collect();
        let script =
            Script { phones, spoken: &spoken, loudness: None, times: &times, observations: &observations };
        let learnt = Avatar::learn(&bank, faces, &bank.person_of(track.id), settings()?);
        let person = learnt.as_ref().map_or(person, |a| a.person().clone());
        let targets = plan(&person, &script);
        // Only the rectangle counts here; the real renderer is made once the pixels are there.
        let ruler = SpeedRenderer::prepare(person.clone(), &[]);
        let wanted = choose_exemplars(&track.observations);
        let mut exemplars = Vec::new();
        let (mut reader, mut index) = (Reader::open(video)?, 0);
        while let Some(frame) = reader.next_frame()? {
            if let Some(seen) = track.at(index).filter(|_| wanted.contains(&index)) {
                let roi = ruler.roi(seen, frame.width, frame.height);
                exemplars.push(ExemplarPixels { observation: seen.clone(), roi, rgb: cut(&frame, roi) });
            }
            index += 1;
        }
        let renderer = SpeedRenderer::prepare(person, &exemplars);
        println!("  exemplars {wanted:?}, notes {:?}", renderer.notes());
        let avatar = match learnt {
            Ok(avatar) => {
                let avatar = Arc::new(avatar);
                let mixtures = mixtures(&avatar, track, &targets);
                let costs: Vec<f32> = mixtures.values().map(|m| m.cost).collect();
                println!("  mean cost {:.2}", costs.iter().sum::<f32>() / costs.len().max(1) as f32);
                let found = crops(&bank, &avatar.needed(mixtures.values()), &pixels)?;
                Some(AvatarRenderer::new(avatar, mixtures, found))
            }
            Err(why) => {
                println!("  no avatar: {why}");
                None
            }
        };
        speakers.push(Speaker { track, speed: renderer, avatar, targets });
    }
    Ok(speakers)
}

/// The avatar's settings with what `--set NAME=VALUE` changes.
fn settings() -> Outcome<AvatarSettings> {
    let arguments: Vec<String> = std::env::args().collect();
    let mut settings = AvatarSettings::default();
    for pair in arguments.windows(2).filter(|w| w[0] == "--set") {
        let (name, value) = pair[1].split_once('=').ok_or("--set NAME=VALUE")?;
        if !settings.set(name, value.parse()?) {
            return Err(format!("no setting {name}").into());
        }
    }
    Ok(settings)
}

fn mixtures(avatar: &Avatar, track: &FaceTrack, targets: &[MouthTarget]) -> HashMap<usize, Mixture> {
    let lips: Vec<Option<LipShape>> = targets
        .iter()
        .enumerate()
        .map(|(i, t)| Some(LipShape::seen(track.at(i)?).towards(t.lips.as_ref()?, t.drive)))
        .collect();
    let wanted: Vec<Option<Wanted<'_>>> = lips
        .iter()
        .enumerate()
        .map(|(i, lips)| Some(Wanted { track: track.id, observation: track.at(i)?, lips: lips.as_ref()? }))
        .collect();
    avatar.choose(&wanted, None).into_iter().enumerate().filter_map(|(i, m)| Some((i, m?))).collect()
}

/// Masks per frame and speaker, for the figures.
type Masks = Vec<Vec<Option<(Roi, Vec<u8>)>>>;

fn render(
    video: &str,
    faces: &Faces,
    speakers: &[Speaker<'_>],
    precision: bool,
    out: &str,
    sheet: Option<&str>,
    rate: f64,
) -> Outcome<Masks> {
    let mut reader = Reader::open(video)?;
    let mut writer = Writer::open(out, faces.width, faces.height, rate)?;
    let total = faces.tracks.iter().map(FaceTrack::end).max().unwrap_or(0);
    let wanted: Vec<usize> = (0..16).map(|i| (2 * i + 1) * total / 32).collect();
    let (mut cells, mut masks, mut index) = (Vec::new(), Masks::new(), 0);
    let (mut spent, mut pixels, mut faces_drawn) = (0.0, 0, 0);
    while let Some(original) = reader.next_frame()? {
        let mut frame = original.clone();
        let mut other = original.clone();
        let mut drawn = Vec::new();
        for speaker in speakers {
            let done = speaker.track.at(index).and_then(|seen| {
                let target = speaker.targets.get(index)?;
                let lips = target.lips.as_ref()?;
                let roi = speaker.speed.roi(seen, frame.width, frame.height);
                let avatar = speaker.avatar.as_ref().map(|a| a as &dyn RenderMouth);
                let (main, beside): (&dyn RenderMouth, _) = match avatar {
                    Some(avatar) if precision => (avatar, Some(&speaker.speed as &dyn RenderMouth)),
                    _ => (&speaker.speed, avatar),
                };
                let mut rgb = cut(&frame, roi);
                let before = support::cpu_seconds();
                let mut region = RegionPixels { roi, rgb: &mut rgb };
                let rendered = main.render(index, &mut region, seen, lips, target.drive);
                spent += support::cpu_seconds() - before;
                pixels += roi.pixels();
                faces_drawn += 1;
                if let Some(beside) = beside.filter(|_| wanted.contains(&index)) {
                    let mut rgb = cut(&other, roi);
                    let mut region = RegionPixels { roi, rgb: &mut rgb };
                    beside.render(index, &mut region, seen, lips, target.drive);
                    put(&mut other, roi, &rgb);
                }
                put(&mut frame, roi, &rgb);
                Some((roi, rendered.mask))
            });
            drawn.push(done);
        }
        if wanted.contains(&index)
            && let Some(seen) = speakers.iter().find_map(|s| s.track.at(index))
        {
            let mut shown = Frame::black(frame.width, frame.height);
            for (roi, mask) in drawn.iter().flatten() {
                put(&mut shown, *roi, &mask.iter().flat_map(|m| [*m; 3]).collect::<Vec<u8>>());
            }
            let (speed, avatar) = if precision { (&other, &frame) } else { (&frame, &other) };
            cells.extend([&original, speed, avatar, &shown].map(|f| close_up(f, seen)));
        }
        writer.write(&frame)?;
        masks.push(drawn);
        index += 1;
    }
    writer.finish()?;
    let count = faces_drawn.max(1);
    println!(
        "render: {:.2} ms of processor time a face ({} pixels)",
        spent * 1000.0 / count as f64,
        pixels / count
    );
    if let Some(path) = sheet {
        write_picture(&tile(&cells, 8), path)?;
    }
    Ok(masks)
}

fn judge(video: &str, out: &str, speakers: &[Speaker<'_>], masks: &Masks) -> Outcome<()> {
    let again = follow(out)?;
    for (which, speaker) in speakers.iter().enumerate() {
        let mut judge = Judge::default();
        let (mut originals, mut results, mut index) = (Reader::open(video)?, Reader::open(out)?, 0);
        while let (Some(original), Some(result)) = (originals.next_frame()?, results.next_frame()?) {
            let seen = speaker.track.at(index).zip(speaker.targets.get(index));
            let frame = seen.map(|(observation, target)| JudgedFrame {
                original: &original,
                encoded: Some(&original),
                result: &result,
                observation,
                retracked: nearest(&again, index, observation).map(|o| &o.mesh),
                target,
                weight: target.drive,
                mask: masks
                    .get(index)
                    .and_then(|m| m[which].as_ref())
                    .map(|(roi, mask)| (*roi, mask.as_slice())),
            });
            judge.push(frame.as_ref());
            index += 1;
        }
        println!("track {}: {:?}", speaker.track.id, judge.finish());
    }
    Ok(())
}

fn nearest<'a>(faces: &'a Faces, frame: usize, seen: &Observation) -> Option<&'a Observation> {
    let apart = |o: &Observation| {
        let (a, b) = (o.mesh.points[4], seen.mesh.points[4]);
        (a[0] - b[0]).hypot(a[1] - b[1])
    };
    let near = faces.tracks.iter().filter_map(|t| t.at(frame)).min_by(|a, b| apart(a).total_cmp(&apart(b)));
    near.filter(|o| apart(o) < seen.mesh.inter_ocular())
}

/// The lower face, 320 × 280.
fn close_up(frame: &Frame, seen: &Observation) -> Frame {
    let (iod, nose) = (seen.mesh.inter_ocular(), seen.mesh.points[4]);
    let scale = 2.0 * iod / 320.0;
    let map = Affine([[scale, 0.0, nose[0] - iod], [0.0, scale, nose[1] - 0.55 * iod]]);
    let rgb = frame.crop(&map, 320, 280).iter().map(|v| v.round() as u8).collect();
    Frame { width: 320, height: 280, rgb }
}

/// Phonemes of a text with made-up lengths, repeated until `seconds` are full.
fn spoken(text: &str, language: &str, seconds: f64) -> Outcome<Vec<PhoneSpan>> {
    let output = Command::new("espeak-ng").args(["-v", language, "--ipa", "-q", "--sep= ", text]).output()?;
    let ipa = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut phones = Vec::new();
    let mut at = 0.4;
    while at < seconds - 0.6 {
        for line in ipa.lines() {
            for symbol in line.split_whitespace() {
                let length = match Viseme::of(symbol) {
                    Viseme::Open | Viseme::Mid | Viseme::RoundOpen | Viseme::Spread | Viseme::RoundNarrow => {
                        0.095
                    }
                    _ => 0.068,
                } + if symbol.contains('ˈ') { 0.03 } else { 0.0 };
                phones.push(PhoneSpan { symbol: symbol.to_owned(), span: Span::new(at, at + length) });
                at += length;
            }
            phones.push(PhoneSpan { symbol: " ".to_owned(), span: Span::new(at, at + 0.3) });
            at += 0.3;
        }
    }
    phones.retain(|p| p.span.end < seconds - 0.4);
    Ok(phones)
}

fn random(seed: u64, seconds: f64) -> Vec<PhoneSpan> {
    const SOUNDS: [&str; 14] = ["p", "a", "b", "e", "m", "i", "o", "s", "u", "t", "f", "k", "a", " "];
    let (mut state, mut at, mut phones) = (seed.wrapping_mul(2) + 1, 0.3, Vec::new());
    while at < seconds - 0.5 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let length = 0.06 + (state >> 40 & 63) as f64 / 1000.0;
        let symbol = SOUNDS[(state >> 33) as usize % SOUNDS.len()].to_owned();
        phones.push(PhoneSpan { symbol, span: Span::new(at, at + length) });
        at += length;
    }
    phones
}
