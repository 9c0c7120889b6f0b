//! The server's settings: declared once, read from flags, environment and `redub.toml`, shown by `redub config`, and
//! listed in docs/guide/configuration.md.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow};
use redub_server::{Config, Role};
use serde::{Deserialize, Serialize};

use crate::settings::{Setting, Settings, pick};

macro_rules! server_settings {
    ($( $(#[doc = $doc:literal])+ $name:ident: $type:ty, $env:literal, $default:expr; )+) => {
        /// Flags of `serve` and `worker`.
        #[derive(Debug, Clone, Default, clap::Args)]
        pub struct ServerFlags {
            $(
                $(#[doc = $doc])+
                #[arg(long, value_name = "VALUE", help = concat!($($doc,)+ " [env: ", $env, "]"))]
                pub $name: Option<$type>,
            )+
        }

        /// `[server]` in `redub.toml`.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct ServerFile { $( $name: Option<$type>, )+ }

        /// What is in use, and where it comes from.
        #[derive(Debug, Clone, Serialize)]
        pub struct ServerSettings {
            $( $(#[doc = $doc])+ pub $name: Setting<$type>, )+
        }

        impl ServerSettings {
            /// Reads all sources.
            ///
            /// # Errors
            /// An environment variable that cannot be understood.
            pub fn load(flags: &ServerFlags, file: ServerFile, path: &Path) -> anyhow::Result<Self> {
                Ok(Self {
                    $( $name: pick(flags.$name.clone(), from_env::<$type>($env)?, file.$name, path, || $default), )+
                })
            }

            /// Calls `show` with the name and the value of every setting.
            ///
            /// # Errors
            /// What `show` returns.
            pub fn each(
                &self,
                show: &mut dyn FnMut(&str, &Setting<serde_json::Value>) -> anyhow::Result<()>,
            ) -> anyhow::Result<()> {
                $(
                    let mut value = serde_json::to_value(&self.$name.value)?;
                    if stringify!($name) == "callback_secret" && value != "" {
                        value = "(set)".into();
                    }
                    show(concat!("server.", stringify!($name)), &Setting { value, origin: self.$name.origin.clone() })?;
                )+
                Ok(())
            }
        }

        /// Name, environment variable, default and meaning of every setting, for the reference.
        #[cfg(test)]
        fn reference() -> Vec<(&'static str, &'static str, String, &'static str)> {
            vec![ $( (
                stringify!($name),
                $env,
                { let value: $type = $default; serde_json::to_string(&value).unwrap_or_default() },
                concat!($($doc,)+),
            ), )+ ]
        }
    };
}

server_settings! {
    /// Folder of the database, uploads, results and stored stages.
    data_dir: PathBuf, "REDUB_DATA_DIR", default_data_dir();
    /// Address and port to listen on. Other than loopback needs an API key.
    listen: SocketAddr, "REDUB_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8787));
    /// Address under which clients reach the server, for links; empty takes it from each request.
    public_url: String, "REDUB_PUBLIC_URL", String::new();
    /// Where uploads and results go: a folder, or s3://bucket/prefix (credentials in AWS_…); empty is a folder in the data folder.
    object_store: String, "REDUB_OBJECT_STORE", String::new();
    /// Jobs that run at a time in this process.
    workers: usize, "REDUB_WORKERS", 1;
    /// Jobs one API key may have waiting and running; more get 429.
    max_jobs: usize, "REDUB_MAX_JOBS", 10;
    /// Items of batches one API key may have waiting and running.
    max_batch_items: usize, "REDUB_MAX_BATCH_ITEMS", 1000;
    /// Hours one job may run.
    job_hours: f64, "REDUB_JOB_HOURS", 6.0;
    /// Days after which finished jobs and their files are deleted; 0 keeps them.
    retention_days: f64, "REDUB_RETENTION_DAYS", 0.0;
    /// Days without use after which stored stages are deleted; 0 keeps them.
    cache_days: f64, "REDUB_CACHE_DAYS", 14.0;
    /// Days a signed link is good for.
    link_days: f64, "REDUB_LINK_DAYS", 7.0;
    /// Largest multipart upload, MB (2²⁰ bytes).
    max_upload_mb: u64, "REDUB_MAX_UPLOAD_MB", 32;
    /// Largest direct upload and largest file fetched from an address, MB (2²⁰ bytes).
    max_direct_upload_mb: u64, "REDUB_MAX_DIRECT_UPLOAD_MB", 16 * 1024;
    /// Secret that the callbacks of single requests are signed with; empty sends them unsigned, as HeyGen does. Better given in the environment than on the command line.
    callback_secret: String, "REDUB_CALLBACK_SECRET", String::new();
}

/// The server's configuration.
///
/// # Errors
/// A value outside its range.
pub fn config(settings: &Settings, role: Role) -> anyhow::Result<Config> {
    let server = &settings.server;
    let unless_empty = |text: &Setting<String>| Some(text.value.trim().to_owned()).filter(|t| !t.is_empty());
    let days = |setting: &Setting<f64>, name: &str| positive(setting.value * 86400.0, name);
    let or_never = |setting: &Setting<f64>, name: &str| {
        if setting.value == 0.0 { Ok(None) } else { days(setting, name).map(Some) }
    };
    anyhow::ensure!(server.max_jobs.value > 0, "max_jobs is 0: no job could ever be made; give 1 or more");
    let allow = settings.allow_private_hosts.value.join(",");
    Ok(Config {
        role,
        listen: server.listen.value,
        object_store: unless_empty(&server.object_store),
        public_url: unless_empty(&server.public_url).map(|url| url.trim_end_matches('/').to_owned()),
        workers: server.workers.value,
        max_jobs: server.max_jobs.value,
        max_batch_items: server.max_batch_items.value,
        job_timeout: positive(server.job_hours.value * 3600.0, "job_hours")?,
        retention: or_never(&server.retention_days, "retention_days")?,
        cache_retention: or_never(&server.cache_days, "cache_days")?,
        link_ttl: days(&server.link_days, "link_days")?,
        max_upload: server.max_upload_mb.value << 20,
        max_direct_upload: server.max_direct_upload_mb.value << 20,
        allow_private_hosts: allow.parse().map_err(|e| anyhow!("allow_private_hosts: {e}"))?,
        callback_secret: unless_empty(&server.callback_secret),
        mouth_model: settings.mouth_model.value.clone(),
        clone_model: settings.clone_model.value.clone(),
        ..Config::new(server.data_dir.value.clone())
    })
}

fn positive(seconds: f64, name: &str) -> anyhow::Result<Duration> {
    let duration = Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero());
    duration.with_context(|| format!("{name} must be a number above 0"))
}

fn from_env<T: std::str::FromStr>(name: &'static str) -> anyhow::Result<Option<(&'static str, T)>>
where
    T::Err: std::fmt::Display,
{
    let Some(text) = std::env::var(name).ok().filter(|t| !t.is_empty()) else { return Ok(None) };
    let value = text.parse().map_err(|e| anyhow!("{name}: {e}"))?;
    Ok(Some((name, value)))
}

/// Where what is not made anew is kept.
pub fn default_data_dir() -> PathBuf {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let data = var("XDG_DATA_HOME").or_else(|| var("HOME").map(|h| h.join(".local/share")));
    data.unwrap_or_else(|| PathBuf::from(".")).join("redub")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    /// `docs/guide/configuration.md` lists every setting; `REDUB_WRITE_DOCS=1 cargo test` writes it anew.
    #[test]
    fn the_reference_is_up_to_date() {
        let mut table = String::from("| setting | environment | default | meaning |\n|---|---|---|---|\n");
        for (name, env, default, doc) in super::reference() {
            let default =
                if name == "data_dir" { "`~/.local/share/redub`".into() } else { format!("`{default}`") };
            let _ = writeln!(table, "| `{name}` | `{env}` | {default} | {} |", doc.trim());
        }
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/configuration.md");
        let page = std::fs::read_to_string(&path).unwrap();
        let (begin, end) = ("<!-- settings -->\n", "<!-- end of settings -->");
        let (head, rest) = page.split_once(begin).unwrap();
        let (now, tail) = rest.split_once(end).unwrap();
        if std::env::var_os("REDUB_WRITE_DOCS").is_some() {
            std::fs::write(&path, format!("{head}{begin}{table}{end}{tail}")).unwrap();
        } else {
            assert_eq!(now, table, "run with REDUB_WRITE_DOCS=1 to write the table anew");
        }
    }
}
