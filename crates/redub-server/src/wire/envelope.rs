//! `{"data": …}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// One resource: `{"data": {…}}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Data<T> {
    /// The resource.
    pub data: T,
}

impl<T> Data<T> {
    /// Wraps a resource.
    pub fn new(data: T) -> Self {
        Self { data }
    }
}

impl<T: Serialize> Data<T> {
    /// The body it becomes.
    ///
    /// # Errors
    /// A value JSON cannot hold.
    pub fn bytes(&self) -> Result<Vec<u8>, super::ApiError> {
        let value = serde_json::to_value(self).map_err(super::ApiError::internal)?;
        serde_json::to_vec(&value).map_err(super::ApiError::internal)
    }
}

/// A page of resources: `{"data": […], "has_more": …, "next_token": …}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct List<T> {
    /// The resources of this page.
    pub data: Vec<T>,
    /// Whether there are more.
    pub has_more: bool,
    /// What to send as `token` for the next page; null on the last one.
    pub next_token: Option<String>,
}

/// `data` of a deleted resource.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Deleted {
    /// Its id.
    pub id: String,
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        sorted(&self)
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        sorted(&self)
    }
}

/// JSON with its keys in alphabetical order, as HeyGen answers (serde_json's map is sorted).
fn sorted<T: Serialize>(body: &T) -> Response {
    match serde_json::to_value(body) {
        Ok(value) => Json(value).into_response(),
        Err(error) => super::ApiError::internal(error).into_response(),
    }
}
