//! The structures of llama.cpp 0.5.0 as its `include/llama.h` declares them, and a check that a library agrees.
//!
//! Structures are passed by value, so a field too many or too few would be read as another. Two things guard against that:
//! the release is compared, and the parameters a library calls its defaults are compared with the values that release is
//! known to give ([`ModelParams::unlike_defaults`], [`ContextParams::unlike_defaults`]): a shifted field shows as a wrong one.

use std::ffi::{c_char, c_void};

/// The release these structures are of.
pub const RELEASE: &str = "0.5.0";

/// A token of a vocabulary.
pub type Token = i32;
/// A position in a sequence.
pub type Pos = i32;
/// A sequence, from 0.
pub type SeqId = i32;

/// Says whether a computation is to be broken off.
pub type AbortCallback = unsafe extern "C" fn(*mut c_void) -> bool;
/// Takes the progress of loading, 0..1; loading ends when it returns false.
pub type ProgressCallback = unsafe extern "C" fn(f32, *mut c_void) -> bool;
/// Takes a line of the log: level, text, data.
pub type LogCallback = unsafe extern "C" fn(i32, *const c_char, *mut c_void);

/// `struct llama_model_params`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ModelParams {
    /// Devices to use; null for all.
    pub devices: *mut c_void,
    /// Buffer types by tensor; null.
    pub tensor_buft_overrides: *const c_void,
    /// Layers on a GPU; negative for all.
    pub n_gpu_layers: i32,
    /// How a model is split over GPUs.
    pub split_mode: i32,
    /// How the file is read; -1 lets the library choose.
    pub load_mode: i32,
    /// On-demand reading of marked tensors.
    pub lazy_mode: i32,
    /// The GPU of an unsplit model.
    pub main_gpu: i32,
    /// Proportions over GPUs; null.
    pub tensor_split: *const f32,
    /// Called while loading.
    pub progress_callback: Option<ProgressCallback>,
    /// Its data.
    pub progress_callback_user_data: *mut c_void,
    /// Overrides of the model's metadata; null.
    pub kv_overrides: *const c_void,
    /// Load the vocabulary alone.
    pub vocab_only: bool,
    /// Check every tensor's numbers.
    pub check_tensors: bool,
    /// Repack weights for this processor.
    pub use_extra_bufts: bool,
    /// Bypass the host's buffers.
    pub no_host: bool,
    /// Load metadata alone.
    pub no_alloc: bool,
    /// Load layers that predict several tokens.
    pub load_mtp: bool,
}

/// `struct llama_context_params`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ContextParams {
    /// Tokens remembered, over all sequences.
    pub n_ctx: u32,
    /// Tokens of one call, at most.
    pub n_batch: u32,
    /// Tokens computed together, at most.
    pub n_ubatch: u32,
    /// Sequences.
    pub n_seq_max: u32,
    /// Snapshots of a recurrent state.
    pub n_rs_seq: u32,
    /// Outputs of one call, at most; 0 for as many as tokens.
    pub n_outputs_max: u32,
    /// The same for one sequence.
    pub n_outputs_max_per_seq: u32,
    /// Threads while answering.
    pub n_threads: i32,
    /// Threads while reading the question.
    pub n_threads_batch: i32,
    /// Kind of context.
    pub ctx_type: i32,
    /// Kind of position scaling; -1 as the model says.
    pub rope_scaling_type: i32,
    /// Pooling of embeddings.
    pub pooling_type: i32,
    /// Kind of attention.
    pub attention_type: i32,
    /// Flash attention: -1 where it helps.
    pub flash_attn_type: i32,
    /// Base frequency of positions; 0 as the model says.
    pub rope_freq_base: f32,
    /// Scale of positions; 0 as the model says.
    pub rope_freq_scale: f32,
    /// YaRN; negative as the model says.
    pub yarn_ext_factor: f32,
    /// YaRN.
    pub yarn_attn_factor: f32,
    /// YaRN.
    pub yarn_beta_fast: f32,
    /// YaRN.
    pub yarn_beta_slow: f32,
    /// YaRN.
    pub yarn_orig_ctx: u32,
    /// Without meaning today.
    pub defrag_thold: f32,
    /// Looks at every tensor; null.
    pub cb_eval: *mut c_void,
    /// Its data.
    pub cb_eval_user_data: *mut c_void,
    /// Type of the remembered keys: 1 is half precision.
    pub type_k: i32,
    /// Type of the remembered values.
    pub type_v: i32,
    /// Asked now and then whether to stop.
    pub abort_callback: Option<AbortCallback>,
    /// Its data.
    pub abort_callback_data: *mut c_void,
    /// Give embeddings too.
    pub embeddings: bool,
    /// Keep keys and values on the GPU.
    pub offload_kqv: bool,
    /// Measure nothing.
    pub no_perf: bool,
    /// Move operations to the GPU.
    pub op_offload: bool,
    /// Keep the whole window of sliding attention.
    pub swa_full: bool,
    /// One memory for all sequences, so that a common beginning is kept once.
    pub kv_unified: bool,
    /// Samplers run by the library; null.
    pub samplers: *mut c_void,
    /// How many.
    pub n_samplers: usize,
    /// A context to share with; null.
    pub ctx_other: *mut c_void,
}

/// `struct llama_batch`: tokens of one call.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// How many tokens.
    pub n_tokens: i32,
    /// The tokens.
    pub token: *mut Token,
    /// Embeddings instead; null.
    pub embd: *mut f32,
    /// Their positions.
    pub pos: *mut Pos,
    /// How many sequences each belongs to.
    pub n_seq_id: *mut i32,
    /// Which.
    pub seq_id: *mut *mut SeqId,
    /// Whether the distribution after it is wanted.
    pub logits: *mut i8,
}

/// `struct llama_token_data`: a candidate.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct TokenData {
    /// The token.
    pub id: Token,
    /// Its log-odds.
    pub logit: f32,
    /// Its probability.
    pub p: f32,
}

/// `struct llama_token_data_array`: candidates.
#[repr(C)]
#[derive(Debug)]
pub struct TokenDataArray {
    /// The candidates.
    pub data: *mut TokenData,
    /// How many.
    pub size: usize,
    /// The chosen one; -1 for none.
    pub selected: i64,
    /// Whether they stand in order.
    pub sorted: bool,
}

/// `struct llama_chat_message`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ChatMessage {
    /// `system` or `user`.
    pub role: *const c_char,
    /// What is said.
    pub content: *const c_char,
}

impl ModelParams {
    /// Fields that are not what release [`RELEASE`] gives as defaults.
    pub fn unlike_defaults(&self) -> Vec<&'static str> {
        let known = [
            ("devices", self.devices.is_null()),
            ("n_gpu_layers", self.n_gpu_layers == -1),
            ("split_mode", self.split_mode == 1),
            ("load_mode", self.load_mode == -1),
            ("lazy_mode", self.lazy_mode == 1),
            ("main_gpu", self.main_gpu == 0),
            ("progress_callback", self.progress_callback.is_none()),
            ("kv_overrides", self.kv_overrides.is_null()),
            ("vocab_only", !self.vocab_only),
            ("check_tensors", !self.check_tensors),
            ("use_extra_bufts", self.use_extra_bufts),
            ("no_alloc", !self.no_alloc),
        ];
        wrong(&known)
    }
}

impl ContextParams {
    /// Fields that are not what release [`RELEASE`] gives as defaults.
    pub fn unlike_defaults(&self) -> Vec<&'static str> {
        let known = [
            ("n_ctx", self.n_ctx == 512),
            ("n_batch", self.n_batch == 2048),
            ("n_ubatch", self.n_ubatch == 512),
            ("n_seq_max", self.n_seq_max == 1),
            ("n_outputs_max_per_seq", self.n_outputs_max_per_seq == 1),
            ("n_threads", self.n_threads == 4),
            ("n_threads_batch", self.n_threads_batch == 4),
            ("rope_scaling_type", self.rope_scaling_type == -1),
            ("attention_type", self.attention_type == -1),
            ("flash_attn_type", self.flash_attn_type == -1),
            ("yarn_beta_slow", self.yarn_beta_slow == -1.0),
            ("defrag_thold", self.defrag_thold == -1.0),
            ("cb_eval", self.cb_eval.is_null()),
            ("type_k", self.type_k == 1),
            ("type_v", self.type_v == 1),
            ("abort_callback", self.abort_callback.is_none()),
            ("embeddings", !self.embeddings),
            ("offload_kqv", self.offload_kqv),
            ("no_perf", self.no_perf),
            ("swa_full", self.swa_full),
            ("kv_unified", !self.kv_unified),
            ("samplers", self.samplers.is_null() && self.n_samplers == 0),
            ("ctx_other", self.ctx_other.is_null()),
        ];
        wrong(&known)
    }
}

fn wrong(known: &[(&'static str, bool)]) -> Vec<&'static str> {
    known.iter().filter(|(_, right)| !right).map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use super::*;

    /// Offsets as a C compiler lays out llama.h of the release on a 64-bit machine.
    #[test]
    fn fields_lie_where_the_header_puts_them() {
        assert_eq!((size_of::<ModelParams>(), size_of::<ContextParams>()), (80, 160));
        assert_eq!((offset_of!(ModelParams, tensor_split), offset_of!(ModelParams, vocab_only)), (40, 72));
        let context = [
            (offset_of!(ContextParams, n_threads), 28),
            (offset_of!(ContextParams, rope_freq_base), 56),
            (offset_of!(ContextParams, cb_eval), 88),
            (offset_of!(ContextParams, type_k), 104),
            (offset_of!(ContextParams, embeddings), 128),
            (offset_of!(ContextParams, samplers), 136),
        ];
        assert!(context.iter().all(|(found, wanted)| found == wanted), "{context:?}");
        assert_eq!((size_of::<Batch>(), size_of::<TokenDataArray>()), (56, 32));
    }
}
