//! A GGUF file: its words and the form its questions take.

use std::ffi::{CStr, CString, c_void};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::abi::{ChatMessage, Token};
use crate::error::LlamaError;
use crate::library::{Library, RawModel, RawVocab};

/// Is told how far loading has come, 0..1; breaks to stop it.
pub type Loading<'a> = dyn FnMut(f32) -> ControlFlow<()> + 'a;

/// A loaded language model. Its weights are mapped from the file and shared by all sessions.
#[derive(Debug)]
pub struct Model {
    pub(crate) library: Arc<Library>,
    pub(crate) raw: NonNull<RawModel>,
    vocabulary: NonNull<RawVocab>,
    words: usize,
}

// SAFETY: a loaded model is only read; llama.cpp's own server shares one between threads.
unsafe impl Send for Model {}
// SAFETY: as above.
unsafe impl Sync for Model {}

impl Model {
    /// Opens a GGUF file.
    ///
    /// # Errors
    /// A file that is none, is damaged or of an unknown kind; [`LlamaError::Stopped`] when `loading` breaks.
    pub fn load(library: &Arc<Library>, file: &Path, loading: &mut Loading<'_>) -> Result<Self, LlamaError> {
        let wrong = |why: &str| LlamaError::Model { path: file.to_owned(), why: why.to_owned() };
        let path = CString::new(file.as_os_str().as_bytes()).map_err(|_| wrong("its name holds a zero"))?;
        if !file.is_file() {
            return Err(wrong("there is no such file"));
        }
        let mut state = (loading, false);
        // SAFETY: takes nothing.
        let mut params = unsafe { (library.f.llama_model_default_params)() }.value;
        params.progress_callback = Some(progress);
        params.progress_callback_user_data = (&raw mut state).cast();
        // SAFETY: `path` and `state` outlive the call, which is the only one that uses them.
        let raw = unsafe { (library.f.llama_model_load_from_file)(path.as_ptr(), params) };
        if state.1 {
            return Err(LlamaError::Stopped);
        }
        let raw = NonNull::new(raw)
            .ok_or_else(|| wrong("it is no GGUF file, is damaged, or needs a newer llama.cpp"))?;
        // SAFETY: the model was just loaded; its vocabulary lives as long as it.
        let vocabulary = NonNull::new(unsafe { (library.f.llama_model_get_vocab)(raw.as_ptr()) }.cast_mut());
        let Some(vocabulary) = vocabulary else { return Err(wrong("it has no vocabulary")) };
        // SAFETY: the vocabulary is valid.
        let words = unsafe { (library.f.llama_vocab_n_tokens)(vocabulary.as_ptr()) };
        Ok(Self { library: library.clone(), raw, vocabulary, words: usize::try_from(words).unwrap_or(0) })
    }

    pub(crate) fn vocabulary(&self) -> *const RawVocab {
        self.vocabulary.as_ptr()
    }

    /// How many tokens its vocabulary has.
    pub fn words(&self) -> usize {
        self.words
    }

    /// Tokens it was trained to remember.
    pub fn longest(&self) -> usize {
        // SAFETY: the model is valid.
        usize::try_from(unsafe { (self.library.f.llama_model_n_ctx_train)(self.raw.as_ptr()) }).unwrap_or(0)
    }

    /// A value of the file's metadata, such as `general.name`.
    pub fn meta(&self, key: &str) -> Option<String> {
        let key = CString::new(key).ok()?;
        let mut text = vec![0u8; 512];
        // SAFETY: at most `text.len()` bytes are written, with a zero at their end.
        let length = unsafe {
            (self.library.f.llama_model_meta_val_str)(
                self.raw.as_ptr(),
                key.as_ptr(),
                text.as_mut_ptr().cast(),
                text.len(),
            )
        };
        usize::try_from(length).ok()?;
        Some(CStr::from_bytes_until_nul(&text).ok()?.to_string_lossy().into_owned())
    }

    /// Tokens of a text; `special` reads marks such as `<|im_start|>` as what they stand for.
    ///
    /// # Errors
    /// A text too long to count.
    pub fn tokens(&self, text: &str, special: bool) -> Result<Vec<Token>, LlamaError> {
        let length = i32::try_from(text.len()).map_err(|_| LlamaError::Ask("it is too long".into()))?;
        let mut tokens: Vec<Token> = vec![0; text.len() + 8];
        loop {
            let room = i32::try_from(tokens.len()).unwrap_or(i32::MAX);
            // SAFETY: `length` bytes are read and at most `room` tokens written.
            let found = unsafe {
                (self.library.f.llama_tokenize)(
                    self.vocabulary(),
                    text.as_ptr().cast(),
                    length,
                    tokens.as_mut_ptr(),
                    room,
                    special,
                    special,
                )
            };
            match usize::try_from(found) {
                Ok(n) => {
                    tokens.truncate(n);
                    return Ok(tokens);
                }
                // The negative of what it needs.
                Err(_) if found > i32::MIN && found.unsigned_abs() as usize > tokens.len() => {
                    tokens.resize(found.unsigned_abs() as usize, 0);
                }
                Err(_) => return Err(LlamaError::Ask("it cannot be cut into tokens".into())),
            }
        }
    }

    /// The bytes a token stands for; none for marks.
    pub fn piece(&self, token: Token) -> Vec<u8> {
        let mut bytes = vec![0u8; 64];
        for _ in 0..2 {
            let room = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
            // SAFETY: at most `room` bytes are written.
            let found = unsafe {
                let buffer = bytes.as_mut_ptr().cast();
                (self.library.f.llama_token_to_piece)(self.vocabulary(), token, buffer, room, 0, false)
            };
            match usize::try_from(found) {
                Ok(n) => {
                    bytes.truncate(n);
                    return bytes;
                }
                Err(_) => bytes.resize(found.unsigned_abs() as usize, 0),
            }
        }
        Vec::new()
    }

    /// Whether a token ends an answer.
    pub(crate) fn ends(&self, token: Token) -> bool {
        // SAFETY: the vocabulary is valid; a token outside of it is answered with false.
        unsafe { (self.library.f.llama_vocab_is_eog)(self.vocabulary(), token) }
    }

    /// Whether a token is a mark that stands for no text.
    pub(crate) fn is_mark(&self, token: Token) -> bool {
        // SAFETY: as above.
        unsafe { (self.library.f.llama_vocab_is_control)(self.vocabulary(), token) }
    }

    /// A question in the form the model was trained on: its own template where llama.cpp knows it, else ChatML.
    ///
    /// # Errors
    /// Texts that hold a zero.
    pub fn question(&self, system: &str, user: &str) -> Result<String, LlamaError> {
        let zero = |_| LlamaError::Ask("it holds a zero".into());
        let (system, user) = (CString::new(system).map_err(zero)?, CString::new(user).map_err(zero)?);
        let messages = [
            ChatMessage { role: c"system".as_ptr(), content: system.as_ptr() },
            ChatMessage { role: c"user".as_ptr(), content: user.as_ptr() },
        ];
        // SAFETY: the model is valid; the template, if any, lives as long as it.
        let own = unsafe { (self.library.f.llama_model_chat_template)(self.raw.as_ptr(), std::ptr::null()) };
        let mut text = vec![0u8; 2 * (system.count_bytes() + user.count_bytes()) + 1024];
        for template in [own, c"chatml".as_ptr()].into_iter().filter(|t| !t.is_null()) {
            for _ in 0..2 {
                let room = i32::try_from(text.len()).unwrap_or(i32::MAX);
                // SAFETY: all texts end in a zero and outlive the call; at most `room` bytes are written.
                let found = unsafe {
                    let buffer = text.as_mut_ptr().cast();
                    let n = messages.len();
                    (self.library.f.llama_chat_apply_template)(
                        template,
                        messages.as_ptr(),
                        n,
                        true,
                        buffer,
                        room,
                    )
                };
                match usize::try_from(found) {
                    Ok(n) if n <= text.len() => {
                        text.truncate(n);
                        return Ok(String::from_utf8_lossy(&text).into_owned());
                    }
                    Ok(n) => text.resize(n + 1, 0),
                    // A template that llama.cpp does not know.
                    Err(_) => break,
                }
            }
        }
        Err(LlamaError::Ask("no form for questions is known".into()))
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: loaded once, freed once; sessions hold the model, so none is left.
        unsafe { (self.library.f.llama_model_free)(self.raw.as_ptr()) }
    }
}

unsafe extern "C" fn progress(done: f32, data: *mut c_void) -> bool {
    // SAFETY: `data` is the state of the one call of `Model::load` that is under way, on its own thread.
    let state = unsafe { &mut *data.cast::<(&mut Loading<'_>, bool)>() };
    if (state.0)(done).is_break() {
        state.1 = true;
    }
    !state.1
}
