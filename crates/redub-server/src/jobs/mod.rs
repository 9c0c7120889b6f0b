//! Jobs: what is asked for, the queue they wait in, the worker that runs them.
//!
//! The row of a job is its place in the queue: a job is there exactly when its resource is, a transaction that makes
//! one makes both, and deleting it takes it out. See docs/adr for why no queue library stands between.

mod create;
mod explain;
mod finish;
mod housekeeping;
mod inputs;
mod progress;
mod queue;
mod remove;
mod row;
mod run;
mod spec;
mod tracker;
mod worker;

pub use create::{NewJob, Room, insert, room, submit};
pub use housekeeping::housekeeping;
pub use inputs::kept_prefix;
pub use progress::{Progress, StageProgress, progress};
pub use remove::{remove, rename};
pub use row::{JobRow, by_ids, find, find_any, list};
pub use run::pipeline_job;
pub use spec::{FpsMode, Kind, Mode, Spec, SrtRole, Status};
pub use worker::{WorkerId, worker};
