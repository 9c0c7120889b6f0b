//! Retention: finished jobs, stored stages and forgotten folders go when they are older than they are to be kept.

use std::fs;
use std::path::Path;
use std::time::Duration;

use redub_pipeline::Limit;

use super::{Kind, remove};
use crate::assets;
use crate::objects::sweep;
use crate::state::App;
use crate::time::now;
use crate::wire::ApiError;

/// How often is looked.
const PERIOD: Duration = Duration::from_secs(600);
/// Age of a folder of a job that is not there any more.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

/// Deletes what is older than it is to be kept, until the process ends.
pub async fn housekeeping(app: App) {
    while !app.is_stopping() {
        if let Err(error) = round(&app).await {
            tracing::error!(%error, "housekeeping failed");
        }
        tokio::select! {
            () = app.stopped() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}

async fn round(app: &App) -> Result<(), ApiError> {
    if let Some(age) = app.config.retention {
        let sql =
            "SELECT tenant, kind, id FROM jobs WHERE status IN ('completed', 'failed') AND finished_at < ?";
        let before = now() - age.as_secs() as i64;
        let old: Vec<(String, Kind, String)> = sqlx::query_as(sql).bind(before).fetch_all(&app.db).await?;
        for (tenant, kind, id) in old {
            tracing::info!(job = id, "job is older than it is kept");
            remove(app, &tenant, kind, &id).await?;
        }
        uploads(app, before).await?;
    }
    let swept = sweep::orphans(&app.db, &app.objects).await.map_err(ApiError::internal)?;
    if swept > 0 {
        tracing::info!(files = swept, "files that nothing refers to were deleted");
    }
    // Stored stages that are in use are left alone by the store itself.
    let (app, age) = (app.clone(), app.config.cache_retention);
    let tidy = tokio::task::spawn_blocking(move || {
        sweep_folder(&app.config.work(), FORGOTTEN);
        age.map(|age| app.store.tidy(Limit { unused_for: Some(age), max_bytes: None }, false)).transpose()
    });
    if let Some(tidied) = tidy.await.map_err(ApiError::internal)?.map_err(ApiError::internal)? {
        tracing::debug!(stages = tidied.removed.artifacts, "stored stages were deleted");
    }
    Ok(())
}

/// Deletes uploads from before a time, once no job waits or runs that might want them.
async fn uploads(app: &App, before: i64) -> Result<(), ApiError> {
    let sql = "DELETE FROM assets WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.tenant = assets.tenant \
               AND status IN ('pending', 'running')) RETURNING id";
    let old: Vec<String> = sqlx::query_scalar(sql).bind(before).fetch_all(&app.db).await?;
    for id in old {
        tracing::info!(asset = id, "upload is older than it is kept");
        app.objects.delete(&assets::key(&id)).await.map_err(ApiError::internal)?;
    }
    Ok(())
}

/// Deletes the entries of a folder that are older than `age`.
fn sweep_folder(folder: &Path, age: Duration) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.metadata().and_then(|m| m.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|old| old > age))
        {
            tracing::debug!(path = %entry.path().display(), "swept");
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn only_what_is_old_is_swept() {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (root.path().join("a"), root.path().join("b"));
        fs::create_dir(&old).unwrap();
        fs::create_dir(&new).unwrap();
        let past = SystemTime::now() - Duration::from_secs(1000);
        fs::File::open(&old).unwrap().set_modified(past).unwrap();
        sweep_folder(root.path(), Duration::from_secs(100));
        assert!(!old.exists() && new.exists());
    }
}
