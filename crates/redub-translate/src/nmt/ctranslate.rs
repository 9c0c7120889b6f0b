//! Multilingual models in CTranslate2's format: NLLB-200, MADLAD-400 and what is trained from them.
//!
//! Any folder of the store that holds `model.bin`, a vocabulary with the codes of two languages or more, and the pieces'
//! file (`sentencepiece.bpe.model`, `sentencepiece.model`, `spiece.model` or `tokenizer.json`) is one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ct2rs::sys::{TranslationOptions, Translator};
use ct2rs::tokenizers::{hf, sentencepiece};
use ct2rs::{ComputeType, Config, Tokenizer as _};
use redub_models::{ModelStore, threads};

use super::codes::Family;
use crate::engine::SentenceEngine;
use crate::error::TranslateError;

/// Sentences decoded together.
const BATCH: usize = 16;
/// Candidates that are followed, as NLLB's authors do.
const BEAM: usize = 4;
/// The end of a text, among the pieces.
const END: &str = "</s>";
/// Files that hold the vocabulary.
const VOCABULARIES: &[&str] =
    &["shared_vocabulary.json", "shared_vocabulary.txt", "target_vocabulary.json", "target_vocabulary.txt"];
/// Files that cut texts into pieces, by SentencePiece.
const PIECES: &[&str] = &["sentencepiece.bpe.model", "sentencepiece.model", "spiece.model"];
/// The same in the form of the `tokenizers` library.
const TOKENIZER: &str = "tokenizer.json";

/// A multilingual model in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Multilingual {
    /// Its folder's name.
    pub model: String,
    /// Primary subtags it translates between, each into each.
    pub languages: Vec<&'static str>,
    family: Family,
}

/// The multilingual models that lie in `store`, whether the catalogue knows them or not, in the order of their names.
pub(crate) fn multilingual(store: &ModelStore) -> Vec<Multilingual> {
    let Ok(folders) = std::fs::read_dir(store.root()) else { return Vec::new() };
    let mut names: Vec<String> =
        folders.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let model = |name: String| {
        let folder = store.folder(&name);
        let has = |file: &str| folder.join(file).is_file();
        let whole = has("model.bin") && (PIECES.iter().any(|f| has(f)) || has(TOKENIZER));
        let vocabulary = VOCABULARIES.iter().find(|f| has(f)).filter(|_| whole)?;
        let (family, languages) = Family::of(&std::fs::read_to_string(folder.join(vocabulary)).ok()?)?;
        Some(Multilingual { model: name, languages, family })
    };
    names.into_iter().filter_map(model).collect()
}

/// One direction of a multilingual model.
pub(crate) struct Ctranslate {
    name: String,
    family: Family,
    from: &'static str,
    to: &'static str,
    loaded: Arc<Loaded>,
}

struct Loaded {
    engine: Translator,
    pieces: Pieces,
}

enum Pieces {
    Sentencepiece(sentencepiece::Tokenizer),
    Json(Box<hf::Tokenizer>),
}

/// The name in reports: the model's and the direction.
pub(crate) fn direction(model: &str, from: &str, to: &str) -> String {
    format!("{model}-{from}-{to}")
}

impl Ctranslate {
    /// Loads `model` of the store for one direction (primary subtags), with 8-bit integer weights.
    ///
    /// # Errors
    /// A model that is missing, lacks a language or is refused by the engine.
    pub fn open(store: &ModelStore, model: &str, from: &str, to: &str) -> Result<Self, TranslateError> {
        store.file(model, "model.bin")?;
        let name = direction(model, from, to);
        let failed = |reason: String| TranslateError::Engine { engine: name.clone(), reason };
        let found = multilingual(store).into_iter().find(|m| m.model == model);
        let family = found.map(|m| m.family).ok_or_else(|| failed("no multilingual model".to_owned()))?;
        let code = |tag: &str| family.code(tag).ok_or_else(|| failed(format!("it knows no {tag}")));
        let (from, to) = (code(from)?, code(to)?);
        let loaded = shared(&store.folder(model)).map_err(failed)?;
        Ok(Self { name, family, from, to, loaded })
    }

    /// The source's pieces as the family wants them.
    fn source(&self, sentence: &str) -> Result<Vec<String>, String> {
        let pieces = match &self.loaded.pieces {
            Pieces::Sentencepiece(tokenizer) => tokenizer.encode(sentence),
            Pieces::Json(tokenizer) => tokenizer.encode(sentence),
        };
        let pieces = pieces.map_err(|e| e.to_string())?;
        let first = if self.family == Family::Nllb { self.from } else { self.to };
        let own = pieces.into_iter().filter(|piece| piece != END);
        Ok(std::iter::once(first.to_owned()).chain(own).chain([END.to_owned()]).collect())
    }

    /// The text that pieces make, without codes and marks.
    fn text(&self, pieces: Vec<String>) -> Result<String, String> {
        let mark = |p: &String| p == self.to || (p.starts_with('<') && p.ends_with('>'));
        let pieces: Vec<String> = pieces.into_iter().filter(|p| !mark(p)).collect();
        let text = match &self.loaded.pieces {
            Pieces::Sentencepiece(tokenizer) => tokenizer.decode(pieces),
            Pieces::Json(tokenizer) => tokenizer.decode(pieces),
        };
        text.map(|t| t.trim().to_owned()).map_err(|e| e.to_string())
    }

    fn translate(&self, sentences: &[String]) -> Result<Vec<String>, String> {
        let sources = sentences.iter().map(|s| self.source(s)).collect::<Result<Vec<_>, _>>()?;
        let options =
            TranslationOptions { beam_size: BEAM, max_batch_size: BATCH, ..TranslationOptions::default() };
        let engine = &self.loaded.engine;
        let results = match self.family {
            Family::Nllb => {
                let prefixes = vec![vec![self.to]; sources.len()];
                engine.translate_batch_with_target_prefix(&sources, &prefixes, &options, None)
            }
            Family::Madlad => engine.translate_batch(&sources, &options, None),
        };
        let results = results.map_err(|e| e.to_string())?;
        results.into_iter().map(|r| self.text(r.output().cloned().unwrap_or_default())).collect()
    }
}

/// A model that is loaded is shared by all who translate with it, and let go with the last of them.
fn shared(folder: &Path) -> Result<Arc<Loaded>, String> {
    static LOADED: Mutex<Vec<(PathBuf, Weak<Loaded>)>> = Mutex::new(Vec::new());
    let mut all = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|(_, loaded)| loaded.strong_count() > 0);
    if let Some(loaded) = all.iter().find(|(path, _)| path == folder).and_then(|(_, loaded)| loaded.upgrade())
    {
        return Ok(loaded);
    }
    let loaded = Arc::new(load(folder).map_err(|e| e.to_string())?);
    all.push((folder.to_owned(), Arc::downgrade(&loaded)));
    Ok(loaded)
}

fn load(folder: &Path) -> Result<Loaded, Box<dyn std::error::Error>> {
    let file = PIECES.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    let pieces = match file {
        Some(path) => Pieces::Sentencepiece(sentencepiece::Tokenizer::from_file(&path, &path)?),
        None => {
            let mut tokenizer = hf::Tokenizer::new(folder)?;
            tokenizer.disable_spacial_token();
            Pieces::Json(Box::new(tokenizer))
        }
    };
    let config = Config {
        compute_type: ComputeType::INT8,
        num_threads_per_replica: threads::budget(),
        ..Config::default()
    };
    Ok(Loaded { engine: Translator::new(folder, &config)?, pieces })
}

impl SentenceEngine for Ctranslate {
    fn name(&self) -> &str {
        &self.name
    }

    fn sentences(&self, sentences: &[String]) -> Result<Vec<String>, TranslateError> {
        self.translate(sentences)
            .map_err(|reason| TranslateError::Engine { engine: self.name.clone(), reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::SourceLine;
    use crate::options::Options;
    use crate::route::{Translator, coverage};

    /// A store that holds nothing but the model of five words which `tools/multilingual/dictionary.py` writes.
    fn store() -> (tempfile::TempDir, ModelStore) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("dictionary");
        std::fs::create_dir(&folder).unwrap();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dictionary");
        for file in std::fs::read_dir(data).unwrap().flatten() {
            std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
        let store = ModelStore::new(root.path());
        (root, store)
    }

    #[test]
    fn source_and_target_are_named_to_the_model_and_batches_keep_their_order() {
        let (_root, store) = store();
        let say = |from: &str, to: &str, texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
            Ctranslate::open(&store, "dictionary", from, to).unwrap().sentences(&texts).unwrap()
        };
        let texts = ["good night moon", "moon", "good moon", "good night"];
        assert_eq!(say("en", "es", &texts), ["buenas noches luna", "luna", "buenas luna", "buenas noches"]);
        assert_eq!(say("en", "de", &texts), ["gute Nacht Mond", "Mond", "gute Mond", "gute Nacht"]);
        // Told another source language the model understands nothing.
        assert_eq!(say("pt", "es", &["good night"]), ["x"]);
        let many = vec!["good moon"; 3 * BATCH + 1];
        assert!(say("en", "pt", &many).iter().all(|t| t == "boa lua"));
        assert!(Ctranslate::open(&store, "dictionary", "en", "xx").is_err());
        assert!(Ctranslate::open(&store, "nowhere", "en", "es").is_err());
    }

    #[test]
    fn a_model_in_the_store_makes_pairs() {
        let (_root, store) = store();
        let (en, de) = ("en".parse().unwrap(), "de".parse().unwrap());
        let translator = Translator::open(&store, &en, &de, &Options::default()).unwrap();
        let made = translator.translate(&[SourceLine::new("good night", "S1", 0)], &()).unwrap();
        assert_eq!((made[0].engine.as_str(), made[0].text.as_str()), ("dictionary-en-de", "Gute Nacht"));
        let routes = coverage(&store);
        let route = routes.iter().find(|r| r.from == "en" && r.to == "de").unwrap();
        assert!(route.installed && route.licence == "the model's own" && route.note.contains("not measured"));
    }
}
