//! Hearing judged on real clips; skipped where the models or the clips are not there.

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

use redub_core::{Language, Span, Viseme};
use redub_models::ModelStore;
use redub_speech::phonemes::phonemize_many;
use redub_speech::transcribe::wer::wer;
use redub_speech::transcribe::{Heard, Transcribe, Whisper, lines};
use redub_speech::turns::der::{diarization_error, parse_rttm};
use redub_speech::turns::{Diarize, NeuralDiarizer, Turns};
use redub_speech::visemes::{FRAME_RATE, VisemeNet};

mod clips;

/// The models and a clip's samples, or `None` with a word on what is missing.
fn given(name: &str, models: &[(&str, &str)]) -> Option<(ModelStore, Vec<f32>)> {
    let store = ModelStore::new(ModelStore::default_root());
    for (model, file) in models.iter().chain(&[("onnxruntime", "libonnxruntime.so")]) {
        if store.file(model, file).is_err() {
            println!("skipped: model {model} is not installed");
            return None;
        }
    }
    let Some(path) = clips::clip(name) else {
        println!("skipped: {name} is not there");
        return None;
    };
    Some((store, clips::decode(&path).unwrap()))
}

const DIARIZER: &[(&str, &str)] = &[
    ("silero-vad", "silero_vad.onnx"),
    ("speaker-segmentation", "speaker_segmentation_3.0.onnx"),
    ("speaker-embedding", "speaker_embedding_campplus.onnx"),
];

fn diarized(name: &str, hint: Option<usize>) -> Option<Turns> {
    let (store, audio) = given(name, DIARIZER)?;
    Some(NeuralDiarizer::load(&store).unwrap().turns(&audio, hint).unwrap())
}

fn heard(name: &str) -> Option<(Heard, Turns)> {
    let turns = diarized(name, None)?;
    let (store, audio) = given(name, &[("whisper-base", "model.bin")])?;
    let whisper = Whisper::load(&store).unwrap();
    let english: Language = "en".parse().unwrap();
    // A clip without speech has no language to be detected.
    let language = turns.speech.is_empty().then_some(&english);
    Some((
        whisper.transcribe(&audio, &turns.speech, language, &mut redub_speech::progress::on).unwrap(),
        turns,
    ))
}

#[test]
fn an_interview_has_two_speakers() {
    let Some(turns) = diarized("video/en_interview_two_speakers_40s.mp4", None) else { return };
    assert_eq!(turns.speakers, 2);
    assert!(turns.turns.windows(2).all(|w| w[0].span.start <= w[1].span.start));
}

#[test]
fn a_telephone_call_is_given_to_its_speakers() {
    let Some(turns) = diarized("audio/diar/pyannote_sample.wav", None) else { return };
    let Some(path) = clips::clip("audio/diar/pyannote_sample.rttm") else { return };
    let reference = parse_rttm(&std::fs::read_to_string(path).unwrap());
    let rate = diarization_error(&reference, &turns.turns, 0.25).rate();
    assert!(turns.speakers == 2 && rate < 0.08, "{} speakers, error rate {rate:.3}", turns.speakers);
}

#[test]
fn one_man_is_one_speaker() {
    let Some(turns) = diarized("video/en_webcam_jordi_10s.mp4", None) else { return };
    assert_eq!(turns.speakers, 1);
}

#[test]
fn a_hint_against_the_voices_is_refused_with_a_note() {
    let Some(turns) = diarized("video/en_webcam_jordi_10s.mp4", Some(3)) else { return };
    assert!(turns.speakers == 3 || turns.note.is_some());
}

#[test]
fn a_famous_sentence_is_heard_word_by_word() {
    let Some((heard, turns)) = heard("audio/other/en_jfk.wav") else { return };
    let (lines, _) = lines(&heard.words, &turns);
    let text: Vec<&str> = lines.iter().map(|l| l.text.as_str()).collect();
    let said = "and so my fellow americans ask not what your country can do for you ask what you can do for your country";
    assert!(wer(said, &text.join(" ")) < 0.1, "{text:?}");
    assert_eq!(heard.language.primary(), "en");
    for word in &heard.words {
        assert!(turns.speech.iter().any(|s| s.overlap(&word.span) > 0.0), "{word:?} lies outside speech");
    }
}

#[test]
fn music_gives_no_words() {
    let Some((heard, _)) = heard("video/xx_cartoon_music_nospeech_28s.mp4") else { return };
    assert!(heard.words.is_empty(), "{:?}", heard.segments);
}

#[test]
fn mandarin_is_recognised_over_music() {
    let Some((heard, _)) = heard("video/zh_voiceover_broll_music_10s.mp4") else { return };
    assert_eq!(heard.language.primary(), "zh");
    assert!(heard.words.len() > 20);
}

/// Phrases of a TextGrid's first tier, in seconds; `#` is silence.
fn phrases(grid: &str) -> Vec<(Span, String)> {
    let field =
        |line: &str, name: &str| line.trim().strip_prefix(name)?.strip_prefix(" = ").map(str::to_owned);
    let (mut span, mut found) = (Span::new(0.0, 0.0), Vec::new());
    for line in grid.lines() {
        if let Some(start) = field(line, "xmin") {
            span.start = start.parse().unwrap();
        } else if let Some(end) = field(line, "xmax") {
            span.end = end.parse().unwrap();
        } else if let Some(text) = field(line, "text") {
            found.push((span, text.trim_matches('"').to_owned()));
        }
    }
    found
}

#[test]
fn mouth_shapes_are_heard_in_a_real_voice_that_training_never_heard() {
    let clip = "derived/fr_woman_headset_vertical_10s.mp4";
    let Some((store, audio)) = given(clip, &[("visemes", "visemes.onnx")]) else { return };
    let Some(grid) = clips::clip("refs/fr_woman_headset_vertical_10s.TextGrid") else { return };
    let reading = VisemeNet::load(&store).unwrap().read(&audio).unwrap();
    let french: Language = "fr".parse().unwrap();
    let rest =
        |frame: usize| reading.frames.get(frame).is_none_or(|f| f[Viseme::Rest as usize] > 0.5f32.ln());
    let (mut silent, mut spoken) = ((0, 0), (0, 0));
    let (mut placed, mut closures, mut heard) = (0, 0, 0);
    let phrases = phrases(&std::fs::read_to_string(grid).unwrap());
    for (span, text) in &phrases {
        // Its own breath of 50 ms on either side belongs to neither.
        let frames = ((span.start + 0.05) * FRAME_RATE) as usize..((span.end - 0.05) * FRAME_RATE) as usize;
        let count = (frames.clone().filter(|f| rest(*f)).count(), frames.len());
        if text == "#" {
            silent = (silent.0 + count.0, silent.1 + count.1);
            continue;
        }
        spoken = (spoken.0 + count.1 - count.0, spoken.1 + count.1);
        let words: Vec<String> = text.split(' ').skip(1).filter(|w| *w != "+").map(str::to_owned).collect();
        let sounds = phonemize_many(&words, &french).unwrap();
        let symbols = |p: &redub_speech::phonemes::Phonemes| -> Vec<String> {
            let all = p.symbols.iter().map(|s| s.symbol.to_string());
            all.filter(|s| Viseme::of(s) != Viseme::Rest).collect()
        };
        let Some(phones) = reading.align(*span, &sounds.iter().map(symbols).collect::<Vec<_>>()) else {
            continue;
        };
        placed += 1;
        for phone in phones.iter().filter(|p| Viseme::of(&p.symbol) == Viseme::Closed) {
            let middle = (phone.span.middle() * FRAME_RATE) as usize;
            let near = &reading.frames[middle.saturating_sub(4)..(middle + 5).min(reading.frames.len())];
            closures += 1;
            heard += usize::from(near.iter().any(|f| f[Viseme::Closed as usize] > 0.3f32.ln()));
        }
    }
    let share = |(a, b): (usize, usize)| a as f64 / b as f64;
    println!(
        "silence heard {:.2}, speech heard {:.2}, phrases placed {placed} of 5, closures heard {heard} of {closures}",
        share(silent),
        share(spoken)
    );
    // Breath is no silence to the network.
    assert!(share(silent) >= 0.75 && share(spoken) >= 0.9, "{silent:?} {spoken:?}");
    assert!(placed >= 4, "{placed} of 5 phrases placed");
    assert!(closures >= 4 && heard * 4 >= closures * 3, "{heard} of {closures} closures heard");
}
