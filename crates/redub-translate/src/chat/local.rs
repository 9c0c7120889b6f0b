//! A language model on this machine: a GGUF file, run by llama.cpp.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use redub_llama::{Ask, Gap, Library, LlamaError, Model, Session, Settings};
use redub_models::{ModelStore, threads};
use serde::{Deserialize, Serialize};

use super::{Answer, Chat, Habits, Question};
use crate::engine::Watch;
use crate::error::TranslateError;

/// The model of the catalogue that is used where no other is named.
pub const BUILT_IN: &str = "qwen2.5-coder-1.5b";
/// Its file, and the libraries' model.
const FILE: &str = "model.gguf";
const LIBRARY: &str = "llama-cpp";
/// Scenes answered at once: the weights are read from memory once for all of them.
const AT_ONCE: usize = 8;
/// Tokens remembered over all of them, where the model can.
const CONTEXT: usize = 12_288;
/// Answer without a form: what is said about a transcript.
const WORDS: &str = "root ::= [^\\x00-\\x1f]{1,400} \"\\n\"\n";
/// Its tokens, at most.
const MOST_WORDS: usize = 110;

/// Whether and which language model of this machine translates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LocalModel {
    /// The catalogue's, in precision mode, where it is installed and was measured to be better for the pair.
    #[default]
    Auto,
    /// None.
    Never,
    /// The catalogue's.
    BuiltIn,
    /// This GGUF file.
    File(PathBuf),
}

impl LocalModel {
    /// The GGUF file, where it is there together with the libraries; what is missing otherwise.
    ///
    /// # Errors
    /// The model that is to be pulled, or the file that does not exist.
    pub fn file(&self, store: &ModelStore) -> Result<PathBuf, TranslateError> {
        store.file(LIBRARY, redub_llama::library::LLAMA)?;
        match self {
            Self::File(path) if path.is_file() => Ok(path.clone()),
            Self::File(path) => {
                Err(LlamaError::Model { path: path.clone(), why: "there is no such file".into() }.into())
            }
            _ => Ok(store.file(BUILT_IN, FILE)?),
        }
    }

    /// Whether the catalogue's model could run here; opens the libraries.
    ///
    /// # Errors
    /// What is missing, or does not suit this machine.
    pub fn check(store: &ModelStore) -> Result<(), TranslateError> {
        Self::BuiltIn.file(store)?;
        Library::load(&store.folder(LIBRARY))?;
        Ok(())
    }

    /// Whether libraries and catalogue's model are installed.
    pub fn installed(store: &ModelStore) -> bool {
        Self::BuiltIn.file(store).is_ok()
    }
}

/// A model of this machine; it is loaded when it is first asked.
pub(crate) struct Local {
    name: String,
    libraries: PathBuf,
    file: PathBuf,
    session: Mutex<Option<(Arc<Model>, Session)>>,
}

impl Local {
    /// The model `wanted` says.
    ///
    /// # Errors
    /// As [`LocalModel::file`].
    pub fn open(store: &ModelStore, wanted: &LocalModel) -> Result<Self, TranslateError> {
        let file = wanted.file(store)?;
        let name = match wanted {
            LocalModel::File(path) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            _ => BUILT_IN.to_owned(),
        };
        let libraries = store.folder(LIBRARY);
        Ok(Self { name: format!("llm:{name}"), libraries, file, session: Mutex::new(None) })
    }

    fn start(&self, watch: &dyn Watch) -> Result<(Arc<Model>, Session), TranslateError> {
        let model = shared(&self.libraries, &self.file, watch)?;
        let context = CONTEXT.min(AT_ONCE * model.longest().max(512));
        let settings = Settings { threads: threads::budget(), at_once: AT_ONCE, context };
        let session = Session::new(model.clone(), settings)?;
        Ok((model, session))
    }
}

/// Tokens of a gap for `most` characters, of `gaps` in one answer: two a character, which no script exceeds for long; never so
/// many that all gaps together leave no room for the question.
fn most_tokens(most: usize, gaps: usize) -> usize {
    (2 * most + 4).min(CONTEXT * 3 / 4 / gaps.max(1))
}

/// A model that is loaded is shared by all who translate with it, and let go with the last of them.
fn shared(libraries: &Path, file: &Path, watch: &dyn Watch) -> Result<Arc<Model>, TranslateError> {
    static LOADED: Mutex<Vec<(PathBuf, Weak<Model>)>> = Mutex::new(Vec::new());
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    loaded.retain(|(_, model)| model.strong_count() > 0);
    if let Some(model) = loaded.iter().find(|(path, _)| path == file).and_then(|(_, model)| model.upgrade()) {
        return Ok(model);
    }
    let library = Library::load(libraries)?;
    let mut loading =
        |_: f32| if watch.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let model = Arc::new(Model::load(&library, file, &mut loading).map_err(stopped)?);
    loaded.push((file.to_owned(), Arc::downgrade(&model)));
    Ok(model)
}

/// A stop is the caller's doing, not the model's failure.
fn stopped(error: LlamaError) -> TranslateError {
    if matches!(error, LlamaError::Stopped) { TranslateError::Stopped } else { error.into() }
}

/// The library's way of looking on.
struct Onlooker<'w>(&'w dyn Watch);

impl redub_llama::Watch for Onlooker<'_> {
    fn stopped(&self) -> bool {
        self.0.stopped()
    }
}

impl Chat for Local {
    fn name(&self) -> &str {
        &self.name
    }

    fn habits(&self) -> Habits {
        Habits { at_once: AT_ONCE, summarised: 24, fills_gaps: true }
    }

    fn ask(&self, questions: &[Question], watch: &dyn Watch) -> Result<Vec<String>, TranslateError> {
        let mut held = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let (model, session) = match &mut *held {
            Some(both) => both,
            none => none.insert(self.start(watch)?),
        };
        let ask = |question: &Question| {
            let text = model.question(&question.system, &question.user)?;
            let gaps = match &question.answer {
                Answer::Gaps(gaps) => gaps
                    .iter()
                    .map(|g| Gap {
                        lead: g.lead.clone(),
                        grammar: g.grammar(),
                        end: "\n",
                        most: most_tokens(g.most, gaps.len()),
                    })
                    .collect(),
                Answer::Words | Answer::Form(_) => {
                    vec![Gap { lead: String::new(), grammar: WORDS.to_owned(), end: "\n", most: MOST_WORDS }]
                }
            };
            Ok(Ask { question: text, gaps })
        };
        let asks = questions.iter().map(ask).collect::<Result<Vec<_>, LlamaError>>()?;
        let answers = session.answer(&asks, &Onlooker(watch)).map_err(stopped)?;
        Ok(answers.into_iter().map(|gaps| gaps.join("\n")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_of_the_longest_lines_leaves_room_for_its_question() {
        assert_eq!(most_tokens(100, 8), 204);
        let longest: usize = (0..8).map(|_| most_tokens(2_000, 8)).sum();
        assert!(longest <= CONTEXT - 3_000);
    }
}
