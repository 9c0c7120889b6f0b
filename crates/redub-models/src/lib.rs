//! Models: which there are, how their files are fetched and checked, how they are loaded once and shared.
//!
//! The [`Catalog`] says what each model is for, its licence, its files with their sha256 and where they come
//! from. [`pull()`] brings missing files into the [`ModelStore`], which hands out paths and shared ONNX sessions.
//! [`threads`] is the one place that knows how many threads engines may use.

pub mod catalog;
pub mod error;
mod fetch;
mod hash;
pub mod kokoro;
pub mod onnx;
pub mod pins;
pub mod pull;
pub mod store;
pub mod threads;
pub mod wire;

pub use catalog::{Catalog, Model, ModelFile, Source};
pub use error::ModelError;
pub use onnx::OnnxSession;
pub use pull::{PullEvent, PullOptions, pull, pull_all};
pub use store::{FileCheck, ModelState, ModelStore};
