//! The operations, each with how gradients pass through it.

mod conv;
mod elementwise;
mod lstm;
mod norm;
mod reduce;
mod shape;

pub use conv::Conv;
pub use lstm::Lstm;
