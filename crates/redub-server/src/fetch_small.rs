//! Small files that are looked at while their request waits.

use std::ops::ControlFlow;
use std::time::Duration;

use axum::http::StatusCode;
use bytes::Bytes;
use redub_media::fetch::{self, FetchOptions};

use crate::assets;
use crate::state::App;
use crate::wire::{ApiError, AssetInput};

/// Longest time a file may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The bytes of a file, at most `most`. An asset must have been checked to be the tenant's ([`crate::check::input`]).
///
/// # Errors
/// 400 `download_failed`, or 413 for a file that is too large.
pub async fn bytes(app: &App, param: &str, input: &AssetInput, most: u64) -> Result<Bytes, ApiError> {
    match input {
        AssetInput::AssetId { asset_id } => {
            let read = app.objects.read(&assets::key(asset_id), most).await;
            read.map_err(|e| ApiError::invalid(param, format!("Asset {asset_id} cannot be read: {e}")))
        }
        AssetInput::Url { url } => {
            let folder = tempfile::tempdir_in(app.config.work()).map_err(ApiError::internal)?;
            let path = folder.path().join("file");
            let options = FetchOptions {
                max_bytes: most,
                max_time: PATIENCE,
                allow: app.config.allow_private_hosts.clone(),
            };
            let (url, target) = (url.clone(), path.clone());
            let fetched = tokio::task::spawn_blocking(move || {
                fetch::fetch(&url, &target, &options, &mut |_| ControlFlow::Continue(()))
            });
            let fetched = fetched.await.map_err(ApiError::internal)?;
            crate::metrics::fetch(if fetched.is_ok() { "ok" } else { "failed" });
            fetched.map_err(|e| ApiError {
                param: Some(param.to_owned()),
                ..ApiError::new(StatusCode::BAD_REQUEST, "download_failed", e.to_string())
            })?;
            Ok(tokio::fs::read(&path).await.map_err(ApiError::internal)?.into())
        }
    }
}
