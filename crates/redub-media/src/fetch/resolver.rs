//! Resolution that refuses addresses before anything connects to them.

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::address::forbidden;
use super::allow::AllowList;
use super::error::FetchError;

/// Resolves a host and refuses it when one of its addresses is not public; the client then connects to exactly these
/// addresses, so that a second look-up cannot give others.
#[derive(Debug)]
pub(super) struct GuardedResolver<R> {
    allow: AllowList,
    inner: R,
}

impl<R: Resolver> GuardedResolver<R> {
    pub(super) fn new(allow: AllowList, inner: R) -> Self {
        Self { allow, inner }
    }
}

impl<R: Resolver> Resolver for GuardedResolver<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_string();
        let addresses = self.inner.resolve(uri, config, timeout)?;
        if self.allow.allows_host(&host) {
            return Ok(addresses);
        }
        for address in addresses.iter().map(|a| a.ip()) {
            if let Some(kind) = forbidden(address).filter(|_| !self.allow.allows_address(address)) {
                let refusal = FetchError::Private { host, address, kind };
                return Err(ureq::Error::Other(Box::new(refusal)));
            }
        }
        Ok(addresses)
    }
}
