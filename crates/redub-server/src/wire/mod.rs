//! What all requests and answers share.

pub mod arrived;
pub mod batch;
mod cursor;
mod drain;
mod envelope;
mod error;
mod extract;
mod id;
mod input;

pub use cursor::{Cursor, ItemPaging, Page, Paging};
pub(crate) use drain::drain;
pub use envelope::{Data, Deleted, List};
pub use error::{ApiError, ErrorBody, Failure};
pub use extract::{Base, Body, IdempotencyKey, OptionalBody, PathId, PathLine, Query};
pub(crate) use id::digits;
pub use id::{hex, secret};
pub use input::{AssetInput, present};
