//! Faces and mouths: shots, face tracks, who is talking, the gate, the mouth renderer.

pub mod detect;
pub mod error;
pub mod gate;
pub mod landmarks;
pub mod mouth;
pub mod picture;
pub mod shots;
pub mod speaking;
pub mod tracks;

pub use error::VisionError;
pub use picture::{Affine, Picture};
