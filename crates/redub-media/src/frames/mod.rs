//! Decodes pictures.
//!
//! [`times`] and [`FrameReader`] decode with the same arguments, so that the n-th time belongs to the n-th picture,
//! whatever the container claims.

mod decode;
mod reader;
mod times;

pub use reader::FrameReader;
pub use times::times;
