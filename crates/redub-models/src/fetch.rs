//! Getting bytes from elsewhere: registry packages through their own clients, archives, downloads.

pub(crate) mod archive;
mod client;
pub(crate) mod order;
mod package;
pub(crate) mod url;

pub(crate) use package::PackageId;
