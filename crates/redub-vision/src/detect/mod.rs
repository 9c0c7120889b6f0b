//! Where there are faces, and hands before them.

mod anchors;
mod boxes;
mod faces;
mod palms;
mod ssd;

pub use boxes::{Detection, overlap};
pub use faces::FaceDetector;
pub use palms::{PalmDetector, reach};
