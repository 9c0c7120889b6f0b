//! Settings: flag, then environment, then `redub.toml`, then default; each remembers where it came from.

use std::path::PathBuf;

use anyhow::Context;
use redub_models::ModelStore;
use serde::{Deserialize, Serialize};

use crate::args::Global;
use crate::server_settings::{ServerFile, ServerFlags, ServerSettings, default_data_dir};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Typed on the command line.
    Flag,
    /// From the environment variable of this name.
    Environment(&'static str),
    /// From this settings file.
    File(PathBuf),
    /// Built in.
    Default,
}

/// A value with its origin.
#[derive(Debug, Clone, Serialize)]
pub struct Setting<T> {
    /// The value in use.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// All settings.
#[derive(Debug, Clone, Serialize)]
pub struct Settings {
    /// Folder of the models.
    pub models_dir: Setting<PathBuf>,
    /// Folder to take models from before any other source.
    pub models_mirror: Setting<Option<PathBuf>>,
    /// Folder of stored results.
    pub cache_dir: Setting<PathBuf>,
    /// Folder of the voices learnt from people.
    pub voices_dir: Setting<PathBuf>,
    /// Threads all engines together may use.
    pub threads: Setting<usize>,
    /// Hosts in private networks that URLs may point to.
    pub allow_private_hosts: Setting<Vec<String>>,
    /// Those of the server.
    pub server: ServerSettings,
    /// Model that draws the mouths of `--mode precision`; none draws them from the speaker's own footage.
    pub mouth_model: Setting<Option<String>>,
    /// Model that gives lines the speakers' sound where voices are fitted; none fits the synthesiser's own.
    pub clone_model: Setting<Option<String>>,
    /// Address of a language model's server, used with `--translator openai` only.
    pub openai_base_url: Setting<Option<String>>,
    /// Name of its model.
    pub openai_model: Setting<Option<String>>,
}

/// `redub.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    models_dir: Option<PathBuf>,
    models_mirror: Option<PathBuf>,
    cache_dir: Option<PathBuf>,
    voices_dir: Option<PathBuf>,
    threads: Option<usize>,
    allow_private_hosts: Option<Vec<String>>,
    server: Option<ServerFile>,
    mouth_model: Option<String>,
    clone_model: Option<String>,
    openai_base_url: Option<String>,
    openai_model: Option<String>,
}

impl Settings {
    /// Reads all sources.
    ///
    /// # Errors
    /// A settings file that was named but cannot be read, or one that cannot be understood.
    pub fn load(flags: &Global, server: ServerFlags) -> anyhow::Result<Self> {
        let (file, path) = read_file(flags.config.clone())?;
        let path = path.unwrap_or_default();
        let settings = Self {
            models_dir: pick(
                flags.models_dir.clone(),
                dir("REDUB_MODELS_DIR"),
                file.models_dir,
                &path,
                ModelStore::default_root,
            ),
            models_mirror: pick(
                None,
                dir("REDUB_MODELS_MIRROR").map(|(n, v)| (n, Some(v))),
                file.models_mirror.map(Some),
                &path,
                || None,
            ),
            cache_dir: pick(
                flags.cache_dir.clone(),
                dir("REDUB_CACHE_DIR"),
                file.cache_dir,
                &path,
                default_cache,
            ),
            voices_dir: pick(None, dir("REDUB_VOICES_DIR"), file.voices_dir, &path, || {
                default_data_dir().join("voices")
            }),
            threads: pick(flags.threads.map(usize::from), threads()?, file.threads, &path, processors),
            allow_private_hosts: pick(
                None,
                hosts("REDUB_ALLOW_PRIVATE_HOSTS"),
                file.allow_private_hosts,
                &path,
                Vec::new,
            ),
            server: ServerSettings::load(&server, file.server.unwrap_or_default(), &path)?,
            mouth_model: pick(None, text("REDUB_MOUTH_MODEL"), file.mouth_model.map(Some), &path, || None),
            clone_model: pick(None, text("REDUB_CLONE_MODEL"), file.clone_model.map(Some), &path, || None),
            openai_base_url: pick(
                None,
                text("REDUB_OPENAI_BASE_URL"),
                file.openai_base_url.map(Some),
                &path,
                || None,
            ),
            openai_model: pick(None, text("REDUB_OPENAI_MODEL"), file.openai_model.map(Some), &path, || None),
        };
        redub_models::threads::set_budget(settings.threads.value);
        Ok(settings)
    }
}

impl Settings {
    /// The user's own catalogue, merged into the built-in one where it is there.
    pub fn catalog(&self) -> Option<PathBuf> {
        user_folder().map(|u| u.join("redub").join("models.toml"))
    }
}

fn user_folder() -> Option<PathBuf> {
    let user = std::env::var_os("XDG_CONFIG_HOME").filter(|v| !v.is_empty()).map(PathBuf::from);
    user.or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".config")))
}

fn read_file(named: Option<PathBuf>) -> anyhow::Result<(File, Option<PathBuf>)> {
    let candidates =
        [Some(PathBuf::from("redub.toml")), user_folder().map(|u| u.join("redub").join("redub.toml"))];
    let found = candidates.into_iter().flatten().find(|p| p.is_file());
    let Some(path) = named.or(found) else { return Ok((File::default(), None)) };
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = toml::from_str(&text).with_context(|| format!("cannot understand {}", path.display()))?;
    Ok((file, Some(path)))
}

pub(crate) fn pick<T>(
    flag: Option<T>,
    environment: Option<(&'static str, T)>,
    file: Option<T>,
    path: &std::path::Path,
    default: impl FnOnce() -> T,
) -> Setting<T> {
    if let Some(value) = flag {
        return Setting { value, origin: Origin::Flag };
    }
    if let Some((name, value)) = environment {
        return Setting { value, origin: Origin::Environment(name) };
    }
    match file {
        Some(value) => Setting { value, origin: Origin::File(path.to_owned()) },
        None => Setting { value: default(), origin: Origin::Default },
    }
}

fn dir(name: &'static str) -> Option<(&'static str, PathBuf)> {
    std::env::var_os(name).filter(|v| !v.is_empty()).map(|v| (name, PathBuf::from(v)))
}

fn text(name: &'static str) -> Option<(&'static str, Option<String>)> {
    std::env::var(name).ok().filter(|v| !v.trim().is_empty()).map(|v| (name, Some(v)))
}

fn hosts(name: &'static str) -> Option<(&'static str, Vec<String>)> {
    let text = std::env::var(name).ok()?;
    Some((name, text.split(',').map(str::trim).filter(|h| !h.is_empty()).map(str::to_owned).collect()))
}

fn threads() -> anyhow::Result<Option<(&'static str, usize)>> {
    let Ok(text) = std::env::var("REDUB_THREADS") else { return Ok(None) };
    let number = text.parse().ok().filter(|n| *n > 0);
    let number = number.with_context(|| format!("REDUB_THREADS is '{text}', expected a number from 1 up"))?;
    Ok(Some(("REDUB_THREADS", number)))
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn default_cache() -> PathBuf {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let cache = var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|h| h.join(".cache")));
    cache.unwrap_or_else(|| PathBuf::from(".cache")).join("redub").join("artifacts")
}
