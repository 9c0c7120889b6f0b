//! Uploads: what they are, how large they may be, and what the database knows of them.

pub mod kind;
pub mod rows;

pub use kind::AssetKind;
pub use rows::Asset;

/// Where an asset's bytes lie in the object store.
pub fn key(id: &str) -> String {
    format!("assets/{id}/content")
}
