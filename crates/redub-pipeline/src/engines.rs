//! Engines, loaded when first used and shared by all jobs of the process.

use std::sync::{Arc, Mutex, PoisonError};

use redub_models::{Catalog, ModelStore};
use redub_speech::speak::Kokoro;
use redub_speech::stems::Splitter;
use redub_speech::transcribe::Whisper;
use redub_speech::turns::{NeuralDiarizer, VoicePrint};
use redub_speech::visemes::VisemeNet;
use redub_speech::voices::{Bank, Cloner, Ge2e};
use redub_vision::mouth::neural::Generator;

use crate::error::PipelineError;

/// The file of a mouth generator's model.
pub(crate) const GENERATOR_FILE: &str = "generator.onnx";

/// All engines.
#[derive(Default)]
pub struct Engines {
    models: Arc<ModelStore>,
    catalog: Catalog,
    splitter: Slot<Splitter>,
    diarizer: Slot<NeuralDiarizer>,
    recogniser: Slot<Whisper>,
    synthesiser: Slot<Kokoro>,
    prints: Slot<VoicePrint>,
    second_prints: Slot<Ge2e>,
    bank: Slot<Bank>,
    visemes: Slot<VisemeNet>,
    mouth_model: Option<String>,
    generator: Slot<Generator>,
    clone_model: Option<String>,
    cloner: Slot<Cloner>,
}

/// An engine that may not be loaded yet.
type Slot<T> = Mutex<Option<Arc<T>>>;

impl Engines {
    /// Engines whose models are in `models`; nothing is loaded yet.
    pub fn new(models: Arc<ModelStore>, catalog: Catalog) -> Self {
        Self { models, catalog, ..Self::default() }
    }

    /// Draws the mouths of `--mode precision` by the generator of this model, instead of from the speaker's own footage.
    #[must_use]
    pub fn with_mouth_model(self, model: Option<String>) -> Self {
        Self { mouth_model: model, ..self }
    }

    /// Gives lines the speakers' sound by the voice conversion network of this model, instead of fitting voices.
    #[must_use]
    pub fn with_clone_model(self, model: Option<String>) -> Self {
        Self { clone_model: model, ..self }
    }

    /// Name of the model that clones voices, where one was chosen.
    pub(crate) fn clone_model(&self) -> Option<&str> {
        self.clone_model.as_deref()
    }

    /// Name of the model that draws mouths, where one was chosen.
    pub(crate) fn mouth_model(&self) -> Option<&str> {
        self.mouth_model.as_deref()
    }

    /// Where the models are.
    pub fn models(&self) -> &ModelStore {
        &self.models
    }

    /// Identity of an installed model, for keys.
    pub(crate) fn digest(&self, model: &str) -> String {
        self.catalog.find(model).map(|m| self.models.digest(m)).unwrap_or_default()
    }

    /// Identity of everything that translates: the models and the system's Apertium pairs.
    pub(crate) fn translation_digest(&self) -> String {
        let models = ["firefox-en-pt", "firefox-pt-en", "nllb-200-600m", "madlad400-3b"];
        let models = models.map(|m| self.digest(m)).join(" ");
        let ways = redub_translate::coverage(&self.models);
        let installed: Vec<String> = ways
            .iter()
            .filter(|w| w.installed)
            .map(|w| format!("{}-{}:{}", w.from, w.to, w.engine))
            .collect();
        format!("{models} {}", installed.join(" "))
    }

    pub(crate) fn splitter(&self) -> Result<Arc<Splitter>, PipelineError> {
        lazy(&self.splitter, || Ok(Splitter::load(&self.models)?))
    }

    pub(crate) fn diarizer(&self) -> Result<Arc<NeuralDiarizer>, PipelineError> {
        lazy(&self.diarizer, || Ok(NeuralDiarizer::load(&self.models)?))
    }

    pub(crate) fn recogniser(&self) -> Result<Arc<Whisper>, PipelineError> {
        lazy(&self.recogniser, || Ok(Whisper::load(&self.models)?))
    }

    pub(crate) fn synthesiser(&self) -> Result<Arc<Kokoro>, PipelineError> {
        lazy(&self.synthesiser, || Ok(Kokoro::open(&self.models)?))
    }

    pub(crate) fn voice_prints(&self) -> Result<Arc<VoicePrint>, PipelineError> {
        lazy(&self.prints, || Ok(VoicePrint::load(&self.models, redub_models::threads::budget())?))
    }

    pub(crate) fn second_prints(&self) -> Result<Arc<Ge2e>, PipelineError> {
        lazy(&self.second_prints, || Ok(Ge2e::load(&self.models, redub_models::threads::budget())?))
    }

    pub(crate) fn visemes(&self) -> Result<Arc<VisemeNet>, PipelineError> {
        lazy(&self.visemes, || Ok(VisemeNet::load(&self.models)?))
    }

    /// The generator of the chosen model.
    pub(crate) fn generator(&self) -> Result<Option<Arc<Generator>>, PipelineError> {
        let Some(model) = self.mouth_model() else { return Ok(None) };
        let threads = redub_models::threads::budget();
        lazy(&self.generator, || Ok(Generator::load(&self.models, model, threads)?)).map(Some)
    }

    /// The voice conversion network of the chosen model.
    pub(crate) fn cloner(&self) -> Result<Option<Arc<Cloner>>, PipelineError> {
        let Some(model) = self.clone_model() else { return Ok(None) };
        let threads = redub_models::threads::budget();
        lazy(&self.cloner, || Ok(Cloner::load(&self.models, model, threads)?)).map(Some)
    }

    pub(crate) fn voice_bank(&self) -> Result<Arc<Bank>, PipelineError> {
        lazy(&self.bank, || Ok(Bank::load()?))
    }
}

fn lazy<T>(slot: &Slot<T>, load: impl FnOnce() -> Result<T, PipelineError>) -> Result<Arc<T>, PipelineError> {
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = slot.as_ref() {
        return Ok(engine.clone());
    }
    let engine = Arc::new(load()?);
    *slot = Some(engine.clone());
    Ok(engine)
}
