//! Links inside an event: made when it is sent or listed, so that they are fresh.

use serde_json::Value;
use sqlx::SqlitePool;

use crate::objects::{Links, rows};

/// How an event's data names an object.
const MARK: &str = "object:";

/// Puts a fresh link in the place of every `object:ID` among the members of `data`; null where the object is gone.
pub(crate) async fn fill(db: &SqlitePool, links: &Links, base: &str, data: &mut Value) -> sqlx::Result<()> {
    let Value::Object(members) = data else { return Ok(()) };
    for value in members.values_mut() {
        let Some(id) = value.as_str().and_then(|text| text.strip_prefix(MARK)) else { continue };
        let object = rows::find(db, id).await?;
        *value = object.map_or(Value::Null, |o| Value::from(links.read(base, &o.id, &o.file_name)));
    }
    Ok(())
}
