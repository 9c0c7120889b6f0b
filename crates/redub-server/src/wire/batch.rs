//! Batches and bulk statuses, the same for every kind of thing (contract §5).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, Cursor, Page};

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ItemStatus {
    /// Waits.
    Queued,
    /// Is worked on.
    Processing,
    /// Done.
    Completed,
    /// Ended without a result.
    Failed,
}

impl ItemStatus {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Whether it will not change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatchStatus {
    /// Some items are not done.
    Processing,
    /// All items ended, at least one of them well.
    Completed,
    /// All items failed.
    Failed,
}

/// Why an item failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemError {
    /// Stable name of the error.
    pub code: String,
    /// What failed.
    pub message: String,
}

/// One item of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchItem {
    /// Its place in the batch, from 0.
    pub item_index: i64,
    /// How far it is.
    pub status: ItemStatus,
    /// Id of what the item stands for, under this name for every kind of batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ItemError>,
}

/// A batch. Its paging lies inside `data`, as HeyGen has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Batch {
    /// Its id.
    pub batch_id: String,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How far it is.
    pub status: BatchStatus,
    /// Items in all.
    pub total_items: usize,
    /// Items of each status.
    pub counts_by_status: BTreeMap<&'static str, usize>,
    /// Unix seconds.
    pub created_at: i64,
    /// The items of this page.
    pub items: Vec<BatchItem>,
    /// Whether there are more.
    pub has_more: bool,
    /// What to send as `token` for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A batch as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchHead {
    /// Its id.
    pub id: String,
    /// Title.
    pub title: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
}

impl Batch {
    /// Items on a page, unless asked otherwise.
    pub const PAGE: usize = 100;

    /// A page of a batch from all its items, in order.
    pub fn new(head: BatchHead, items: Vec<BatchItem>, page: &Page) -> Self {
        let mut counts_by_status = BTreeMap::new();
        for item in &items {
            *counts_by_status.entry(item.status.as_str()).or_default() += 1;
        }
        let status = status_of(items.iter().map(|item| item.status));
        let total_items = items.len();
        let after = page.after.map_or(-1, |cursor| cursor.0);
        let mut rest = items.into_iter().filter(|item| item.item_index > after);
        let items: Vec<_> = rest.by_ref().take(page.limit).collect();
        let has_more = rest.next().is_some();
        let next_token = items.last().filter(|_| has_more).map(|item| Cursor(item.item_index).token());
        let BatchHead { id, title, created_at } = head;
        Self {
            batch_id: id,
            title,
            status,
            total_items,
            counts_by_status,
            created_at,
            items,
            has_more,
            next_token,
        }
    }
}

/// How far a batch with such items is.
pub fn status_of(items: impl IntoIterator<Item = ItemStatus>) -> BatchStatus {
    let mut all = BatchStatus::Failed;
    for item in items {
        match item {
            ItemStatus::Queued | ItemStatus::Processing => return BatchStatus::Processing,
            ItemStatus::Completed => all = BatchStatus::Completed,
            ItemStatus::Failed => {}
        }
    }
    all
}

/// One answer of a bulk status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusItem {
    /// `queued`, `processing`, `completed`, `failed`, or `not_found` for ids that are unknown or somebody else's.
    pub status: &'static str,
    /// Id of what was asked for, under this name for every kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<String>,
    /// Its batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<String>,
    /// Its place in the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_index: Option<i64>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ItemError>,
}

impl StatusItem {
    /// An id that is not there.
    pub fn not_found(id: &str) -> Self {
        let video_id = Some(id.to_owned());
        Self { status: "not_found", video_id, batch_id: None, item_index: None, error: None }
    }

    /// A batch that is not there.
    pub fn batch_not_found(id: &str) -> Self {
        let batch_id = Some(id.to_owned());
        Self { status: "not_found", video_id: None, batch_id, item_index: None, error: None }
    }

    /// An item of a batch.
    pub fn of_batch(batch_id: &str, item: BatchItem) -> Self {
        Self {
            status: item.status.as_str(),
            video_id: item.video_id,
            batch_id: Some(batch_id.to_owned()),
            item_index: Some(item.item_index),
            error: item.error,
        }
    }
}

/// Most ids that one question may name.
const MOST_IDS: usize = 100;

/// The ids of a bulk status: two lists with commas, together 1 to 100.
///
/// # Errors
/// 400 for none or too many.
pub fn ids(
    param: &str,
    ids: Option<&str>,
    batches: Option<&str>,
) -> Result<(Vec<String>, Vec<String>), ApiError> {
    let split = |text: Option<&str>| -> Vec<String> {
        let words = text.unwrap_or_default().split(',').map(str::trim);
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (ids, batches) = (split(ids), split(batches));
    match ids.len() + batches.len() {
        0 => Err(ApiError::invalid(param, format!("Name what is asked for in {param} or batch_ids"))),
        1..=MOST_IDS => Ok((ids, batches)),
        n => Err(ApiError::invalid(param, format!("{n} ids were given; ask for up to {MOST_IDS} at a time"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(item_index: i64, status: ItemStatus) -> BatchItem {
        BatchItem { item_index, status, video_id: None, error: None }
    }

    #[test]
    fn a_batch_counts_all_items_and_shows_a_page_of_them() {
        use ItemStatus::{Completed, Failed, Queued};
        let head = BatchHead { id: "b".into(), title: None, created_at: 1 };
        let items = vec![item(0, Completed), item(1, Failed), item(2, Queued)];
        let first = Batch::new(head.clone(), items.clone(), &Page::new(Some(2), None, 100).unwrap());
        assert_eq!((first.items.len(), first.has_more, first.status), (2, true, BatchStatus::Processing));
        assert_eq!(first.counts_by_status, [("completed", 1), ("failed", 1), ("queued", 1)].into());
        let token = first.next_token.unwrap();
        let second = Batch::new(head, items, &Page::new(Some(2), Some(&token), 100).unwrap());
        assert_eq!((second.items[0].item_index, second.has_more, second.total_items), (2, false, 3));
        assert_eq!(status_of([Failed, Completed]), BatchStatus::Completed);
        assert_eq!(status_of([Failed, Failed]), BatchStatus::Failed);
    }

    #[test]
    fn ids_come_with_commas() {
        assert_eq!(
            ids("ids", Some(" a,b,,"), Some("c")).unwrap(),
            (vec!["a".into(), "b".into()], vec!["c".into()])
        );
        assert!(ids("ids", Some(","), None).is_err());
        assert!(ids("ids", Some(&"a,".repeat(101)), None).is_err());
    }
}
