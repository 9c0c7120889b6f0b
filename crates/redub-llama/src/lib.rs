//! llama.cpp, loaded at run time the way ONNX Runtime is: nothing is compiled or linked, the released libraries are pulled
//! like a model and opened with `dlopen`.
//!
//! [`Library::load`] opens them and refuses any other release than the one whose structures are written down in [`abi`].
//! A [`Model`] is a GGUF file; a [`Session`] answers several [`Ask`]s at once, each held to its own grammar, so that an
//! answer always has the form asked for. Decoding is greedy: nothing is left to chance but what rounding leaves to it, since
//! questions answered together are summed in another order than alone.

pub mod abi;
pub mod error;
mod grammar;
pub mod library;
pub mod model;
pub mod session;
pub mod threads;

pub use error::LlamaError;
pub use library::Library;
pub use model::Model;
pub use session::{Ask, Gap, Session, Settings, Watch};
