//! Events and who is told of them.
//!
//! What happened is written to the [`outbox`] in the transaction of the change itself; [`deliver`] takes it from there to
//! the registered endpoints and to the callback of the request, with retries for a day (contract §8).

pub mod backoff;
pub mod deliver;
pub mod kinds;
mod links;
pub mod message;
pub mod outbox;
pub mod target;

pub use kinds::EventKind;
