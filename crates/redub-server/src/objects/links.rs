//! Links that carry their own permission: signed, and valid for a time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sha2::Sha256;

use crate::sign::{self, hex, unhex};

/// Characters that a name in a path or query must not show as they are.
const SPECIAL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'/').add(b'<').add(b'=').add(b'>').add(b'?').add(b'\\').add(b'`');

/// Makes and checks links.
#[derive(Clone)]
pub struct Links {
    secret: [u8; 32],
    lifetime: Duration,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// What a link leads to, as its signature covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// Reading the object of this id.
    Read(&'a str),
    /// Uploading the bytes of the asset of this id.
    Upload(&'a str),
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Its signature is not ours.
    #[error("this link was not made by this server, or it was changed; take it from the resource as it is")]
    Forged,
    /// It is too old.
    #[error("this link has expired; read the resource again for a fresh one")]
    Expired,
}

impl Links {
    /// Links signed with `secret` that live for `lifetime`.
    pub fn new(secret: [u8; 32], lifetime: Duration) -> Self {
        Self { secret, lifetime }
    }

    /// How long a link made now will live.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A fresh link to a stored file. `base` is the address of this server as its client knows it; the name is there to
    /// be seen.
    pub fn read(&self, base: &str, object: &str, name: &str) -> String {
        let name = utf8_percent_encode(name, SPECIAL);
        format!("{base}/files/{object}/{name}?{}", self.permit(Target::Read(object)))
    }

    /// A fresh address to which an asset's bytes may be put.
    pub fn upload(&self, base: &str, asset: &str) -> String {
        format!("{base}/uploads/{asset}?{}", self.permit(Target::Upload(asset)))
    }

    fn permit(&self, target: Target<'_>) -> String {
        let expires = now() + self.lifetime.as_secs();
        let signature = hex(&self.mac(target, expires).finalize().into_bytes());
        format!("expires={expires}&signature={signature}")
    }

    /// Checks what a link says of itself; in constant time as far as the signature goes.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn check(&self, target: Target<'_>, expires: u64, signature: &str) -> Result<(), LinkError> {
        let given = unhex(signature).ok_or(LinkError::Forged)?;
        self.mac(target, expires).verify_slice(&given).map_err(|_| LinkError::Forged)?;
        if expires < now() { Err(LinkError::Expired) } else { Ok(()) }
    }

    fn mac(&self, target: Target<'_>, expires: u64) -> Hmac<Sha256> {
        let (purpose, id) = match target {
            Target::Read(id) => ("read", id),
            Target::Upload(id) => ("upload", id),
        };
        let mut mac = sign::hmac(&self.secret);
        mac.update(format!("{purpose}\n{expires}\n{id}").as_bytes());
        mac
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_only_what_it_was_made_for_and_only_for_a_while() {
        let links = Links::new([7; 32], Duration::from_secs(60));
        let url = links.read("http://h", "0a1b", "talk & run.es.mp4");
        assert!(url.starts_with("http://h/files/0a1b/talk%20%26%20run.es.mp4?expires="), "{url}");
        let value = |name: &str| url.split(['?', '&']).find_map(|p| p.strip_prefix(name)).unwrap();
        let (expires, signature) = (value("expires=").parse().unwrap(), value("signature="));
        let check = |target, expires, signature: &str| links.check(target, expires, signature);
        assert_eq!(check(Target::Read("0a1b"), expires, signature), Ok(()));
        for other in [Target::Read("0a1c"), Target::Upload("0a1b"), Target::Read("")] {
            assert_eq!(check(other, expires, signature), Err(LinkError::Forged));
        }
        assert_eq!(check(Target::Read("0a1b"), expires + 1, signature), Err(LinkError::Forged));
        for broken in ["", "zz", "é", "0", &signature[2..], &signature.replace(&signature[..1], "g")] {
            assert_eq!(check(Target::Read("0a1b"), expires, broken), Err(LinkError::Forged));
        }
        let past = hex(&links.mac(Target::Read("0a1b"), 1000).finalize().into_bytes());
        assert_eq!(check(Target::Read("0a1b"), 1000, &past), Err(LinkError::Expired));
        let other = Links::new([8; 32], Duration::from_secs(60));
        assert_eq!(other.check(Target::Read("0a1b"), expires, signature), Err(LinkError::Forged));
    }
}
