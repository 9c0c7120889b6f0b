//! The download itself.

use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, Resolver};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, http};

use super::allow::AllowList;
use super::error::FetchError;
use super::resolver::GuardedResolver;
use crate::error::{MediaError, Result};
use crate::pending::Pending;

/// Redirects that are followed.
const MOST_REDIRECTS: u32 = 8;
/// How long a server may take to be reached, and to begin its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What may be fetched.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// Largest file, in bytes.
    pub max_bytes: u64,
    /// Longest time for the whole, redirects included.
    pub max_time: Duration,
    /// Private hosts that are trusted.
    pub allow: AllowList,
}

impl Default for FetchOptions {
    /// 16 GiB, two hours, no private hosts.
    fn default() -> Self {
        Self { max_bytes: 16 << 30, max_time: Duration::from_secs(2 * 3600), allow: AllowList::none() }
    }
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes received.
    pub received: u64,
    /// Bytes in all, when the server says so.
    pub total: Option<u64>,
}

/// A file that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Size in bytes.
    pub bytes: u64,
    /// The type that the server states (not to be relied on).
    pub content_type: Option<String>,
    /// The last part of the address, as a name to show.
    pub name: Option<String>,
}

/// Whether an input is an address to fetch rather than a path.
pub fn is_url(input: &str) -> bool {
    let lower = input.get(..8).unwrap_or(input).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// Fetches `url` into `target`, which appears complete or not at all. `progress` is called after every piece and may
/// stop the download.
///
/// # Errors
/// See [`FetchError`]; its texts leave user names, passwords and the query of the address out.
pub fn fetch(
    url: &str,
    target: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Fetched> {
    fetch_by(DefaultResolver::default(), url, target, options, progress)
}

/// [`fetch`] with what looks names up.
pub(super) fn fetch_by(
    names: impl Resolver,
    url: &str,
    target: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Fetched> {
    let shown = shown(url);
    if !is_url(url) {
        return Err(FetchError::BadUrl {
            url: shown,
            reason: "it does not begin with http:// or https://".into(),
        }
        .into());
    }
    let deadline = Instant::now() + options.max_time;
    let answer = agent(names, options).get(url).call().map_err(|e| explain(url, &shown, options, e))?;
    let status = answer.status().as_u16();
    if !answer.status().is_success() {
        return Err(FetchError::Status { url: shown, status }.into());
    }
    let header =
        |name: http::HeaderName| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(String::from);
    let content_type = header(http::header::CONTENT_TYPE);
    let total = header(http::header::CONTENT_LENGTH).and_then(|v| v.parse::<u64>().ok());
    if total.is_some_and(|total| total > options.max_bytes) {
        return Err(FetchError::TooBig { url: shown, limit_bytes: options.max_bytes }.into());
    }
    let file = Pending::new(target)?;
    let mut transfer = Transfer { url: shown, options, deadline, total, progress };
    let bytes = transfer.run(answer.into_body(), file.path()).map_err(|error| match error {
        FetchError::File { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
            MediaError::full(target)
        }
        other => other.into(),
    })?;
    file.commit()?;
    Ok(Fetched { bytes, content_type, name: last_part(url) })
}

fn agent(names: impl Resolver, options: &FetchOptions) -> Agent {
    let config = Config::builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(MOST_REDIRECTS)
        .timeout_global(Some(options.max_time))
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .user_agent(concat!("redub/", env!("CARGO_PKG_VERSION")))
        .accept("video/*, audio/*, */*;q=0.5")
        .accept_encoding("identity")
        .build();
    Agent::with_parts(config, DefaultConnector::default(), GuardedResolver::new(options.allow.clone(), names))
}

struct Transfer<'a> {
    url: String,
    options: &'a FetchOptions,
    deadline: Instant,
    total: Option<u64>,
    progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
}

impl Transfer<'_> {
    fn run(&mut self, body: Body, path: &Path) -> std::result::Result<u64, FetchError> {
        let disk = |source| FetchError::File { path: path.into(), source };
        let mut file = std::fs::File::create(path).map_err(disk)?;
        let mut reader = body.into_with_config().limit(u64::MAX).reader();
        let mut piece = vec![0u8; 1 << 18];
        let mut received = 0u64;
        loop {
            let got = match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(got) => got,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(self.broken(received, e)),
            };
            if received == 0 && is_page(&piece[..got]) {
                return Err(FetchError::Page { url: self.url.clone() });
            }
            received += got as u64;
            self.check(received)?;
            file.write_all(&piece[..got]).map_err(disk)?;
        }
        match self.total.filter(|total| *total > received) {
            Some(expected) => Err(FetchError::Short { url: self.url.clone(), got: received, expected }),
            None => file.sync_all().map_err(disk).map(|()| received),
        }
    }

    fn check(&mut self, received: u64) -> std::result::Result<(), FetchError> {
        let url = self.url.clone();
        if received > self.options.max_bytes {
            return Err(FetchError::TooBig { url, limit_bytes: self.options.max_bytes });
        }
        if Instant::now() > self.deadline {
            return Err(FetchError::TooSlow { url, seconds: self.options.max_time.as_secs() });
        }
        match (self.progress)(Progress { received, total: self.total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(FetchError::Cancelled { url }),
        }
    }

    fn broken(&self, received: u64, error: std::io::Error) -> FetchError {
        let url = self.url.clone();
        if Instant::now() >= self.deadline || error.kind() == std::io::ErrorKind::TimedOut {
            return FetchError::TooSlow { url, seconds: self.options.max_time.as_secs() };
        }
        match self.total.filter(|total| *total > received) {
            Some(expected) => FetchError::Short { url, got: received, expected },
            None => FetchError::Transport { url, reason: error.to_string() },
        }
    }
}

pub(super) fn explain(url: &str, shown: &str, options: &FetchOptions, error: ureq::Error) -> FetchError {
    let shown = shown.to_string();
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<FetchError>() {
            Ok(refusal) => *refusal,
            Err(other) => FetchError::Transport { url: shown, reason: other.to_string() },
        },
        ureq::Error::HostNotFound => no_host(url, shown),
        // The system's resolver reports an unknown host as an uncategorised error.
        ureq::Error::Io(e) if e.to_string().contains("lookup address") => no_host(url, shown),
        ureq::Error::TooManyRedirects => FetchError::Redirects { url: shown, most: MOST_REDIRECTS },
        ureq::Error::Timeout(ureq::Timeout::Global) => {
            FetchError::TooSlow { url: shown, seconds: options.max_time.as_secs() }
        }
        ureq::Error::BadUri(reason) => FetchError::BadUrl { url: shown, reason },
        ureq::Error::Http(e) => FetchError::BadUrl { url: shown, reason: e.to_string() },
        other => FetchError::Transport { url: shown, reason: other.to_string() },
    }
}

fn no_host(url: &str, shown: String) -> FetchError {
    let host = url.parse::<http::Uri>().ok().and_then(|u| u.host().map(String::from)).unwrap_or_default();
    FetchError::NoHost { url: shown, host }
}

/// The address without user name, password, query and fragment: they may be secret.
pub(super) fn shown(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = plain.split_once("://") else { return plain.to_string() };
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(a, p)| (a, Some(p)));
    let host = authority.rsplit('@').next().unwrap_or_default();
    path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
}

fn last_part(url: &str) -> Option<String> {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let (_, path) = plain.split_once("://")?.1.split_once('/')?;
    path.rsplit('/').next().filter(|name| !name.is_empty()).map(String::from)
}

/// Whether the first bytes are those of a web page.
fn is_page(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_an_address_are_not_shown() {
        assert_eq!(shown("https://me:pw@host:8/a/b.mp4?token=x#y"), "https://host:8/a/b.mp4");
        assert_eq!(last_part("https://host/a/b.mp4?token=x").as_deref(), Some("b.mp4"));
        assert!(is_url("HTTPS://x") && !is_url("ftp://x") && !is_url("/a/http://b") && !is_url("é"));
        assert!(is_page(b"\n <!DOCTYPE html><html>") && !is_page(b"\0\0\0 ftypisom"));
    }
}
