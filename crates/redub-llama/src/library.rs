//! Opening the libraries, and the functions that are used of them.

use std::ffi::{CStr, CString, c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use libloading::os::unix::{Library as Handle, RTLD_LOCAL, RTLD_NOW};

use crate::abi::{
    AbortCallback, Batch, ChatMessage, ContextParams, LogCallback, ModelParams, Pos, RELEASE, SeqId, Token,
    TokenDataArray,
};
use crate::error::LlamaError;

/// File of llama.cpp proper; it finds the two below beside itself.
pub const LLAMA: &str = "libllama.v0.5.0.so";
/// File of the registry of backends.
const GGML: &str = "libggml.v0.5.0.so";

/// An opened GGUF file, as the library sees it.
pub(crate) enum RawModel {}
/// The words of a model.
pub(crate) enum RawVocab {}
/// What a model remembers while it answers.
pub(crate) enum RawContext {}
/// The remembered keys and values.
pub(crate) enum RawMemory {}
/// A filter on candidates.
pub(crate) enum RawSampler {}

/// A structure returned by value into room to spare: a library of another release, whose structure is longer, writes
/// into the room and not over something else.
#[repr(C)]
pub(crate) struct Roomy<T> {
    pub value: T,
    room: [u8; 256],
}

macro_rules! functions {
    ($($(#[$meta:meta])* $name:ident: $type:ty;)*) => {
        /// Addresses of the functions that are used; valid as long as the library is open.
        pub(crate) struct Functions { $($(#[$meta])* pub $name: $type,)* }

        impl Functions {
            /// # Safety
            /// `handle` must be llama.cpp of [`RELEASE`], whose functions have these types.
            unsafe fn find(handle: &Handle) -> Result<Self, String> {
                Ok(Self { $($name: {
                    // SAFETY: the caller vouches for the type; the address stays valid while the handle is open.
                    let symbol = unsafe { handle.get::<$type>(concat!(stringify!($name), "\0").as_bytes()) };
                    *symbol.map_err(|e| e.to_string())?
                },)* })
            }
        }
    };
}

functions! {
    llama_backend_init: unsafe extern "C" fn();
    llama_log_set: unsafe extern "C" fn(Option<LogCallback>, *mut c_void);
    llama_model_default_params: unsafe extern "C" fn() -> Roomy<ModelParams>;
    llama_context_default_params: unsafe extern "C" fn() -> Roomy<ContextParams>;
    llama_model_load_from_file: unsafe extern "C" fn(*const c_char, ModelParams) -> *mut RawModel;
    llama_model_free: unsafe extern "C" fn(*mut RawModel);
    llama_model_get_vocab: unsafe extern "C" fn(*const RawModel) -> *const RawVocab;
    llama_model_chat_template: unsafe extern "C" fn(*const RawModel, *const c_char) -> *const c_char;
    llama_model_meta_val_str: unsafe extern "C" fn(*const RawModel, *const c_char, *mut c_char, usize) -> i32;
    llama_model_n_ctx_train: unsafe extern "C" fn(*const RawModel) -> i32;
    llama_vocab_n_tokens: unsafe extern "C" fn(*const RawVocab) -> i32;
    llama_vocab_is_eog: unsafe extern "C" fn(*const RawVocab, Token) -> bool;
    llama_vocab_is_control: unsafe extern "C" fn(*const RawVocab, Token) -> bool;
    llama_tokenize: unsafe extern "C" fn(*const RawVocab, *const c_char, i32, *mut Token, i32, bool, bool) -> i32;
    llama_token_to_piece: unsafe extern "C" fn(*const RawVocab, Token, *mut c_char, i32, i32, bool) -> i32;
    llama_chat_apply_template: unsafe extern "C" fn(*const c_char, *const ChatMessage, usize, bool, *mut c_char, i32) -> i32;
    llama_init_from_model: unsafe extern "C" fn(*mut RawModel, ContextParams) -> *mut RawContext;
    llama_free: unsafe extern "C" fn(*mut RawContext);
    llama_set_n_threads: unsafe extern "C" fn(*mut RawContext, i32, i32);
    llama_set_abort_callback: unsafe extern "C" fn(*mut RawContext, Option<AbortCallback>, *mut c_void);
    llama_decode: unsafe extern "C" fn(*mut RawContext, Batch) -> i32;
    llama_get_logits_ith: unsafe extern "C" fn(*mut RawContext, i32) -> *mut f32;
    llama_get_memory: unsafe extern "C" fn(*const RawContext) -> *mut RawMemory;
    llama_memory_seq_rm: unsafe extern "C" fn(*mut RawMemory, SeqId, Pos, Pos) -> bool;
    llama_memory_seq_cp: unsafe extern "C" fn(*mut RawMemory, SeqId, SeqId, Pos, Pos);
    llama_sampler_init_grammar: unsafe extern "C" fn(*const RawVocab, *const c_char, *const c_char) -> *mut RawSampler;
    llama_sampler_apply: unsafe extern "C" fn(*mut RawSampler, *mut TokenDataArray);
    llama_sampler_accept: unsafe extern "C" fn(*mut RawSampler, Token);
    llama_sampler_free: unsafe extern "C" fn(*mut RawSampler);
}

/// llama.cpp, open for the rest of the program's life.
pub struct Library {
    pub(crate) f: Functions,
    path: PathBuf,
    // Never closed while anything of it is in use: models and sessions hold the library.
    _handles: [Handle; 2],
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Library").field(&self.path).finish()
    }
}

static LOADED: Mutex<Option<Arc<Library>>> = Mutex::new(None);

impl Library {
    /// Opens the libraries in `folder` and the one for this processor among its `libggml-cpu-*.so`. They are opened once:
    /// from then on every call gets the same, whatever the folder.
    ///
    /// # Errors
    /// Libraries that are missing, of another release, or laid out differently than [`crate::abi`] says.
    pub fn load(folder: &Path) -> Result<Arc<Self>, LlamaError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(library) = loaded.as_ref() {
            return Ok(library.clone());
        }
        let library = Arc::new(Self::open(folder)?);
        *loaded = Some(library.clone());
        Ok(library)
    }

    fn open(folder: &Path) -> Result<Self, LlamaError> {
        let path = folder.join(LLAMA);
        let broken = |path: &Path, why: String| LlamaError::Library { path: path.to_owned(), why };
        let open = |name: &str| {
            let path = folder.join(name);
            // SAFETY: the initialisers of these libraries only fill tables of their own.
            unsafe { Handle::open(Some(&path), RTLD_NOW | RTLD_LOCAL) }
                .map_err(|e| broken(&path, e.to_string()))
        };
        let (llama, ggml) = (open(LLAMA)?, open(GGML)?);
        let found = release(&llama).map_err(|why| broken(&path, why))?;
        let other = |why: String| LlamaError::Release {
            path: path.clone(),
            found: found.clone(),
            wanted: RELEASE,
            why,
        };
        if found.split('-').next() != Some(RELEASE) {
            return Err(other("its structures may be others".into()));
        }
        // SAFETY: the release is the one the types are of.
        let f = unsafe { Functions::find(&llama) }.map_err(|why| broken(&path, why))?;
        // SAFETY: both take nothing and return a structure into room that is large enough.
        let (model, context) =
            unsafe { ((f.llama_model_default_params)().value, (f.llama_context_default_params)().value) };
        let unlike = [model.unlike_defaults(), context.unlike_defaults()].concat();
        if !unlike.is_empty() {
            return Err(other(format!("its defaults differ in {}", unlike.join(", "))));
        }
        // SAFETY: `log` has the type that is asked for and needs no data; initialising may come at any time.
        unsafe {
            (f.llama_log_set)(Some(log), std::ptr::null_mut());
            (f.llama_backend_init)();
        }
        load_backends(&ggml, folder).map_err(|why| broken(&folder.join(GGML), why))?;
        Ok(Self { f, path, _handles: [llama, ggml] })
    }
}

/// What the library calls itself, such as `0.5.0-dev`.
fn release(llama: &Handle) -> Result<String, String> {
    // SAFETY: in every release that has it, this function takes nothing and returns a text that lives for ever.
    unsafe {
        let version = llama.get::<unsafe extern "C" fn() -> *const c_char>(b"llama_version\0");
        let version =
            version.map_err(|_| "it is older than the first release that has a number".to_owned())?();
        Ok(CStr::from_ptr(version).to_string_lossy().into_owned())
    }
}

/// Loads the best of the processor libraries in `folder` for this machine.
fn load_backends(ggml: &Handle, folder: &Path) -> Result<(), String> {
    let folder = CString::new(folder.as_os_str().as_bytes()).map_err(|e| e.to_string())?;
    type Load = unsafe extern "C" fn(*const c_char);
    type Count = unsafe extern "C" fn() -> usize;
    // SAFETY: types as in ggml-backend.h of the release; the text outlives the call.
    let devices = unsafe {
        let load = ggml.get::<Load>(b"ggml_backend_load_all_from_path\0").map_err(|e| e.to_string())?;
        load(folder.as_ptr());
        ggml.get::<Count>(b"ggml_backend_dev_count\0").map_err(|e| e.to_string())?()
    };
    if devices == 0 {
        Err("none of the libggml-cpu-*.so beside it suits this processor".into())
    } else {
        Ok(())
    }
}

/// Puts the library's log into ours; its chatter about tensors is of interest to nobody else.
unsafe extern "C" fn log(level: i32, text: *const c_char, _: *mut c_void) {
    if text.is_null() {
        return;
    }
    // SAFETY: the library passes a text that ends in a zero.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    match (level, text.trim()) {
        (_, "" | ".") => {}
        (4, text) => tracing::warn!(target: "llama", "{text}"),
        (_, text) => tracing::trace!(target: "llama", "{text}"),
    }
}
