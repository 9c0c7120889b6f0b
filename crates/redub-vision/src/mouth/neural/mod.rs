//! The `neural` renderer: a generator network draws the lower face, everything round it is ours.
//!
//! 1. [`Face`] cuts the face out, upright, as the square that such networks learn on.
//! 2. [`Generator`] runs the network: the face without its lower half, the face as it is, and the mouth shapes heard
//!    round the instant (`Heard`) give the face that says them.
//! 3. [`NeuralRenderer`] lays the generated lower face back under a soft mask, in the frame's own tone.
//!
//! No such network comes with the program: docs/adr/033 says what one has to look like.

mod face;
mod generator;
mod renderer;
#[cfg(test)]
mod tests;

pub use face::Face;
pub use generator::{Generator, Heard, SHAPES, SIDE};
pub use renderer::NeuralRenderer;
