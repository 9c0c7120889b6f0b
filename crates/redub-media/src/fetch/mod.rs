//! Fetches a media file from an address that a stranger gave.
//!
//! Only http and https, only addresses of the public Internet (checked after resolution, for every redirect anew, and
//! the connection goes to the address that was checked), up to a size and a time. Proxies of the environment are not
//! used: behind one, the check would be worth nothing.

mod address;
mod allow;
mod download;
mod error;
mod post;
#[cfg(test)]
mod rebinding;
mod resolver;

pub use address::forbidden;
pub use allow::AllowList;
pub use download::{FetchOptions, Fetched, Progress, fetch, is_url};
pub use error::FetchError;
pub use post::post;
