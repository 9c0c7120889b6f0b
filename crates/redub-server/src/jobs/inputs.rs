//! The files a job works on, brought to this machine.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redub_core::captions::Cue;
use redub_media::fetch::{self, FetchOptions};
use redub_pipeline::Cancel;
use redub_translate::glossary::Glossary;

use super::explain::Failure;
use super::{JobRow, Kind};
use crate::assets;
use crate::captions;
use crate::glossaries;
use crate::state::App;
use crate::wire::{AssetInput, hex};

/// Largest caption file, bytes: more than a day of talk.
const MOST_CAPTIONS: u64 = 8 << 20;

/// What a job works on.
#[derive(Debug)]
pub(super) struct Inputs {
    /// The source.
    pub video: PathBuf,
    /// A finished dub.
    pub audio: Option<PathBuf>,
    /// Captions.
    pub srt: Option<Vec<Cue>>,
    /// Terms to follow.
    pub glossary: Glossary,
}

/// Where the files of a request are kept for as long as its proofreading sessions are.
pub fn kept_prefix(group: &str) -> String {
    format!("groups/{group}")
}

/// Brings the files of a job into the folder of its request; what is there already is not fetched again.
pub(super) async fn bring(
    app: &App,
    job: &JobRow,
    folder: &Path,
    cancel: &Arc<Cancel>,
) -> Result<Inputs, Failure> {
    std::fs::create_dir_all(folder).map_err(|e| Failure::internal(format!("{}: {e}", folder.display())))?;
    let (spec, most) = (&job.spec, app.config.max_direct_upload);
    let video = file(app, job, &spec.video, folder, "source", most, cancel).await?;
    let audio = match &spec.audio {
        Some(input) => Some(file(app, job, input, folder, "audio", most, cancel).await?),
        None => None,
    };
    let srt = match &spec.srt {
        Some(input) => {
            let path = file(app, job, input, folder, "captions", MOST_CAPTIONS, cancel).await?;
            let bytes = tokio::fs::read(path).await.map_err(|e| Failure::internal(e.to_string()))?;
            Some(captions::read(&bytes).map_err(|why| Failure::input(format!("srt: {why}")))?)
        }
        None => None,
    };
    let glossary = match &spec.glossary {
        // What was reviewed is not translated any more.
        Some(id) if spec.reviewed.is_none() => terms(app, job, id).await?,
        _ => Glossary::default(),
    };
    Ok(Inputs { video, audio, srt, glossary })
}

/// The terms of the brand glossary that the request named, as they are now.
async fn terms(app: &App, job: &JobRow, id: &str) -> Result<Glossary, Failure> {
    let found = glossaries::terms(&app.db, &job.tenant, id).await;
    found
        .map_err(|e| Failure::internal(e.to_string()))?
        .ok_or_else(|| Failure::input(format!("Brand glossary {id} was deleted before the job began")))
}

/// One file in the job's folder. What a session works on is kept: its address may be gone when it is generated.
async fn file(
    app: &App,
    job: &JobRow,
    input: &AssetInput,
    folder: &Path,
    name: &str,
    most: u64,
    cancel: &Arc<Cancel>,
) -> Result<PathBuf, Failure> {
    let path = folder.join(name);
    let kept = format!("{}/{name}", kept_prefix(&job.group_id));
    let is_kept = app.objects.size(&kept).await.is_ok();
    if !path.is_file() {
        if is_kept {
            stored(app, &kept, &path).await?;
        } else if job.proofread_id.is_some() {
            return Err(Failure::internal(
                "The files of the proofreading session are gone; start a new session",
            ));
        } else {
            one(app, job, input, &path, most, cancel).await?;
        }
    }
    if job.kind == Kind::Proofread && !is_kept {
        let put = app.objects.put_file(&kept, &path).await;
        put.map_err(|e| Failure::internal(format!("The files of the session could not be stored: {e}")))?;
    }
    Ok(path)
}

/// One file, from an address or an asset; it appears whole or not at all.
async fn one(
    app: &App,
    job: &JobRow,
    input: &AssetInput,
    path: &Path,
    most: u64,
    cancel: &Arc<Cancel>,
) -> Result<(), Failure> {
    match input {
        AssetInput::AssetId { asset_id } => {
            let asset = assets::rows::usable(&app.db, &job.tenant, asset_id).await;
            asset.map_err(|e| Failure::download(e.message))?;
            stored(app, &assets::key(asset_id), path).await
        }
        AssetInput::Url { url } => {
            let options = FetchOptions {
                max_bytes: most,
                allow: app.config.allow_private_hosts.clone(),
                ..FetchOptions::default()
            };
            let (url, path, cancel) = (url.clone(), path.to_owned(), cancel.clone());
            let fetched = tokio::task::spawn_blocking(move || {
                fetch::fetch(&url, &path, &options, &mut |_| {
                    if cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
            });
            let fetched = fetched.await.map_err(|e| Failure::internal(e.to_string()))?;
            crate::metrics::fetch(if fetched.is_ok() { "ok" } else { "failed" });
            fetched.map(drop).map_err(Failure::download)
        }
    }
}

async fn stored(app: &App, key: &str, path: &Path) -> Result<(), Failure> {
    let draft = path.with_extension(format!("{}.part", hex()));
    let bring = async {
        app.objects.fetch_to(key, &draft).await.map_err(Failure::download)?;
        tokio::fs::rename(&draft, path)
            .await
            .map_err(|e| Failure::internal(format!("{}: {e}", path.display())))
    };
    let brought = bring.await;
    if brought.is_err() {
        let _ = tokio::fs::remove_file(&draft).await;
    }
    brought
}
