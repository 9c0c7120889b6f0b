//! Faces followed through shots.

mod assemble;
mod canonical;
mod foreign;
mod hands;
mod live;
mod one_euro;
mod pose;
mod rotation;
mod settings;
mod smooth;
mod tracker;
mod types;

pub use canonical::canonical_face;
pub use one_euro::OneEuro;
pub use settings::TrackerSettings;
pub use tracker::Tracker;
pub use types::{FaceTrack, Faces, Observation, Pose};
