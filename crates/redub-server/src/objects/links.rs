//! Links that carry their own permission: signed, and valid for a time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sha2::Sha256;

use crate::assets::kind;
use crate::config::Config;
use crate::db::Pool;
use crate::sign::{self, hex, unhex};
use crate::wire;

/// Characters that a path must not show as they are.
const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'\\').add(b'`');
/// The same for one part of a path or query.
const PART: &AsciiSet = &PATH.add(b'&').add(b'+').add(b'/').add(b'=').add(b';');

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
    /// Reading a stored file.
    Read {
        /// Its key in the store.
        key: &'a str,
        /// The name it is saved under.
        name: &'a str,
        /// Its MIME type.
        content_type: &'a str,
    },
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

    /// Links signed with the secret of this database, which is made when it is missing.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open(db: &Pool, config: &Config) -> Result<Self, sqlx::Error> {
        let insert = "INSERT INTO settings (name, value) VALUES ('link_secret', ?) ON CONFLICT DO NOTHING";
        sqlx::query(insert).bind(wire::secret::<32>()).execute(db).await?;
        let select = "SELECT value FROM settings WHERE name = 'link_secret'";
        let stored: String = sqlx::query_scalar(select).fetch_one(db).await?;
        let secret = unhex(&stored).and_then(|bytes| bytes.try_into().ok());
        let secret =
            secret.ok_or_else(|| sqlx::Error::Decode("the secret of the links is damaged".into()))?;
        Ok(Self::new(secret, config.link_ttl))
    }

    /// How long a link made now will live.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A fresh link to a stored file. `base` is the address of this server as its client knows it.
    pub fn read(&self, base: &str, key: &str, name: &str, content_type: &str) -> String {
        let permit = self.permit(Target::Read { key, name, content_type });
        let key = utf8_percent_encode(key, PATH);
        let (name, kind) = (utf8_percent_encode(name, PART), utf8_percent_encode(content_type, PART));
        format!("{base}/files/{key}/{name}?type={kind}&{permit}")
    }

    /// A fresh link to a file of a job's results; its type follows from its ending.
    pub fn job_file(&self, base: &str, job: &str, name: &str) -> String {
        self.read(base, &job_key(job, name), name, kind::by_name(name))
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
        let parts = match target {
            Target::Read { key, name, content_type } => ["read", key, name, content_type],
            Target::Upload(asset) => ["upload", asset, "", ""],
        };
        let mut mac = sign::hmac(&self.secret);
        mac.update(&expires.to_be_bytes());
        for part in parts {
            // With its length, so that the end of one cannot be read as the beginning of the next.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// Where a file of a job's results lies.
pub fn job_key(job: &str, name: &str) -> String {
    format!("jobs/{job}/{name}")
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
        let url = links.job_file("http://h", "0a1b-es", "talk & run.es.mp4");
        let path = "http://h/files/jobs/0a1b-es/talk%20&%20run.es.mp4/talk%20%26%20run.es.mp4?type=video%2Fmp4&expires=";
        assert!(url.starts_with(path), "{url}");
        let value = |name: &str| url.split(['?', '&']).find_map(|p| p.strip_prefix(name)).unwrap();
        let (expires, signature) = (value("expires=").parse().unwrap(), value("signature="));
        let (key, name, content_type) = ("jobs/0a1b-es/talk & run.es.mp4", "talk & run.es.mp4", "video/mp4");
        let target = Target::Read { key, name, content_type };
        let check = |target, expires, signature: &str| links.check(target, expires, signature);
        assert_eq!(check(target, expires, signature), Ok(()));
        for other in [
            Target::Read { key: "jobs/0a1c-es/talk & run.es.mp4", name, content_type },
            Target::Read { key, name: "x.html", content_type },
            Target::Read { key, name, content_type: "text/html" },
            Target::Read { key: "jobs/0a1b-es/talk & run.es.mp4t", name: "alk & run.es.mp4", content_type },
            Target::Upload("0a1b-es"),
        ] {
            assert_eq!(check(other, expires, signature), Err(LinkError::Forged));
        }
        assert_eq!(check(target, expires + 1, signature), Err(LinkError::Forged));
        for broken in ["", "zz", "é", "0", &signature[2..], &signature.replace(&signature[..1], "g")] {
            assert_eq!(check(target, expires, broken), Err(LinkError::Forged));
        }
        let past = hex(&links.mac(target, 1000).finalize().into_bytes());
        assert_eq!(check(target, 1000, &past), Err(LinkError::Expired));
        let other = Links::new([8; 32], Duration::from_secs(60));
        assert_eq!(other.check(target, expires, signature), Err(LinkError::Forged));
    }
}
