//! The real library on a model of random weights: structures, tokens, grammars, several answers at once, stopping.
//! Needs the model `llama-cpp` (`redub models pull llama-cpp`); without it these tests say so and pass.

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

mod tiny;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use redub_llama::{Ask, Gap, Library, LlamaError, Model, Session, Settings, Watch};

fn library() -> Option<Arc<Library>> {
    let root = std::env::var_os("REDUB_MODELS_DIR").map(PathBuf::from).or_else(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        Some(
            cache
                .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?
                .join("redub/models"),
        )
    })?;
    let folder = root.join("llama-cpp");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there (redub models pull llama-cpp)", folder.display());
        return None;
    }
    Some(Library::load(&folder).unwrap())
}

fn model(library: &Arc<Library>) -> Arc<Model> {
    let file = tempfile::NamedTempFile::with_suffix(".gguf").unwrap();
    tiny::write(file.path());
    Arc::new(Model::load(library, file.path(), &mut |_| ControlFlow::Continue(())).unwrap())
}

const WORDS: &str = "root ::= [a-z ]{1,30} \"\\n\"\n";

fn ask(question: String, gaps: usize) -> Ask {
    let gap = |i| Gap { lead: format!("Line {i}: "), grammar: WORDS.into(), end: "\n", most: 40 };
    Ask { question, gaps: (0..gaps).map(gap).collect() }
}

fn asks(n: usize, model: &Model) -> Vec<Ask> {
    let question =
        |i| model.question("You translate.", &format!("Line {i}: {}", "word ".repeat(40 + i))).unwrap();
    (0..n).map(|i| ask(question(i), 1 + i % 3)).collect()
}

/// Whether every gap is filled, and as the grammar says.
fn follows(answer: &[String], gaps: usize) -> bool {
    let plain =
        |t: &str| (1..=30).contains(&t.len()) && t.chars().all(|c| c == ' ' || c.is_ascii_lowercase());
    answer.len() == gaps && answer.iter().all(|text| plain(text))
}

#[test]
fn every_answer_follows_its_grammar_and_is_the_same_with_a_fresh_memory() {
    let Some(library) = library() else { return };
    let model = model(&library);
    let settings = Settings { threads: 1, at_once: 3, context: 4096 };
    let mut session = Session::new(model.clone(), settings).unwrap();
    // More than fit at once, so that places are used again.
    let asks = asks(7, &model);
    let together = session.answer(&asks, &()).unwrap();
    assert!(together.iter().enumerate().all(|(i, a)| follows(a, 1 + i % 3)), "{together:?}");
    let alone = session.answer(&asks[3..4], &()).unwrap();
    assert!(follows(&alone[0], 1));
    // The beginning was remembered from before; a fresh session that never saw it says the same.
    let fresh = Session::new(model.clone(), settings).unwrap().answer(&asks[3..4], &()).unwrap();
    assert_eq!(alone, fresh);
}

#[test]
fn a_question_that_is_too_long_and_a_wrong_grammar_are_refused_and_the_session_goes_on() {
    let Some(library) = library() else { return };
    let model = model(&library);
    let mut session = Session::new(model.clone(), Settings { threads: 1, at_once: 2, context: 512 }).unwrap();
    let error = session.answer(&[ask("x".repeat(600), 1)], &()).unwrap_err().to_string();
    assert!(error.contains("the context has 512"), "{error}");
    let wrong = Gap { lead: String::new(), grammar: "root ::= [".into(), end: "\n", most: 9 };
    let error =
        session.answer(&[Ask { question: "x".into(), gaps: vec![wrong] }], &()).unwrap_err().to_string();
    assert!(error.contains("no GBNF"), "{error}");
    // Four of these are more than the context holds: some are put off, and all are answered.
    let many: Vec<Ask> = (0..4).map(|_| ask("Translate: ".repeat(12), 4)).collect();
    let answers = session.answer(&many, &()).unwrap();
    assert!(answers.iter().all(|a| follows(a, 4)), "{answers:?}");
}

/// What stands before gaps takes room as well: all want theirs at the same moment here.
#[test]
fn long_leads_wait_for_their_room() {
    let Some(library) = library() else { return };
    let model = model(&library);
    let mut session =
        Session::new(model.clone(), Settings { threads: 1, at_once: 4, context: 1024 }).unwrap();
    let gap = || Gap { lead: "x".repeat(150), most: 4, ..ask(String::new(), 1).gaps.remove(0) };
    let many: Vec<Ask> = (0..6)
        .map(|i| Ask { question: format!("Question {i}"), gaps: (0..5).map(|_| gap()).collect() })
        .collect();
    let answers = session.answer(&many, &()).unwrap();
    assert!(answers.iter().all(|a| a.len() == 5), "{answers:?}");
}

/// Stops when it has been asked often enough.
struct Impatient(AtomicUsize);

impl Watch for Impatient {
    fn stopped(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) >= 10
    }
}

#[test]
fn a_stop_is_heard() {
    let Some(library) = library() else { return };
    let model = model(&library);
    let mut session =
        Session::new(model.clone(), Settings { threads: 1, at_once: 2, context: 4096 }).unwrap();
    let impatient = Impatient(AtomicUsize::new(0));
    assert!(matches!(session.answer(&asks(4, &model), &impatient), Err(LlamaError::Stopped)));
    assert!(follows(&session.answer(&asks(1, &model), &()).unwrap()[0], 1));
}

#[test]
fn what_is_no_model_is_refused() {
    let Some(library) = library() else { return };
    let file = tempfile::NamedTempFile::with_suffix(".gguf").unwrap();
    std::fs::write(file.path(), b"GGUF but not really").unwrap();
    let error =
        Model::load(&library, file.path(), &mut |_| ControlFlow::Continue(())).unwrap_err().to_string();
    assert!(error.contains("no GGUF file"), "{error}");
    let missing =
        Model::load(&library, std::path::Path::new("/nowhere.gguf"), &mut |_| ControlFlow::Continue(()));
    assert!(missing.unwrap_err().to_string().contains("no such file"));
}
