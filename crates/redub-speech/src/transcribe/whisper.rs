//! Whisper through CTranslate2 (both MIT).
//!
//! The recogniser works on its own chunks of speech (see `chunks`), several in one batch, without Whisper's time
//! tokens: times come from the cross-attention alignment, which is finer.

use std::sync::Mutex;

use ct2rs::sys;
use ct2rs::tokenizers::hf::Tokenizer;
use ct2rs::{ComputeType, Config, Tokenizer as _};
use redub_core::{Language, Span, Word};
use redub_models::{ModelStore, threads};

use super::chunks::{self, Chunk};
use super::guards::{compression, distrust, worth_another_try};
use super::mel::LogMel;
use super::words::{group, is_spaceless, token_starts};
use super::{Dropped, Heard, HeardSegment, Transcribe, script, timing};
use crate::error::SpeechError;
use crate::mel::HOP;
use crate::progress::{self, Progress};
use crate::turns::RATE;

/// Frames of the engine's window of 30 s.
const WINDOW_FRAMES: usize = 3_000;
/// Chunks recognised in one batch.
const BATCH: usize = 4;
/// Seconds of an encoder frame.
const ENCODER_FRAME: f64 = 0.02;
/// Windows listened to for the language.
const LANGUAGE_WINDOWS: usize = 4;
/// Speech left over at a chunk's end without words that is recognised again, in seconds.
const FORGOTTEN: f64 = 2.0;
/// Clips listened to in one batch.
const LISTEN_BATCH: usize = 8;
/// Silent frames kept behind the longest clip of a batch.
const MARGIN_FRAMES: usize = 200;
/// Least frames of a window: the network was trained on 3000 and stumbles over very short ones.
const LEAST_FRAMES: usize = 1_000;
/// Beam width for listening back.
const LISTEN_BEAM: usize = 5;

/// A loaded Whisper model.
pub struct Whisper {
    engine: sys::Whisper,
    tokenizer: Tokenizer,
    mel: LogMel,
    /// The engine queues work itself; one caller at a time keeps its memory and threads within the budget.
    turn: Mutex<()>,
}

/// One chunk's result before it is judged.
struct Recognised {
    tokens: Vec<String>,
    ids: Vec<usize>,
    segment: HeardSegment,
}

impl Whisper {
    /// Loads the catalogue's default model, Whisper base.
    ///
    /// # Errors
    /// A missing model or one the engine refuses.
    pub fn load(store: &ModelStore) -> Result<Self, SpeechError> {
        Self::load_model(store, "whisper-base")
    }

    /// Loads `model` of the store, a folder in the CTranslate2 format (`model.bin`, `config.json`, `tokenizer.json`,
    /// `vocabulary.txt` or `.json`), with 8-bit integer weights.
    ///
    /// # Errors
    /// A missing model or one the engine refuses.
    pub fn load_model(store: &ModelStore, model: &str) -> Result<Self, SpeechError> {
        let weights = store.file(model, "model.bin")?;
        store.file(model, "tokenizer.json")?;
        let folder = weights.parent().unwrap_or(store.root());
        let config = Config {
            compute_type: ComputeType::INT8,
            num_threads_per_replica: threads::budget(),
            ..Config::default()
        };
        let engine = sys::Whisper::new(folder, config).map_err(failed)?;
        let tokenizer = Tokenizer::new(folder).map_err(failed)?;
        let mel = LogMel::new(engine.n_mels());
        Ok(Self { engine, tokenizer, mel, turn: Mutex::new(()) })
    }

    /// Encodes clips padded to `frames` each.
    fn encode(&self, clips: &[&[f32]], frames: usize) -> Result<sys::StorageView<'static>, SpeechError> {
        let mut features = Vec::with_capacity(clips.len() * self.mel.bins() * frames);
        for clip in clips {
            features.extend(self.mel.spectrogram(clip, frames)?);
        }
        let shape = [clips.len(), self.mel.bins(), frames];
        let view = sys::StorageView::new(&shape, &mut features, ct2rs::Device::CPU).map_err(failed)?;
        self.engine.encode(&view, true).map_err(failed)
    }

    /// Encodes chunks.
    fn encode_chunks(
        &self,
        audio: &[f32],
        chunks: &[Chunk],
    ) -> Result<sys::StorageView<'static>, SpeechError> {
        let clips: Vec<Vec<f32>> = chunks.iter().map(|c| c.audio(audio)).collect();
        let clips: Vec<&[f32]> = clips.iter().map(Vec::as_slice).collect();
        self.encode(&clips, window(&clips))
    }

    /// Languages of a file, from a few chunks spread over it: its first minute may be a quotation in another language.
    fn languages_of(&self, audio: &[f32], chunks: &[Chunk]) -> Result<Vec<(Language, f32)>, SpeechError> {
        let step = chunks.len().div_ceil(LANGUAGE_WINDOWS).max(1);
        let some: Vec<Chunk> = chunks.iter().step_by(step).cloned().collect();
        if some.is_empty() {
            return Err(SpeechError::NoSpeech);
        }
        self.languages_in(&self.encode_chunks(audio, &some)?, &some)
    }

    /// Languages heard in encoded chunks, weighted by their length.
    fn languages_in(
        &self,
        encoded: &sys::StorageView,
        chunks: &[Chunk],
    ) -> Result<Vec<(Language, f32)>, SpeechError> {
        let total: f64 = chunks.iter().map(Chunk::seconds).sum();
        let mut sum: Vec<(Language, f32)> = Vec::new();
        for (found, chunk) in self.engine.detect_language(encoded).map_err(failed)?.into_iter().zip(chunks) {
            let weight = (chunk.seconds() / total.max(f64::MIN_POSITIVE)) as f32;
            for result in found {
                let code = result.language.trim_matches(['<', '|', '>']);
                let Ok(language) = (if code == "jw" { "jv" } else { code }).parse::<Language>() else {
                    continue;
                };
                match sum.iter_mut().find(|(l, _)| *l == language) {
                    Some((_, p)) => *p += result.probability * weight,
                    None => sum.push((language, result.probability * weight)),
                }
            }
        }
        sum.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(sum)
    }

    /// The engine's token for a language; an error when it has none.
    fn language_token(&self, language: &Language) -> Result<String, SpeechError> {
        let code = match language.primary() {
            "nb" => "no",
            "fil" => "tl",
            "jv" => "jw",
            "cmn" => "zh",
            "iw" => "he",
            other => other,
        };
        let token = format!("<|{code}|>");
        match self.tokenizer.token_to_id(&token) {
            Some(_) => Ok(token),
            None => Err(SpeechError::LanguageNotHeard { language: language.to_string() }),
        }
    }

    /// Text of each encoded clip.
    fn recognise(
        &self,
        encoded: &sys::StorageView,
        spans: &[Span],
        language_token: &str,
        options: &sys::WhisperOptions,
    ) -> Result<Vec<Recognised>, SpeechError> {
        let prompt = vec!["<|startoftranscript|>", language_token, "<|transcribe|>", "<|notimestamps|>"];
        let results = self.engine.generate(encoded, &vec![prompt; spans.len()], options).map_err(failed)?;
        results
            .into_iter()
            .zip(spans)
            .map(|(result, span)| {
                let tokens = result.sequences.into_iter().next().unwrap_or_default();
                let ids = result.sequences_ids.into_iter().next().unwrap_or_default();
                let (ids, tokens): (Vec<usize>, Vec<String>) =
                    ids.into_iter().zip(tokens).filter(|(_, t)| !is_special(t)).unzip();
                let text = self.tokenizer.decode(tokens.clone()).map_err(failed)?.trim().to_owned();
                // The engine's score is the sum of log-probabilities divided by the number of text tokens.
                let count = ids.len() as f32;
                let score = result.scores.first().copied().unwrap_or_default();
                let segment = HeardSegment {
                    span: *span,
                    no_speech_probability: result.no_speech_prob,
                    average_logprob: score * count / (count + 1.0),
                    compression: compression(&text),
                    text,
                };
                Ok(Recognised { tokens, ids, segment })
            })
            .collect()
    }

    /// Words of one batch with times in the file.
    fn align(
        &self,
        encoded: &sys::StorageView,
        chunks: &[Chunk],
        recognised: &[Recognised],
        language_token: &str,
    ) -> Result<Vec<Vec<Word>>, SpeechError> {
        let start = ["<|startoftranscript|>", language_token, "<|transcribe|>"]
            .iter()
            .filter_map(|t| self.tokenizer.token_to_id(t))
            .map(|id| id as usize)
            .collect::<Vec<_>>();
        let texts: Vec<Vec<usize>> = recognised.iter().map(|r| r.ids.clone()).collect();
        let frames: Vec<usize> = chunks
            .iter()
            .map(|c| ((c.seconds() * f64::from(RATE)) as usize / HOP).clamp(4, WINDOW_FRAMES))
            .collect();
        let aligned = self.engine.align(encoded, &start, &texts, &frames, 7).map_err(failed)?;
        let spaceless = is_spaceless(language_token.trim_matches(['<', '|', '>']));
        chunks
            .iter()
            .zip(recognised)
            .zip(aligned)
            .map(|((chunk, recognised), alignment)| {
                let path = alignment.alignments.iter().map(|a| (a.token_x, a.frame_x));
                let starts = token_starts(path, recognised.tokens.len());
                let words = group(&recognised.tokens, spaceless, |t| self.tokenizer.decode(t.to_vec()))
                    .map_err(failed)?;
                Ok(words
                    .into_iter()
                    .map(|word| {
                        let seconds = |token: usize| starts[token] as f64 * ENCODER_FRAME;
                        let from = chunk.to_file(seconds(word.tokens.start), false);
                        let to = chunk.to_file(seconds(word.tokens.end), true);
                        let sure = &alignment.text_token_probs[word.tokens.clone()];
                        Word {
                            text: word.text.trim().to_owned(),
                            span: Span::new(from, to),
                            probability: sure.iter().sum::<f32>() / sure.len().max(1) as f32,
                        }
                    })
                    .collect())
            })
            .collect()
    }
}

/// What comes out of a batch of chunks.
#[derive(Default)]
struct Harvest {
    words: Vec<Word>,
    segments: Vec<HeardSegment>,
    dropped: Vec<Dropped>,
    /// Speech that got no words although its chunk has some.
    forgotten: Vec<Span>,
}

impl Whisper {
    fn hear_batch(
        &self,
        audio: &[f32],
        chunks: &[Chunk],
        encoded: &sys::StorageView,
        language_token: &str,
        harvest: &mut Harvest,
    ) -> Result<(), SpeechError> {
        let spans: Vec<Span> = chunks.iter().map(Chunk::span).collect();
        let options =
            sys::WhisperOptions { return_scores: true, return_no_speech_prob: true, ..Default::default() };
        let mut recognised = self.recognise(encoded, &spans, language_token, &options)?;
        for i in 0..chunks.len() {
            if worth_another_try(&recognised[i].segment) {
                self.try_again(&chunks[i].audio(audio), spans[i], language_token, &mut recognised[i])?;
            }
        }
        let words = self.align(encoded, chunks, &recognised, language_token)?;
        for ((chunk, recognised), words) in chunks.iter().zip(recognised).zip(words) {
            if let Some(reason) = distrust(&recognised.segment) {
                let HeardSegment { span, text, .. } = recognised.segment;
                harvest.dropped.push(Dropped { span, text, reason });
                continue;
            }
            let (words, dropped) = timing::fit(words, &chunk.speech);
            let last = words.last().map_or(f64::INFINITY, |w| w.span.end);
            harvest.forgotten.extend(behind(&chunk.speech, last));
            harvest.words.extend(words);
            harvest.dropped.extend(dropped);
            harvest.segments.push(recognised.segment);
        }
        Ok(())
    }

    /// Recognises a clip again without room for repetition, and keeps the better result.
    fn try_again(
        &self,
        clip: &[f32],
        span: Span,
        language_token: &str,
        first: &mut Recognised,
    ) -> Result<(), SpeechError> {
        let encoded = self.encode(&[clip], window(&[clip]))?;
        let options = sys::WhisperOptions {
            no_repeat_ngram_size: 3,
            repetition_penalty: 1.1,
            return_scores: true,
            return_no_speech_prob: true,
            ..Default::default()
        };
        let again = self.recognise(&encoded, &[span], language_token, &options)?.pop();
        if let Some(again) = again {
            let better = again.segment.average_logprob > first.segment.average_logprob;
            let believable = distrust(&again.segment).is_none() && distrust(&first.segment).is_some();
            if better || believable {
                *first = again;
            }
        }
        Ok(())
    }
}

impl Transcribe for Whisper {
    fn detect_language(&self, audio: &[f32], speech: &[Span]) -> Result<Vec<(Language, f32)>, SpeechError> {
        let _turn = self.turn.lock();
        self.languages_of(audio, &chunks::pack(speech, audio))
    }

    fn transcribe(
        &self,
        audio: &[f32],
        speech: &[Span],
        language: Option<&Language>,
        progress: &mut Progress<'_>,
    ) -> Result<Heard, SpeechError> {
        let _turn = self.turn.lock();
        let mut chunks = chunks::pack(speech, audio);
        // Encoding is most of the work: a short file's is kept from the language's detection.
        let mut encoded = None;
        let (language, language_probability) = match language {
            Some(language) => (language.clone(), 1.0),
            None => {
                let languages = if (1..=BATCH).contains(&chunks.len()) {
                    let batch = self.encode_chunks(audio, &chunks)?;
                    let languages = self.languages_in(&batch, &chunks)?;
                    encoded = Some(batch);
                    languages
                } else {
                    self.languages_of(audio, &chunks)?
                };
                languages.into_iter().next().ok_or(SpeechError::NoSpeech)?
            }
        };
        let token = self.language_token(&language)?;
        let mut harvest = Harvest::default();
        // The second round hears what the first forgot; what is forgotten twice is no speech.
        for round in 0..2 {
            for (i, batch) in chunks.chunks(BATCH).enumerate() {
                let encoded = match encoded.take() {
                    Some(encoded) => encoded,
                    None => self.encode_chunks(audio, batch)?,
                };
                self.hear_batch(audio, batch, &encoded, &token, &mut harvest)?;
                let share = ((i + 1) * BATCH) as f32 / chunks.len() as f32;
                progress::tell(progress, if round == 0 { share.min(1.0) } else { 1.0 })?;
            }
            chunks = chunks::pack(&std::mem::take(&mut harvest.forgotten), audio);
        }
        harvest.words.sort_by(|a, b| a.span.start.total_cmp(&b.span.start));
        harvest.segments.sort_by(|a, b| a.span.start.total_cmp(&b.span.start));
        let Harvest { mut words, mut segments, dropped, .. } = harvest;
        if script::is_simplified(&language) {
            words.iter_mut().for_each(|w| w.text = script::simplified(&w.text));
            segments.iter_mut().for_each(|s| s.text = script::simplified(&s.text));
        }
        Ok(Heard { language, language_probability, words, segments, dropped })
    }

    fn listen_many(&self, clips: &[&[f32]], language: &Language) -> Result<Vec<String>, SpeechError> {
        let token = self.language_token(language)?;
        let _turn = self.turn.lock();
        let mut texts = vec![String::new(); clips.len()];
        // Clips of like length share a batch, so that little of the encoder's work is spent on padding.
        let mut order: Vec<usize> = (0..clips.len()).collect();
        order.sort_by_key(|i| clips[*i].len());
        for batch in order.chunks(LISTEN_BATCH) {
            let parts: Vec<&[f32]> = batch.iter().map(|i| clips[*i]).collect();
            let longest = parts.iter().map(|c| c.len()).max().unwrap_or_default();
            let encoded = self.encode(&parts, window(&parts))?;
            let spans = vec![Span::new(0.0, longest as f64 / f64::from(RATE)); parts.len()];
            let options =
                sys::WhisperOptions { beam_size: LISTEN_BEAM, return_scores: true, ..Default::default() };
            for (index, recognised) in batch.iter().zip(self.recognise(&encoded, &spans, &token, &options)?) {
                texts[*index] = recognised.segment.text;
            }
        }
        Ok(texts)
    }
}

/// Frames a batch is encoded with: as many as its longest clip needs, since the encoder's work grows with them.
fn window(clips: &[&[f32]]) -> usize {
    let longest = clips.iter().map(|c| c.len()).max().unwrap_or_default();
    (longest.div_ceil(HOP) + MARGIN_FRAMES).clamp(LEAST_FRAMES, WINDOW_FRAMES)
}

/// Speech behind `time`, when there is enough of it to hold words.
fn behind(speech: &[Span], time: f64) -> Vec<Span> {
    let rest: Vec<Span> =
        speech.iter().filter(|s| s.end > time).map(|s| Span::new(s.start.max(time), s.end)).collect();
    let seconds: f64 = rest.iter().map(Span::seconds).sum();
    if seconds >= FORGOTTEN { rest } else { Vec::new() }
}

fn is_special(token: &str) -> bool {
    token.starts_with("<|") && token.ends_with("|>")
}

fn failed(error: impl std::fmt::Display) -> SpeechError {
    SpeechError::Engine { engine: "whisper", reason: error.to_string() }
}
