//! Neural engines.

mod firefox;

pub use firefox::Firefox;
pub(crate) use firefox::{found, installed, model_id};
