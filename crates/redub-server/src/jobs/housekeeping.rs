//! Retention: finished jobs, stored stages and forgotten folders go when they are older than they are to be kept.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

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
    let busy: i64 =
        sqlx::query_scalar("SELECT count(*) FROM jobs WHERE status = 'running'").fetch_one(&app.db).await?;
    // A stage that is being read must not go: only while nothing runs.
    if busy == 0 {
        let (store, work, age) = (app.store.root().to_owned(), app.config.work(), app.config.cache_retention);
        let swept = tokio::task::spawn_blocking(move || {
            if let Some(age) = age {
                sweep_stages(&store, age);
            }
            sweep_folder(&work, FORGOTTEN);
        });
        swept.await.map_err(ApiError::internal)?;
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

/// Deletes stored stages (`<root>/<stage>/<key>/`) that nothing has read for `age`.
fn sweep_stages(root: &Path, age: Duration) {
    for stage in fs::read_dir(root).into_iter().flatten().flatten() {
        if stage.file_name() != "tmp" {
            sweep_folder(&stage.path(), age);
        }
    }
}

/// Deletes the entries of a folder that are older than `age`.
fn sweep_folder(folder: &Path, age: Duration) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if last_used(&entry.path()).is_some_and(|at| at.elapsed().is_ok_and(|old| old > age)) {
            tracing::debug!(path = %entry.path().display(), "swept");
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// When a stored stage was read last, as far as the file system tells, or else when it was made.
fn last_used(path: &Path) -> Option<SystemTime> {
    let value = fs::metadata(path.join("value.json")).or_else(|_| fs::metadata(path)).ok()?;
    let (made, read) = (value.modified().ok()?, value.accessed().ok());
    Some(read.map_or(made, |read| read.max(made)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_old_is_swept() {
        let root = tempfile::tempdir().unwrap();
        let old = root.path().join("stems").join("a");
        let new = root.path().join("stems").join("b");
        for folder in [&old, &new] {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join("value.json"), "1").unwrap();
        }
        let past = SystemTime::now() - Duration::from_secs(1000);
        let times = fs::FileTimes::new().set_accessed(past).set_modified(past);
        fs::File::options().write(true).open(old.join("value.json")).unwrap().set_times(times).unwrap();
        sweep_stages(root.path(), Duration::from_secs(100));
        assert!(!old.exists() && new.exists());
    }
}
