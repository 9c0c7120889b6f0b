//! The rest of a body that is refused.

use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};

/// Bytes that are taken of a body after it was refused, and the time for them.
const MOST_DRAINED: usize = 8 << 20;
const DRAINING: Duration = Duration::from_secs(2);

/// Takes a little more of a body that will be refused: a client that is cut off while it sends may never read why.
pub async fn drain<E>(mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    let some = async {
        let mut left = MOST_DRAINED;
        while let Some(Ok(piece)) = pieces.next().await {
            left = left.saturating_sub(piece.len());
            if left == 0 {
                break;
            }
        }
    };
    // Whoever is slower than this is cut off.
    let _ = tokio::time::timeout(DRAINING, some).await;
}
