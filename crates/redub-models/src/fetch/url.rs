//! Downloads that continue where they stopped.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, http::Response};

use crate::error::ModelError;

/// Attempts in a row that may bring no byte before the download is given up.
const FRUITLESS: u32 = 4;

/// Downloads `url` to `part`, continuing what is there. `blind` allows that even where the server's ETag of the
/// first bytes is not known: right only if the result is checked against a known hash. `progress` gets the bytes
/// so far and the total, if told.
///
/// # Errors
/// A server that refuses, or several attempts in a row that bring nothing; what came stays in `part`.
pub(crate) fn download(
    url: &str,
    part: &Path,
    blind: bool,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), ModelError> {
    let agent = agent();
    let mut fruitless = 0;
    loop {
        let before = length(part);
        match attempt(&agent, url, part, blind, progress) {
            Ok(()) => return Ok(()),
            Err(Failure::Final(why)) => return Err(ModelError::Download { url: url.to_owned(), why }),
            Err(Failure::Passing(why)) => {
                fruitless = if length(part) > before { 0 } else { fruitless + 1 };
                if fruitless == FRUITLESS {
                    return Err(ModelError::Download { url: url.to_owned(), why });
                }
                tracing::debug!(url, why, "the download broke off, trying again");
                std::thread::sleep(Duration::from_millis(500 << fruitless));
            }
        }
    }
}

/// Removes a partial download.
pub(crate) fn forget(part: &Path) {
    // Neither need exist.
    let _ = std::fs::remove_file(part);
    let _ = std::fs::remove_file(etag_path(part));
}

enum Failure {
    Final(String),
    Passing(String),
}

fn attempt(
    agent: &Agent,
    url: &str,
    part: &Path,
    blind: bool,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Failure> {
    let etag = std::fs::read_to_string(etag_path(part)).ok();
    if etag.is_none() && !blind {
        forget(part);
    }
    let have = length(part);
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
        if let Some(etag) = &etag {
            request = request.header("If-Range", etag);
        }
    }
    let response = request.call().map_err(|e| match e {
        ureq::Error::BadUri(_) | ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            Failure::Final(e.to_string())
        }
        e => Failure::Passing(e.to_string()),
    })?;
    let start = match response.status().as_u16() {
        206 if range_start(&response) == Some(have) => have,
        200 => 0,
        // Everything is there already, or the file has become shorter: a hash, or a new start, will tell.
        416 if have > 0 && full_length(&response) == Some(have) => return Ok(()),
        206 | 416 => {
            forget(part);
            return Err(Failure::Passing("the server answered with another range".into()));
        }
        code @ (408 | 429 | 500..=599) => {
            return Err(Failure::Passing(format!("the server answered {code}")));
        }
        code => return Err(Failure::Final(format!("the server answered {code}"))),
    };
    receive(response, part, start, progress)
}

/// Appends the body to the first `start` bytes of `part`.
fn receive(
    response: Response<Body>,
    part: &Path,
    start: u64,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Failure> {
    let disk = |e: std::io::Error| Failure::Final(format!("{}: {e}", part.display()));
    let total = response.body().content_length().map(|rest| start + rest);
    if let Some(etag) = header(&response, "etag") {
        std::fs::write(etag_path(part), etag).map_err(disk)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(part).map_err(disk)?;
    file.set_len(start).map_err(disk)?;
    let mut body = response.into_body().into_reader();
    let (mut done, mut buffer) = (start, vec![0; 1 << 17]);
    loop {
        let n = body.read(&mut buffer).map_err(|e| Failure::Passing(e.to_string()))?;
        if n == 0 {
            break;
        }
        file.write_all(&buffer[..n]).map_err(disk)?;
        done += n as u64;
        progress(done, total);
    }
    match total {
        Some(total) if done < total => Err(Failure::Passing(format!("it ended at {done} of {total} bytes"))),
        _ => Ok(()),
    }
}

/// The system's certificates, so that a company's own authority is trusted as everywhere else on the machine.
fn agent() -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .user_agent(concat!("redub/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_per_read(Some(Duration::from_secs(60)));
    config.build().new_agent()
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// `n` of `Content-Range: bytes n-m/total`.
fn range_start(response: &Response<Body>) -> Option<u64> {
    header(response, "content-range")?.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

/// `total` of `Content-Range: bytes */total`.
fn full_length(response: &Response<Body>) -> Option<u64> {
    header(response, "content-range")?.rsplit('/').next()?.parse().ok()
}

fn length(path: &Path) -> u64 {
    File::open(path).and_then(|file| file.metadata()).map_or(0, |meta| meta.len())
}

fn etag_path(part: &Path) -> PathBuf {
    part.with_extension("etag")
}
