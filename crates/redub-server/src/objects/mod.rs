//! Files: uploads and results, in a local folder or an S3-compatible store, and the links to them.

mod error;
mod links;
mod range;
mod store;
pub mod sweep;

pub use error::ObjectError;
pub use links::{LinkError, Links, Target, job_key};
pub use range::Part;
pub use store::Objects;
