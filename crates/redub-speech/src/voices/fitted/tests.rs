use std::sync::Arc;

use ort::value::Tensor;
use redub_grad::{Graph, Size};
use redub_models::ModelStore;

use super::fit::fit;
use super::print::unlike;
use super::spectrum::apart;
use super::*;
use crate::speak::{Kokoro, Speak, SpeakRequest};
use crate::voices::{Ge2e, Voice};

fn store() -> Option<Arc<ModelStore>> {
    let store = Arc::new(ModelStore::new(ModelStore::default_root()));
    let there = store.file("kokoro", "vocab.json").is_ok();
    if !there {
        println!("skipped: the models are not installed (redub models pull)");
    }
    there.then_some(store)
}

fn request(text: &str, language: &str, voice: &str) -> SpeakRequest {
    SpeakRequest::new(text, language.parse().unwrap(), Voice::named(voice))
}

/// Runs a graph of one sound (`[1, 1, samples]`) and of another input; gives its output `y`.
fn measured(store: &ModelStore, graph: &mut Graph, x: &[f32], other: (&str, Vec<usize>, Vec<f32>)) -> f32 {
    let session = store.session_of(&graph.model(), 1).unwrap();
    session
        .with(|session| {
            let outputs = session.run(ort::inputs![
                "x" => Tensor::from_array(([1, 1, x.len()], x.to_vec()))?,
                other.0 => Tensor::from_array((other.1, other.2))?,
            ])?;
            Ok(outputs["y"].try_extract_tensor::<f32>()?.1[0])
        })
        .unwrap()
}

#[test]
fn what_is_fitted_to_is_the_print_and_the_spectrum() {
    let Some(store) = store() else { return };
    let kokoro = Kokoro::with_workers(&store, 1, 2).unwrap();
    let lines =
        ["em_alex", "ef_dora"].map(|v| request("Mañana por la mañana lloverá en toda la costa.", "es", v));
    let spoken = kokoro.speak(&lines).unwrap();
    let count = 64 * 600;
    let sounds: Vec<&[f32]> = spoken.iter().map(|s| &s.audio.samples[..count]).collect();
    let judge = Ge2e::load(&store, 1).unwrap();
    let prints: Vec<Vec<f32>> =
        spoken.iter().map(|s| judge.of(&at_16k(&s.audio.samples)).unwrap().unwrap()).collect();
    let model =
        std::fs::read(store.file("speaker-embedding-ge2e", "speaker_embedding_ge2e.onnx").unwrap()).unwrap();
    let distance = |sound: &[f32], print: &[f32]| {
        let mut graph = Graph::new();
        let x = graph.input("x", &[1, 1, count].map(Size::Fixed));
        let wanted = graph.input("print", &[Size::Fixed(256), Size::Fixed(1)]);
        let y = unlike(&mut graph, &model, x, wanted).unwrap();
        graph.output("y", y);
        measured(&store, &mut graph, sound, ("print", vec![256, 1], print.to_vec()))
    };
    let (own, other) = (distance(sounds[0], &prints[0]), distance(sounds[0], &prints[1]));
    assert!(own < 0.1 && other > own + 0.15, "own {own}, other {other}");
    let between = |a: &[f32], b: &[f32]| {
        let mut graph = Graph::new();
        let x = graph.input("x", &[1, 1, count].map(Size::Fixed));
        let z = graph.input("z", &[1, 1, count].map(Size::Fixed));
        let y = apart(&mut graph, x, z);
        graph.output("y", y);
        measured(&store, &mut graph, a, ("z", vec![1, 1, count], b.to_vec()))
    };
    let louder: Vec<f32> = sounds[0].iter().map(|s| s * 1.2).collect();
    let (same, near, far) =
        (between(sounds[0], sounds[0]), between(&louder, sounds[0]), between(sounds[1], sounds[0]));
    assert!(same < 1e-3 && near > 0.1 && far > 2.0 * near, "{same} {near} {far}");
}

/// 24 to 16 kHz by straight lines, which is enough for a print.
fn at_16k(sound: &[f32]) -> Vec<f32> {
    let smooth: Vec<f32> = sound.windows(2).map(|w| 0.5 * (w[0] + w[1])).collect();
    (0..smooth.len() * 2 / 3 - 1)
        .map(|n| {
            let (at, part) = (n * 3 / 2, if n % 2 == 0 { 0.0 } else { 0.5 });
            smooth[at] * (1.0 - part) + smooth[at + 1] * part
        })
        .collect()
}

#[test]
fn a_few_steps_bring_the_voice_nearer_and_it_is_kept_on_disk() {
    let Some(store) = store() else { return };
    let kokoro = Kokoro::with_workers(&store, 1, 2).unwrap();
    let text = "Mañana por la mañana lloverá en toda la costa.";
    // Another voice plays the speaker.
    let speaker = request(text, "es", "em_santa");
    let sound = kokoro.speak(&[speaker]).unwrap().remove(0).audio.samples;
    let lessons = kokoro.taught(&[(request(text, "es", "em_alex"), sound.clone())]).unwrap();
    assert_eq!(lessons.len(), 1);
    assert_eq!(lessons[0].sound.len(), lessons[0].features.frames() * 600);
    let print = Ge2e::load(&store, 1).unwrap().of(&at_16k(&sound)).unwrap().unwrap();
    let start = kokoro.timbre(&Voice::named("em_alex")).unwrap();
    let mut losses = Vec::new();
    let course = Course { steps: 4, ..Course::default() };
    let fitted = fit(&store, &start, &lessons, &print, course, |_, loss| {
        losses.push(loss);
        Ok(())
    });
    let fitted = fitted.unwrap().unwrap();
    assert!(losses[3] < 0.95 * losses[0], "{losses:?}");
    let folder = std::env::temp_dir().join(format!("redub-fitted-{}", std::process::id()));
    fitted.write(&folder).unwrap();
    assert_eq!(Fitted::read(&folder).unwrap(), fitted);
    std::fs::write(&folder, b"no voice").unwrap();
    assert!(Fitted::read(&folder).is_err());
    std::fs::remove_file(&folder).unwrap();
    let stopped = fit(&store, &start, &lessons, &print, course, |_, _| Err(crate::SpeechError::Stopped));
    assert!(stopped.is_err());
    assert!(fit(&store, &start, &[], &print, course, |_, _| Ok(())).unwrap().is_none());
}
