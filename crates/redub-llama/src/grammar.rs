//! Holding an answer to a grammar, with no more work than needed.

use std::ffi::CString;
use std::ptr::NonNull;

use crate::abi::{Token, TokenData, TokenDataArray};
use crate::error::LlamaError;
use crate::library::RawSampler;
use crate::model::Model;

/// Likeliest tokens that are tried before the whole vocabulary.
const LIKELIEST: usize = 64;

/// A grammar at some place of an answer.
pub(crate) struct Grammar<'m> {
    model: &'m Model,
    raw: NonNull<RawSampler>,
}

impl<'m> Grammar<'m> {
    /// Reads GBNF; the answer is its `root`.
    ///
    /// # Errors
    /// Text that is no GBNF.
    pub fn new(model: &'m Model, gbnf: &str) -> Result<Self, LlamaError> {
        let wrong = || LlamaError::Ask("its grammar is no GBNF".into());
        let text = CString::new(gbnf).map_err(|_| wrong())?;
        // SAFETY: vocabulary and texts are valid during the call, which copies what it needs.
        let raw = unsafe {
            let init = model.library.f.llama_sampler_init_grammar;
            init(model.vocabulary(), text.as_ptr(), c"root".as_ptr())
        };
        Ok(Self { model, raw: NonNull::new(raw).ok_or_else(wrong)? })
    }

    /// Begins anew with another grammar.
    ///
    /// # Errors
    /// Text that is no GBNF.
    pub fn restart(&mut self, gbnf: &str) -> Result<(), LlamaError> {
        *self = Self::new(self.model, gbnf)?;
        Ok(())
    }

    /// The likeliest token that the grammar allows here. The likeliest of all is asked for alone, then some more, then
    /// all: to look at 150,000 candidates costs as much as to think of one token.
    pub fn choose(&mut self, logits: &[f32]) -> Option<Token> {
        let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?.0;
        if let Some(token) = self.first_allowed(&[best], logits) {
            return Some(token);
        }
        let mut order: Vec<usize> = (0..logits.len()).collect();
        let by_logit = |a: &usize, b: &usize| logits[*b].total_cmp(&logits[*a]);
        if order.len() > LIKELIEST {
            order.select_nth_unstable_by(LIKELIEST, by_logit);
            order[..LIKELIEST].sort_unstable_by(by_logit);
            if let Some(token) = self.first_allowed(&order[..LIKELIEST], logits) {
                return Some(token);
            }
        }
        order.sort_unstable_by(by_logit);
        self.first_allowed(&order, logits)
    }

    /// The first of `tokens` that may come next.
    fn first_allowed(&mut self, tokens: &[usize], logits: &[f32]) -> Option<Token> {
        let data = |&i: &usize| TokenData { id: Token::try_from(i).unwrap_or(-1), logit: logits[i], p: 0.0 };
        let mut candidates: Vec<TokenData> = tokens.iter().map(data).collect();
        candidates.retain(|c| !self.model.is_mark(c.id) || self.model.ends(c.id));
        let mut array = TokenDataArray {
            data: candidates.as_mut_ptr(),
            size: candidates.len(),
            selected: -1,
            sorted: false,
        };
        // SAFETY: the array lives through the call; a grammar sets the logits of what it forbids and moves nothing.
        unsafe { (self.model.library.f.llama_sampler_apply)(self.raw.as_ptr(), &raw mut array) };
        candidates.iter().find(|c| c.logit > f32::NEG_INFINITY).map(|c| c.id)
    }

    /// Moves on past `token`, which [`Grammar::choose`] gave.
    pub fn accept(&mut self, token: Token) {
        // SAFETY: the token was allowed here; another would make the library abort.
        unsafe { (self.model.library.f.llama_sampler_accept)(self.raw.as_ptr(), token) }
    }
}

impl Drop for Grammar<'_> {
    fn drop(&mut self) {
        // SAFETY: made once, freed once, part of no chain.
        unsafe { (self.model.library.f.llama_sampler_free)(self.raw.as_ptr()) }
    }
}
