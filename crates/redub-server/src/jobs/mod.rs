//! Jobs: what is asked for, the queue they wait in, the worker that runs them.
//!
//! The row of a job is its place in the queue: a job is there exactly when its resource is, a transaction that makes
//! one makes both, and deleting it takes it out. See docs/adr for why no queue library stands between.

mod create;
mod housekeeping;
mod progress;
mod queue;
mod row;
mod spec;
mod worker;

pub use create::{NewJob, Room, insert, room};
pub use housekeeping::housekeeping;
pub use progress::{Progress, StageProgress};
pub use row::{JobRow, active, by_batch, delete, find, list, statuses};
pub use spec::{FpsMode, Kind, Mode, Spec, SrtRole, Status};
pub use worker::worker;
