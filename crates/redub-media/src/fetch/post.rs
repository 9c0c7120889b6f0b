//! A message to an address that a stranger gave.

use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, Resolver};
use ureq::unversioned::transport::DefaultConnector;

use super::allow::AllowList;
use super::download::{FetchOptions, explain, is_url, shown};
use super::error::FetchError;
use super::resolver::GuardedResolver;

/// Posts `body` to `url` and gives the HTTP status of the answer, whatever it is.
///
/// Guarded like [`fetch`](super::fetch): only http and https, only public addresses (or allowed ones), no proxy, and
/// the connection goes to the address that was checked. Redirects are not followed: a 3xx status is given as it is.
///
/// # Errors
/// The address is refused, or no answer came within `patience`.
pub fn post(
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    patience: Duration,
    allow: &AllowList,
) -> Result<u16, FetchError> {
    post_by(DefaultResolver::default(), url, headers, body, patience, allow)
}

/// [`post`] with what looks names up.
pub(super) fn post_by(
    names: impl Resolver,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    patience: Duration,
    allow: &AllowList,
) -> Result<u16, FetchError> {
    let shown = shown(url);
    if !is_url(url) {
        let reason = "it does not begin with http:// or https://".into();
        return Err(FetchError::BadUrl { url: shown, reason });
    }
    let config = Config::builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(patience))
        .user_agent(concat!("redub/", env!("CARGO_PKG_VERSION")))
        .build();
    let guarded = GuardedResolver::new(allow.clone(), names);
    let agent = Agent::with_parts(config, DefaultConnector::default(), guarded);
    let request =
        headers.iter().fold(agent.post(url), |request, (name, value)| request.header(*name, *value));
    let options = FetchOptions { max_time: patience, allow: allow.clone(), ..FetchOptions::default() };
    let answer = request.send(body).map_err(|e| explain(url, &shown, &options, e))?;
    Ok(answer.status().as_u16())
}
