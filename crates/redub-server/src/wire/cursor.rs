//! Paging: `limit` and an opaque `token`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;

use super::batch::Batch;
use super::{ApiError, List};

/// Where a page begins: behind the row with this `seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub i64);

impl Cursor {
    /// The token that stands for it.
    pub fn token(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("v1:{}", self.0))
    }

    /// Reads a token.
    ///
    /// # Errors
    /// 400 for anything we did not hand out.
    pub fn parse(token: &str) -> Result<Self, ApiError> {
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            text.strip_prefix("v1:")?.parse().ok().map(Self)
        };
        read().ok_or_else(|| {
            ApiError::invalid(
                "token",
                "token is not a next_token of an earlier answer; leave it out to begin anew",
            )
        })
    }
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Most things on a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// Which page of a batch's items.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemPaging {
    /// Most items on a page.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

impl Paging {
    /// The page.
    ///
    /// # Errors
    /// 400 for a limit outside 1..=100 or a foreign token.
    pub fn page(&self) -> Result<Page, ApiError> {
        Page::new(self.limit, self.token.as_deref(), 10)
    }
}

impl ItemPaging {
    /// The page.
    ///
    /// # Errors
    /// 400 for a limit outside 1..=100 or a foreign token.
    pub fn page(&self) -> Result<Page, ApiError> {
        Page::new(self.limit, self.token.as_deref(), Batch::PAGE)
    }
}

/// The page that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Rows on it, 1..=100.
    pub limit: usize,
    /// Where it begins; `None` at the beginning.
    pub after: Option<Cursor>,
}

impl Page {
    /// Checks what was asked for.
    ///
    /// # Errors
    /// 400 for a limit outside 1..=100 or a foreign token.
    pub fn new(limit: Option<i64>, token: Option<&str>, default: usize) -> Result<Self, ApiError> {
        let limit = match limit {
            None => default,
            Some(limit @ 1..=100) => limit as usize,
            Some(limit) => {
                return Err(ApiError::invalid(
                    "limit",
                    format!("limit is {limit}; it must be from 1 to 100"),
                ));
            }
        };
        let after = token.filter(|t| !t.is_empty()).map(Cursor::parse).transpose()?;
        Ok(Self { limit, after })
    }

    /// For `seq < ?` in lists that begin with the newest.
    pub fn before_seq(&self) -> i64 {
        self.after.map_or(i64::MAX, |c| c.0)
    }

    /// Rows to ask the database for: one more than are shown tells whether there are more.
    pub fn rows(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// Makes the page of up to [`Page::rows`] rows.
    pub fn list<R, T>(&self, mut rows: Vec<R>, seq: impl Fn(&R) -> i64, show: impl FnMut(R) -> T) -> List<T> {
        let has_more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next_token = rows.last().filter(|_| has_more).map(|row| Cursor(seq(row)).token());
        List { data: rows.into_iter().map(show).collect(), has_more, next_token }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end() {
        let page = Page::new(Some(2), None, 10).unwrap();
        let list = page.list(vec![9, 8, 7], |r| *r, |r| r);
        assert_eq!((list.data, list.has_more), (vec![9, 8], true));
        assert_eq!(Cursor::parse(&list.next_token.unwrap()).unwrap(), Cursor(8));
        assert!(Page::new(Some(0), None, 10).is_err() && Page::new(None, Some("x"), 10).is_err());
        assert!(page.list(vec![1], |r| *r, |r| r).next_token.is_none());
    }
}
