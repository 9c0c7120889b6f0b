//! Many lip-syncs at a time.

pub mod create;
pub mod get;
