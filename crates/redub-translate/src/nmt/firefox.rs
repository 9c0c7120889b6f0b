//! Firefox Translations (Bergamot) models through `fxtranslate`.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use fxtranslate::engine::Engine;
use fxtranslate::segment::MAX_SOURCE_TOKENS;
use fxtranslate::shortlist::Shortlist;
use redub_models::{ModelError, ModelStore, threads};

use crate::engine::{AlignedText, SentenceEngine};
use crate::error::TranslateError;
use crate::sentences::halves;

/// Sentences decoded together: enough to fill the matrix products, small enough for the caches.
const BATCH: usize = 32;

/// A loaded model of one direction. The engine lives on a thread of its own, because it may not move between threads;
/// requests are served in the order they come.
pub struct Firefox {
    name: String,
    requests: Mutex<Sender<Request>>,
}

/// Sentences, whether their words are to be aligned, and where their translations go.
type Request = (Vec<String>, bool, Sender<Vec<AlignedText>>);

/// The files of model `firefox-<from>-<to>`: model, vocabulary, lexical shortlist.
fn files(from: &str, to: &str) -> [String; 3] {
    let pair = format!("{from}{to}");
    [
        format!("model.{pair}.intgemm.alphas.bin"),
        format!("vocab.{pair}.spm"),
        format!("lex.50.50.{pair}.s2t.bin"),
    ]
}

/// Catalogue name of the model of a direction.
pub(crate) fn model_id(from: &str, to: &str) -> String {
    format!("firefox-{from}-{to}")
}

/// Whether all files of the direction are in `store`.
pub(crate) fn installed(store: &ModelStore, from: &str, to: &str) -> bool {
    files(from, to).iter().all(|file| store.file(&model_id(from, to), file).is_ok())
}

/// Directions whose models lie in `store`, whether the catalogue knows them or not.
pub(crate) fn found(store: &ModelStore) -> Vec<(String, String)> {
    let Ok(folders) = std::fs::read_dir(store.root()) else { return Vec::new() };
    let names = folders.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let pairs = names.filter_map(|name| {
        let (from, to) = name.strip_prefix("firefox-")?.split_once('-')?;
        Some((from.to_owned(), to.to_owned()))
    });
    pairs.filter(|(from, to)| installed(store, from, to)).collect()
}

impl Firefox {
    /// Loads the model from `from` to `to` (primary language subtags).
    ///
    /// # Errors
    /// Files that are missing or that the engine refuses.
    pub fn open(store: &ModelStore, from: &str, to: &str) -> Result<Self, TranslateError> {
        let name = model_id(from, to);
        let [model, vocabulary, shortlist] = files(from, to);
        let path = |file: &str| -> Result<_, ModelError> { store.file(&name, file) };
        let (model, vocabulary, shortlist) = (path(&model)?, path(&vocabulary)?, path(&shortlist)?);
        let failed = |reason: String| TranslateError::Engine { engine: name.clone(), reason };
        let (requests, inbox) = channel::<Request>();
        let (ready, loaded) = channel();
        std::thread::Builder::new()
            .name(name.clone())
            .spawn(move || match load(&model, &vocabulary, &shortlist) {
                Ok(engine) => {
                    let _ = ready.send(Ok(()));
                    serve(&engine, &inbox);
                }
                Err(reason) => {
                    let _ = ready.send(Err(reason));
                }
            })
            .map_err(|e| failed(format!("cannot start its thread: {e}")))?;
        loaded.recv().unwrap_or_else(|_| Err("stopped while loading".to_owned())).map_err(failed)?;
        Ok(Self { name, requests: Mutex::new(requests) })
    }
}

fn load(model: &Path, vocabulary: &Path, shortlist: &Path) -> Result<Engine, String> {
    let shortlist = Shortlist::load(shortlist).map_err(|e| e.to_string())?;
    let engine = Engine::load(model, vocabulary, vocabulary)?;
    Ok(engine.with_shortlist(shortlist).with_threads(threads::budget()))
}

/// Answers requests until the last sender is gone; someone who no longer waits is no error.
fn serve(engine: &Engine, inbox: &Receiver<Request>) {
    while let Ok((sentences, align, reply)) = inbox.recv() {
        let texts = if align {
            sentences.iter().map(|s| aligned(engine, s)).collect()
        } else {
            let targets = translate(engine, &sentences);
            sentences.iter().zip(targets).map(|(s, t)| AlignedText::unaligned(s, t)).collect()
        };
        let _ = reply.send(texts);
    }
}

/// Translates one sentence and follows its words; one that is too long for the model's window is not followed.
fn aligned(engine: &Engine, sentence: &str) -> AlignedText {
    if engine.src_ids(sentence).len() > MAX_SOURCE_TOKENS {
        let target = translate(engine, &[sentence.to_owned()]).remove(0);
        return AlignedText::unaligned(sentence, target);
    }
    let aligned = engine.translate_aligned(sentence);
    let (from, to) = (bytes(&aligned.source_normalized), bytes(&aligned.target_text));
    let range = |map: &[usize], token: &fxtranslate::engine::Token| {
        let last = map.len() - 1;
        map[token.begin.min(last)]..map[token.end.min(last)]
    };
    let strongest = |row: &Vec<f32>| (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]));
    let link = |(token, row): (&fxtranslate::engine::Token, &Vec<f32>)| {
        let source = aligned.source_tokens.get(strongest(row)?)?;
        Some((range(&to, token), range(&from, source)))
    };
    let links = aligned.target_tokens.iter().zip(&aligned.alignments).filter_map(link);
    let links = links.filter(|(t, s)| !t.is_empty() && !s.is_empty()).collect();
    AlignedText { links, source: aligned.source_normalized, target: aligned.target_text }
}

/// For every UTF-16 unit of `text` its byte, and the end.
fn bytes(text: &str) -> Vec<usize> {
    let units = text.char_indices().flat_map(|(at, c)| std::iter::repeat_n(at, c.len_utf16()));
    units.chain(std::iter::once(text.len())).collect()
}

fn translate(engine: &Engine, sentences: &[String]) -> Vec<String> {
    let mut pieces: Vec<(usize, String)> = Vec::with_capacity(sentences.len());
    for (index, sentence) in sentences.iter().enumerate() {
        pieces.extend(fit(engine, sentence).into_iter().map(|piece| (index, piece)));
    }
    // Pieces of like length pad each other least.
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|&i| pieces[i].1.len());
    let mut outputs = vec![String::new(); pieces.len()];
    for batch in order.chunks(BATCH) {
        let texts: Vec<&str> = batch.iter().map(|&i| pieces[i].1.as_str()).collect();
        for (&i, text) in batch.iter().zip(engine.translate_batch(&texts)) {
            outputs[i] = text;
        }
    }
    let mut targets = vec![String::new(); sentences.len()];
    for ((index, _), output) in pieces.iter().zip(outputs) {
        let target = &mut targets[*index];
        if !target.is_empty() {
            target.push(' ');
        }
        target.push_str(output.trim());
    }
    targets
}

/// Cuts a sentence longer than the model's window into pieces that fit.
fn fit(engine: &Engine, sentence: &str) -> Vec<String> {
    let tokens = engine.src_ids(sentence).len();
    match halves(sentence) {
        Some((head, tail)) if tokens > MAX_SOURCE_TOKENS => {
            let mut pieces = fit(engine, &head);
            pieces.extend(fit(engine, &tail));
            pieces
        }
        _ => vec![sentence.to_owned()],
    }
}

impl Firefox {
    fn ask(&self, sentences: &[String], align: bool) -> Result<Vec<AlignedText>, TranslateError> {
        let (reply, answer) = channel();
        let sent = {
            let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.send((sentences.to_vec(), align, reply)).is_ok()
        };
        let stopped =
            || TranslateError::Engine { engine: self.name.clone(), reason: "the engine stopped".to_owned() };
        if sent { answer.recv().map_err(|_| stopped()) } else { Err(stopped()) }
    }
}

impl SentenceEngine for Firefox {
    fn name(&self) -> &str {
        &self.name
    }

    fn sentences(&self, sentences: &[String]) -> Result<Vec<String>, TranslateError> {
        Ok(self.ask(sentences, false)?.into_iter().map(|t| t.target).collect())
    }

    fn aligned(&self, sentences: &[String]) -> Result<Option<Vec<AlignedText>>, TranslateError> {
        self.ask(sentences, true).map(Some)
    }
}
