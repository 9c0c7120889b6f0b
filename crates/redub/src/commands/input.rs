//! The input as a local file: a path as it is, an http(s) address fetched into the cache folder.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use redub_media::fetch::{self, AllowList, FetchOptions};
use sha2::{Digest, Sha256};

use crate::printer::Printer;
use crate::settings::Settings;

/// A source and the name its results get.
#[derive(Debug)]
pub struct Input {
    /// The local file.
    pub path: PathBuf,
    /// Base name of the results.
    pub name: String,
}

/// Finds or fetches `input`.
///
/// # Errors
/// A path that is no file, an address that must not or cannot be fetched.
pub fn local(input: &str, settings: &Settings, printer: &Printer) -> anyhow::Result<Input> {
    if fetch::is_url(input) {
        return download(input, settings, printer);
    }
    if let Some((scheme, _)) = input.split_once("://") {
        bail!("cannot read {scheme} addresses: give a file, or an http or https address");
    }
    let path = PathBuf::from(input);
    if !path.exists() {
        bail!("there is no file {}", path.display());
    }
    if path.is_dir() {
        bail!("{} is a folder: give one media file", path.display());
    }
    let name = stem(&path).unwrap_or_else(|| "video".to_owned());
    Ok(Input { path, name })
}

fn download(url: &str, settings: &Settings, printer: &Printer) -> anyhow::Result<Input> {
    let allow: AllowList = settings
        .allow_private_hosts
        .value
        .join(",")
        .parse()
        .map_err(|e| anyhow!("allow_private_hosts: {e}"))?;
    let folder = settings.cache_dir.value.join("downloads");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let digest: String = Sha256::digest(url.as_bytes()).iter().take(12).map(|b| format!("{b:02x}")).collect();
    let folder = folder.join(digest);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let draft = folder.join("fetched");
    let bar = indicatif::ProgressBar::hidden();
    if printer.is_live() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
    }
    let options = FetchOptions { allow, ..FetchOptions::default() };
    let fetched = fetch::fetch(url, &draft, &options, &mut |progress| {
        bar.set_message(format!("fetching {:.1} MB", progress.received as f64 / 1e6));
        bar.tick();
        ControlFlow::Continue(())
    })?;
    bar.finish_and_clear();
    printer.note(&format!("fetched {:.1} MB", fetched.bytes as f64 / 1e6));
    let named = fetched.name.as_deref().map(Path::new);
    let name = named.and_then(stem).unwrap_or_else(|| "video".to_owned());
    // Under its own name, which the report shows.
    let ending =
        named.and_then(Path::extension).map_or(String::new(), |e| format!(".{}", e.to_string_lossy()));
    let path = folder.join(format!("{name}{ending}"));
    std::fs::rename(&draft, &path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Input { path, name })
}

/// A file's name without its ending, with nothing in it that is special in a path.
fn stem(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy();
    let name: String =
        stem.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\' | ':') { '_' } else { c }).collect();
    Some(name).filter(|n| !n.is_empty() && !n.starts_with('.'))
}
