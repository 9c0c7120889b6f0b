//! The stages of a dub, the artifact store that remembers them, and the quality report.
//!
//! [`run`] takes a [`Job`] through all stages (DESIGN §2) and writes the results into the job's folder. Data moves
//! one way; each stage is a file in `stages/`, named by what it yields, and its result is filed in the [`Store`]
//! under a hash of everything it was made from.

mod context;
mod engines;
mod error;
mod estimate;
mod graph;
mod inspect;
mod job;
mod learn;
mod memory;
mod observer;
mod preflight;
mod record;
mod report;
mod review;
mod stages;
mod store;
pub mod timing;

pub use engines::Engines;
pub use error::PipelineError;
pub use estimate::{Estimate, ModelState, StageEstimate, estimate};
pub use graph::run;
pub use inspect::{InspectOptions, Inspection, inspect};
pub use job::{FpsMode, Job, Mode, PinnedVoice, ReviewedLine, SrtRole};
pub use learn::learn_voice;
pub use memory::peak_mb as peak_memory_mb;
pub use observer::{Cancel, Event, Observer};
pub use preflight::preflight;
pub use review::{
    Prepared, PreparedLine, PreparedSpeaker, Preview, Retranslated, prepare, preview, retranslate,
};
pub use store::{Artifact, Holding, Key, KeyBuilder, Limit, Store, Tidied};
