//! Takes bytes in: to the store as they come, within limits of size and patience.

use std::time::Duration;

use axum::http::StatusCode;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::kind::LOOKED_AT;
use crate::objects::Objects;
use crate::sign::hex;
use crate::wire::{ApiError, drain};

/// Longest time between two pieces.
const PATIENCE: Duration = Duration::from_secs(30);
/// Least speed over the whole, bytes per second: who is slower than this for longer than [`PATIENCE`] is cut off.
const LEAST_SPEED: u64 = 1024;

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// The first bytes.
    pub head: Vec<u8>,
}

/// Stores a stream under `key`; when anything fails, nothing is stored.
///
/// # Errors
/// 413 beyond `limit` bytes, 408 for a stream that stalls, 400 for one that breaks, 500 when the store fails.
pub async fn receive<E: std::fmt::Display>(
    objects: &Objects,
    key: &str,
    pieces: impl Stream<Item = Result<Bytes, E>>,
    limit: u64,
) -> Result<Received, ApiError> {
    let mut writer = objects.writer(key);
    let taken = take(&mut writer, pieces, limit).await;
    let taken = match taken {
        Ok(taken) => writer.shutdown().await.map(|()| taken).map_err(stored),
        Err(error) => Err(error),
    };
    if taken.is_err() {
        // What was written so far is of no use, and the first error is the one that matters.
        let _ = writer.abort().await;
    }
    taken
}

async fn take<E: std::fmt::Display>(
    writer: &mut (impl AsyncWriteExt + Unpin),
    pieces: impl Stream<Item = Result<Bytes, E>>,
    limit: u64,
) -> Result<Received, ApiError> {
    let begun = tokio::time::Instant::now();
    let mut pieces = std::pin::pin!(pieces);
    let (mut size, mut hash, mut head) = (0u64, Sha256::new(), Vec::new());
    loop {
        let piece = match tokio::time::timeout(PATIENCE, pieces.next()).await {
            Ok(None) => break,
            Ok(Some(Ok(piece))) => piece,
            Ok(Some(Err(error))) => return Err(broken(&error)),
            Err(_) => return Err(stalled()),
        };
        size += piece.len() as u64;
        if size > limit {
            drain(pieces.as_mut()).await;
            return Err(too_large(limit));
        }
        if begun.elapsed() > PATIENCE && size / begun.elapsed().as_secs().max(1) < LEAST_SPEED {
            return Err(stalled());
        }
        let wanted = LOOKED_AT.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(&piece[..wanted]);
        hash.update(&piece);
        writer.write_all(&piece).await.map_err(stored)?;
    }
    Ok(Received { size, sha256: hex(&hash.finalize()), head })
}

/// 413 naming the limit and the way around it.
pub fn too_large(limit: u64) -> ApiError {
    let limit = match limit {
        limit if limit % (1 << 20) == 0 => format!("{} MB", limit >> 20),
        limit => format!("{limit} bytes"),
    };
    ApiError::too_large(format!(
        "The file is larger than {limit}; larger files go through POST /v3/assets/direct-uploads, up to its max_bytes"
    ))
}

fn broken(error: &impl std::fmt::Display) -> ApiError {
    let message = format!("The upload ended early: {error}; send it again");
    ApiError::new(StatusCode::BAD_REQUEST, "invalid_parameter", message)
}

fn stalled() -> ApiError {
    let message = "The upload stalled; send it again over a faster connection";
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", message)
}

fn stored(error: std::io::Error) -> ApiError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        tracing::error!("the disk is full");
        let message = "The server's disk is full; try again when its keeper has made room";
        return ApiError::new(StatusCode::INSUFFICIENT_STORAGE, "internal_error", message);
    }
    ApiError::internal(format_args!("object store: {error}"))
}
