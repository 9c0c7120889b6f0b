//! Many direct uploads at a time.

pub mod complete;
pub mod create;
pub mod get;
