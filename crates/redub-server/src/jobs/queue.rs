//! The queue: jobs are taken in the order they came, by whoever is free.

use std::fs::File;
use std::path::Path;

use super::JobRow;
use crate::db::{self, Pool};
use crate::time::now;

/// A worker that was not heard of for this long is taken for dead, seconds.
const SILENT: i64 = 60;

/// Takes the next job for `worker`.
///
/// # Errors
/// A database that cannot be written.
pub(super) async fn claim(pool: &Pool, worker: &str) -> Result<Option<JobRow>, sqlx::Error> {
    let waiting: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM jobs WHERE status = 'pending')")
        .fetch_one(pool)
        .await?;
    if !waiting {
        return Ok(None);
    }
    let mut tx = db::write(pool).await?;
    let sql = "UPDATE jobs SET status = 'running', worker = ?1, heartbeat_at = ?2, attempts = attempts + 1, \
               started_at = coalesce(started_at, ?2) \
               WHERE seq = (SELECT seq FROM jobs WHERE status = 'pending' ORDER BY seq LIMIT 1) RETURNING *";
    let job = sqlx::query_as(sql).bind(worker).bind(now()).fetch_optional(&mut *tx).await?;
    tx.commit().await?;
    Ok(job)
}

/// Says that a job is still being worked on, and how far it is. Gives `false` when it is not ours any more: deleted,
/// or given to another.
///
/// # Errors
/// A database that cannot be written.
pub(super) async fn beat(
    pool: &Pool,
    id: &str,
    worker: &str,
    progress: Option<&str>,
    advanced: bool,
) -> Result<bool, sqlx::Error> {
    let sql = "UPDATE jobs SET heartbeat_at = ?, progress = coalesce(?, progress), \
               attempts = CASE WHEN ? THEN 0 ELSE attempts END WHERE id = ? AND worker = ? AND status = 'running'";
    let done = sqlx::query(sql)
        .bind(now())
        .bind(progress)
        .bind(advanced)
        .bind(id)
        .bind(worker)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Gives a job back: the next worker goes on from its last finished stage.
///
/// # Errors
/// A database that cannot be written.
pub(super) async fn release(pool: &Pool, id: &str, worker: &str) -> Result<(), sqlx::Error> {
    let sql = "UPDATE jobs SET status = 'pending', worker = NULL, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END \
               WHERE id = ? AND worker = ? AND status = 'running'";
    sqlx::query(sql).bind(id).bind(worker).execute(pool).await?;
    Ok(())
}

/// Gives the jobs of dead workers back to the queue; `workers` is the folder of their locks. Gives how many.
///
/// # Errors
/// A database that cannot be read or written.
pub(super) async fn take_from_the_dead(pool: &Pool, workers: &Path) -> Result<u64, sqlx::Error> {
    let running: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT id, worker, coalesce(heartbeat_at, 0) FROM jobs WHERE status = 'running' AND worker IS NOT NULL",
    )
    .fetch_all(pool)
    .await?;
    let mut taken = 0;
    for (id, worker, heartbeat) in running {
        if is_dead(workers, &worker) || heartbeat < now() - SILENT {
            tracing::info!(job = id, worker, "its worker is gone: the job goes back to the queue");
            let sql = "UPDATE jobs SET status = 'pending', worker = NULL \
                       WHERE id = ? AND worker = ? AND status = 'running'";
            taken += sqlx::query(sql).bind(&id).bind(&worker).execute(pool).await?.rows_affected();
        }
    }
    Ok(taken)
}

/// Whether a worker of this machine has died: the system takes its lock away then, so that nobody has to wait for its
/// heartbeat to be missed. Of workers elsewhere nothing is known this way.
fn is_dead(workers: &Path, worker: &str) -> bool {
    let path = workers.join(worker);
    let Ok(file) = File::open(&path) else { return false };
    let dead = file.try_lock().is_ok();
    if dead {
        let _ = std::fs::remove_file(&path);
    }
    dead
}
