//! Answering questions, several at once.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::abi::{Batch, SeqId, Token};
use crate::error::LlamaError;
use crate::grammar::Grammar;
use crate::library::RawContext;
use crate::model::Model;
use crate::threads;

/// Tokens read in one call: small enough that a stop is heard soon, large enough for full speed.
const CHUNK: usize = 256;
/// The part of the longest possible answer that most stay below: one in this many.
const HOPED: usize = 8;
/// The sequence that keeps the questions' common beginning.
const SHARED: SeqId = 0;

/// How a session works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Threads, at most; fewer are used while others keep the processors busy.
    pub threads: usize,
    /// Questions answered at once.
    pub at_once: usize,
    /// Tokens remembered over all of them, questions and answers together.
    pub context: usize,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What the model reads, in its own form ([`Model::question`]).
    pub question: String,
    /// The answer, gap by gap.
    pub gaps: Vec<Gap>,
}

/// A part of an answer that is given, and one that the model finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What stands before the gap. It is read, not thought of, which is many times faster.
    pub lead: String,
    /// GBNF of what fills it, with `end` at its end.
    pub grammar: String,
    /// Text with which the gap is full; it is no part of what is given back.
    pub end: &'static str,
    /// Tokens, at most.
    pub most: usize,
}

/// Looks on while questions are answered; called from the library's threads too.
pub trait Watch: Sync {
    /// Whether to stop. Asked before every token, and many times while a long question is read.
    fn stopped(&self) -> bool {
        false
    }
}

/// Nobody looks on.
impl Watch for () {}

/// A model at work: what it remembers of the questions, and the threads it uses.
#[derive(Debug)]
pub struct Session {
    raw: NonNull<RawContext>,
    settings: Settings,
    /// What the sequence [`SHARED`] holds.
    shared: Vec<Token>,
    // Last, so that the context goes first.
    model: Arc<Model>,
}

// SAFETY: a context may be used from any thread, by one at a time; `&mut self` sees to that.
unsafe impl Send for Session {}

/// An answer under way.
struct Answer<'m> {
    ask: usize,
    sequence: SeqId,
    /// What holds the gap that is being filled.
    grammar: Grammar<'m>,
    /// The token last chosen, which the model is to read next; none where the gap is full.
    next: Option<Token>,
    /// A token that filled a gap and that the model has not read yet.
    unread: Option<Token>,
    end: &'static str,
    position: i32,
    left: usize,
    /// Gaps filled before, and the one being filled.
    filled: Vec<Vec<u8>>,
}

impl Session {
    /// Sets up a session; `at_once` and `context` are kept within what the model can.
    ///
    /// # Errors
    /// Not enough memory, or a model that cannot answer.
    pub fn new(model: Arc<Model>, settings: Settings) -> Result<Self, LlamaError> {
        let settings = Settings { at_once: settings.at_once.clamp(1, 64), ..settings };
        // SAFETY: takes nothing.
        let mut params = unsafe { (model.library.f.llama_context_default_params)() }.value;
        params.n_ctx = u32::try_from(settings.context).unwrap_or(u32::MAX);
        params.n_batch = CHUNK as u32;
        params.n_ubatch = CHUNK as u32;
        params.n_seq_max = settings.at_once as u32 + 1;
        // With one memory for all, copying the common beginning to a sequence is a note, not a copy.
        params.kv_unified = true;
        params.n_threads = 1;
        params.n_threads_batch = 1;
        // SAFETY: the model is valid and held by the session.
        let raw = unsafe { (model.library.f.llama_init_from_model)(model.raw.as_ptr(), params) };
        let raw = NonNull::new(raw)
            .ok_or_else(|| LlamaError::Run("not enough memory, or it is no model that answers".into()))?;
        Ok(Self { raw, settings, shared: Vec::new(), model })
    }

    /// Answers all questions, in their order: what fills the gaps of each.
    ///
    /// # Errors
    /// A question that does not fit into the context, [`LlamaError::Stopped`], a failure of the library.
    pub fn answer(&mut self, asks: &[Ask], watch: &dyn Watch) -> Result<Vec<Vec<String>>, LlamaError> {
        let f = &self.model.library.clone().f;
        // SAFETY: `watch` outlives the use: the callback is taken away again below, on every way out.
        unsafe {
            (f.llama_set_abort_callback)(self.raw.as_ptr(), Some(abort), (&raw const watch).cast_mut().cast())
        };
        let answers = self.answer_all(asks, watch);
        // SAFETY: none is always a valid callback.
        unsafe { (f.llama_set_abort_callback)(self.raw.as_ptr(), None, std::ptr::null_mut()) };
        if answers.is_err() {
            // Where a call broke off is not known: forget all.
            self.forget_all();
        }
        answers
    }

    fn answer_all(&mut self, asks: &[Ask], watch: &dyn Watch) -> Result<Vec<Vec<String>>, LlamaError> {
        let model = self.model.clone();
        let mut questions = Vec::with_capacity(asks.len());
        let mut longest = Vec::with_capacity(asks.len());
        for ask in asks {
            let question = model.tokens(&ask.question, true)?;
            let leads = ask.gaps.iter().map(|gap| Ok(model.tokens(&gap.lead, false)?.len() + gap.most + 1));
            let answer = leads.sum::<Result<usize, LlamaError>>()?;
            let needs = question.len() + answer;
            if needs > self.settings.context {
                let why = format!("it needs {needs} tokens, the context has {}", self.settings.context);
                return Err(LlamaError::Ask(why));
            }
            questions.push(question);
            longest.push(answer);
        }
        let common = common(&questions);
        self.use_threads();
        self.share(&questions.first().map_or(Vec::new(), |q| q[..common].to_vec()))?;
        let mut waiting: VecDeque<usize> = (0..asks.len()).filter(|&i| !asks[i].gaps.is_empty()).collect();
        let mut free: Vec<SeqId> = (1..=self.settings.at_once as SeqId).rev().collect();
        let mut active: Vec<Answer<'_>> = Vec::new();
        let mut answers = vec![Vec::new(); asks.len()];
        while !waiting.is_empty() || !active.is_empty() {
            while let (Some(&ask), Some(&sequence)) = (waiting.front(), free.last()) {
                // Few answers get as long as they may: room for a part of it will do, see below.
                let lead =
                    asks[ask].gaps.first().map_or(Ok(Vec::new()), |gap| model.tokens(&gap.lead, false))?;
                let room = questions[ask].len() - common + (longest[ask] / HOPED).max(lead.len() + 1);
                if !active.is_empty() && used(common, &active) + room > self.settings.context {
                    break;
                }
                waiting.pop_front();
                free.pop();
                active.push(self.begin(&model, ask, sequence, &questions[ask], &asks[ask])?);
            }
            let mut i = 0;
            while i < active.len() {
                // What stands before the next gap is read in one go and needs its room before.
                let lead = self.lead(&active[i], asks)?;
                while active.len() > 1 && used(common, &active) + lead + active.len() > self.settings.context
                {
                    self.put_off(&mut active, &mut free, &mut waiting);
                }
                let Some(answer) = active.get_mut(i) else { break };
                if self.go_on(answer, asks, watch)? {
                    i += usize::from(answer.next.is_some());
                    continue;
                }
                let answer = active.remove(i);
                self.forget(answer.sequence, 0);
                free.push(answer.sequence);
                let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
                answers[answer.ask] = answer.filled.iter().map(text).collect();
            }
            if watch.stopped() {
                return Err(LlamaError::Stopped);
            }
            // Answers that grow beyond what was hoped for: the last one begun is put off. One alone always fits.
            while active.len() > 1 && used(common, &active) + active.len() > self.settings.context {
                self.put_off(&mut active, &mut free, &mut waiting);
            }
            self.step(&mut active)?;
        }
        Ok(answers)
    }

    /// Reads a question and finds the first token of its first gap.
    fn begin<'m>(
        &mut self,
        model: &'m Model,
        ask: usize,
        sequence: SeqId,
        question: &[Token],
        wanted: &Ask,
    ) -> Result<Answer<'m>, LlamaError> {
        let f = &self.model.library.f;
        // SAFETY: context and sequences are valid.
        unsafe {
            let memory = (f.llama_get_memory)(self.raw.as_ptr());
            (f.llama_memory_seq_cp)(memory, SHARED, sequence, 0, -1);
        }
        let (from, gap) = (self.shared.len(), &wanted.gaps[0]);
        let tokens = [&question[from..], &model.tokens(&gap.lead, false)?].concat();
        self.read(sequence, &tokens, from, true)?;
        let mut answer = Answer {
            ask,
            sequence,
            grammar: Grammar::new(model, &gap.grammar)?,
            next: None,
            unread: None,
            end: gap.end,
            position: (from + tokens.len()) as i32,
            left: gap.most,
            filled: vec![Vec::new()],
        };
        self.take(&mut answer, -1)?;
        Ok(answer)
    }

    /// Forgets the answer last begun and puts its question first in the row again.
    fn put_off(
        &mut self,
        active: &mut Vec<Answer<'_>>,
        free: &mut Vec<SeqId>,
        waiting: &mut VecDeque<usize>,
    ) {
        let Some(last) = active.pop() else { return };
        self.forget(last.sequence, 0);
        free.push(last.sequence);
        waiting.push_front(last.ask);
    }

    /// Tokens that are to be read before the next gap of an answer whose gap is full.
    fn lead(&self, answer: &Answer<'_>, asks: &[Ask]) -> Result<usize, LlamaError> {
        match asks[answer.ask].gaps.get(answer.filled.len()) {
            Some(gap) if answer.next.is_none() => Ok(self.model.tokens(&gap.lead, false)?.len() + 1),
            _ => Ok(0),
        }
    }

    /// Leads an answer whose gap is full to its next one, which may be full at once; false where there is none.
    fn go_on(
        &mut self,
        answer: &mut Answer<'_>,
        asks: &[Ask],
        watch: &dyn Watch,
    ) -> Result<bool, LlamaError> {
        if answer.next.is_none() {
            let Some(gap) = asks[answer.ask].gaps.get(answer.filled.len()) else { return Ok(false) };
            if watch.stopped() {
                return Err(LlamaError::Stopped);
            }
            let mut tokens: Vec<Token> = answer.unread.take().into_iter().collect();
            tokens.extend(self.model.tokens(&gap.lead, false)?);
            self.read(answer.sequence, &tokens, answer.position as usize, true)?;
            answer.position += tokens.len() as i32;
            answer.grammar.restart(&gap.grammar)?;
            (answer.left, answer.end) = (gap.most, gap.end);
            answer.filled.push(Vec::new());
            self.take(answer, -1)?;
        }
        Ok(true)
    }

    /// One more token of every answer.
    fn step(&mut self, active: &mut [Answer<'_>]) -> Result<(), LlamaError> {
        let token = |a: &Answer<'_>| Some((a.next?, a.position, a.sequence, true));
        let tokens: Vec<_> = active.iter().filter_map(token).collect();
        if tokens.is_empty() {
            return Ok(());
        }
        self.decode(&tokens)?;
        for (i, answer) in active.iter_mut().enumerate() {
            answer.position += 1;
            self.take(answer, i as i32)?;
        }
        Ok(())
    }

    /// The next token of an answer from output `at` of the last call; its text is kept. Where a gap ends, there is no
    /// next one.
    fn take(&self, answer: &mut Answer<'_>, at: i32) -> Result<(), LlamaError> {
        // SAFETY: output `at` was asked for in the last call; the library holds one number per word there.
        let logits = unsafe {
            let logits = (self.model.library.f.llama_get_logits_ith)(self.raw.as_ptr(), at);
            if logits.is_null() {
                return Err(LlamaError::Run("it gave no distribution".into()));
            }
            std::slice::from_raw_parts(logits, self.model.words())
        };
        let chosen = if answer.left == 0 { None } else { answer.grammar.choose(logits) };
        answer.next = chosen.filter(|token| !self.model.ends(*token));
        if let (Some(token), Some(bytes)) = (answer.next, answer.filled.last_mut()) {
            answer.left -= 1;
            answer.grammar.accept(token);
            bytes.extend(self.model.piece(token));
            if bytes.ends_with(answer.end.as_bytes()) {
                bytes.truncate(bytes.len() - answer.end.len());
                answer.unread = answer.next.take();
            }
        }
        Ok(())
    }

    /// Makes the sequence [`SHARED`] hold exactly `tokens`; what it holds of them already is not read again.
    fn share(&mut self, tokens: &[Token]) -> Result<(), LlamaError> {
        let mut same = self.shared.iter().zip(tokens).take_while(|(a, b)| a == b).count();
        if !self.forget(SHARED, same) {
            // Models that carry a state instead of a memory can only forget all.
            self.forget_all();
            same = 0;
        }
        self.shared.truncate(same);
        self.read(SHARED, &tokens[same..], same, false)?;
        self.shared = tokens.to_vec();
        Ok(())
    }

    fn read(
        &mut self,
        sequence: SeqId,
        tokens: &[Token],
        from: usize,
        wanted: bool,
    ) -> Result<(), LlamaError> {
        let mut position = from as i32;
        let chunks = tokens.chunks(CHUNK).count();
        for (i, chunk) in tokens.chunks(CHUNK).enumerate() {
            let last = chunk.len() - 1;
            let token = |(k, &t): (usize, &Token)| {
                (t, position + k as i32, sequence, wanted && i + 1 == chunks && k == last)
            };
            let tokens: Vec<_> = chunk.iter().enumerate().map(token).collect();
            self.decode(&tokens)?;
            position += chunk.len() as i32;
        }
        Ok(())
    }

    /// Computes tokens: token, position, sequence, whether the distribution after it is wanted.
    fn decode(&mut self, tokens: &[(Token, i32, SeqId, bool)]) -> Result<(), LlamaError> {
        let mut token: Vec<Token> = tokens.iter().map(|t| t.0).collect();
        let mut pos: Vec<i32> = tokens.iter().map(|t| t.1).collect();
        let mut sequences: Vec<SeqId> = tokens.iter().map(|t| t.2).collect();
        let mut logits: Vec<i8> = tokens.iter().map(|t| i8::from(t.3)).collect();
        let mut counts = vec![1i32; tokens.len()];
        let mut seq_id: Vec<*mut SeqId> = sequences.iter_mut().map(std::ptr::from_mut).collect();
        let batch = Batch {
            n_tokens: tokens.len() as i32,
            token: token.as_mut_ptr(),
            embd: std::ptr::null_mut(),
            pos: pos.as_mut_ptr(),
            n_seq_id: counts.as_mut_ptr(),
            seq_id: seq_id.as_mut_ptr(),
            logits: logits.as_mut_ptr(),
        };
        // SAFETY: every list has `n_tokens` entries and lives through the call.
        match unsafe { (self.model.library.f.llama_decode)(self.raw.as_ptr(), batch) } {
            0 => Ok(()),
            1 => Err(LlamaError::Run("its context is full".into())),
            2 => Err(LlamaError::Stopped),
            code => Err(LlamaError::Run(format!("llama_decode gave {code}"))),
        }
    }

    /// Forgets a sequence from a position on; whether that could be done. A whole sequence always can.
    fn forget(&mut self, sequence: SeqId, from: usize) -> bool {
        let f = &self.model.library.f;
        // SAFETY: context and sequence are valid.
        unsafe {
            let memory = (f.llama_get_memory)(self.raw.as_ptr());
            (f.llama_memory_seq_rm)(memory, sequence, from as i32, -1)
        }
    }

    fn forget_all(&mut self) {
        for sequence in 0..=self.settings.at_once as SeqId {
            self.forget(sequence, 0);
        }
        self.shared.clear();
    }

    fn use_threads(&mut self) {
        let threads = threads::free(self.settings.threads) as i32;
        // SAFETY: the context is valid.
        unsafe { (self.model.library.f.llama_set_n_threads)(self.raw.as_ptr(), threads, threads) }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: made once, freed once.
        unsafe { (self.model.library.f.llama_free)(self.raw.as_ptr()) }
    }
}

/// Tokens remembered just now.
fn used(common: usize, active: &[Answer<'_>]) -> usize {
    common + active.iter().map(|a| a.position as usize - common).sum::<usize>()
}

/// Tokens all questions begin with; at least one of each is left, because something must be read to answer.
fn common(questions: &[Vec<Token>]) -> usize {
    let Some(first) = questions.first() else { return 0 };
    let same = |other: &Vec<Token>| first.iter().zip(other).take_while(|(a, b)| a == b).count();
    let shortest = questions.iter().map(Vec::len).min().unwrap_or(0);
    questions.iter().map(same).min().unwrap_or(0).min(shortest.saturating_sub(1))
}

unsafe extern "C" fn abort(data: *mut c_void) -> bool {
    // SAFETY: `data` is the `watch` of the call of `Session::answer` under way, which outlives it.
    unsafe { *data.cast_const().cast::<&dyn Watch>() }.stopped()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_every_question_is_left_to_read() {
        assert_eq!(common(&[vec![1, 2, 3], vec![1, 2, 4, 5]]), 2);
        assert_eq!(common(&[vec![1, 2], vec![1, 2]]), 1);
        assert_eq!(common(&[vec![1, 2, 3]]), 2);
        assert_eq!(common(&[]), 0);
    }
}
