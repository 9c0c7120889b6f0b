//! Files that a request names.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// A file by its address or by the id of an uploaded asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AssetInput {
    /// `{"type": "url", "url": "https://…"}`
    Url {
        /// http or https address.
        url: String,
    },
    /// `{"type": "asset_id", "asset_id": "…"}`
    AssetId {
        /// Id of a completed asset.
        asset_id: String,
    },
}

/// Takes `null` for a field with a default as if it were left out.
pub fn present<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
