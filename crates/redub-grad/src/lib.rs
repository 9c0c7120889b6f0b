//! Builds ONNX graphs together with their gradients.
//!
//! ONNX Runtime as it is installed everywhere only runs networks forward. But a gradient is a computation like any other: this
//! crate writes it into the graph (reverse-mode automatic differentiation; Griewank and Walther 2008, chapter 3), so
//! that the one runtime of the program can also fit a network, at the speed of its convolutions and without another engine.
//!
//! A [`Graph`] is built by calling its operations, each of which gives a [`Value`]. [`Graph::gradients`] then adds what a
//! number's gradients by parameters are computed with, and [`Graph::model`] gives the bytes of the model.
//!
//! Shapes are known while building; sizes called free ([`Size::Free`]) may differ when the graph is run forward.

mod gradient;
mod graph;
mod ops;
mod write;

pub use graph::{Graph, Size, Value};
pub use ops::{Conv, Lstm};
