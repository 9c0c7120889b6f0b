//! Why a file could not be stored or read.

/// Why a file could not be stored or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// The setting names no store.
    #[error(
        "cannot use '{location}' for objects: {reason}; give a folder, or an address such as s3://bucket/prefix"
    )]
    Location {
        /// The setting.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such file.
    #[error("there is no object {0}")]
    Missing(String),
    /// Larger than the caller reads.
    #[error("{path} holds {bytes} bytes, more than the {limit} that are read")]
    TooBig {
        /// The object.
        path: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A file on this side.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What was to be stored could not be read, or the store took no more.
    #[error("storing a file failed: {0}")]
    Copy(#[from] std::io::Error),
    /// The store failed.
    #[error("the object store failed: {0}")]
    Store(object_store::Error),
}

impl From<object_store::Error> for ObjectError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { path, .. } => Self::Missing(path),
            other => Self::Store(other),
        }
    }
}
