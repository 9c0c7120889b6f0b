//! Neural engines.

mod codes;
mod ctranslate;
mod firefox;

pub(crate) use ctranslate::{Ctranslate, direction, multilingual};
pub use firefox::Firefox;
pub(crate) use firefox::{found, installed, model_id};
