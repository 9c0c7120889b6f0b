//! Fitted voices that are kept by name, for other videos of the same person.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use redub_core::{Gender, Language};
use serde::{Deserialize, Serialize};

use super::record::{Fitted, refused};
use crate::error::SpeechError;
use crate::voices::assign::PITCH_SCALES;
use crate::voices::catalog;

/// What the files of this version begin with.
const MARK: &[u8] = b"redub voice 1\n";
const EXTENSION: &str = "voice";

/// A person's voice, as kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedVoice {
    /// Their gender, as heard or given.
    pub gender: Option<Gender>,
    /// Their median pitch, Hz.
    pub pitch_hz: Option<f32>,
    /// The language it was learnt from; it speaks all that the synthesiser does.
    pub language: Language,
    /// Seconds of speech it was learnt from.
    pub seconds: f64,
    /// Digest of the synthesiser's weights it was fitted to: it says nothing to others.
    pub synthesiser: String,
    /// What the decoder takes over.
    pub fitted: Fitted,
}

impl SavedVoice {
    /// Factor on a stock voice's pitch (Hz) that brings it to the person's, within [`PITCH_SCALES`].
    pub fn f0_scale(&self, stock_hz: Option<f32>) -> f32 {
        let wanted = self.pitch_hz.zip(stock_hz).map_or(1.0, |(own, stock)| own / stock);
        wanted.clamp(*PITCH_SCALES.start(), *PITCH_SCALES.end())
    }
}

/// A folder of voices, a file `NAME.voice` each.
#[derive(Debug, Clone)]
pub struct SavedVoices {
    folder: PathBuf,
}

impl SavedVoices {
    /// The voices of a folder, which need not be there.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Why a voice cannot have that name; `None` when it can.
    pub fn refusal(name: &str) -> Option<String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
            return Some(format!("'{name}' cannot be a voice's name: use letters, digits and _, 64 at most"));
        }
        catalog::find(name).map(|_| format!("'{name}' is a stock voice: choose another name"))
    }

    /// Where a voice is kept.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension(EXTENSION)
    }

    /// The names, in alphabetical order.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn names(&self) -> Result<Vec<String>, SpeechError> {
        let entries = match fs::read_dir(&self.folder) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let ours = path.extension().is_some_and(|e| e == EXTENSION);
            names.extend(path.file_stem().filter(|_| ours).map(|n| n.to_string_lossy().into_owned()));
        }
        names.sort();
        Ok(names)
    }

    /// A voice by name; `None` when there is none.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, or comes from another version.
    pub fn read(&self, name: &str) -> Result<Option<SavedVoice>, SpeechError> {
        if Self::refusal(name).is_some() {
            return Ok(None);
        }
        let path = self.path(name);
        let bytes = match fs::read(&path) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            bytes => bytes?,
        };
        let body = bytes.strip_prefix(MARK);
        let body = body.ok_or_else(|| refused(&path, "it is no voice of this version: learn it again"))?;
        postcard::from_bytes(body).map(Some).map_err(|e| refused(&path, &format!("{e}: learn it again")))
    }

    /// Keeps a voice; one of the same name is replaced in one step.
    ///
    /// # Errors
    /// A name that no voice can have, or a file that cannot be written.
    pub fn write(&self, name: &str, voice: &SavedVoice) -> Result<PathBuf, SpeechError> {
        let path = self.path(name);
        if let Some(reason) = Self::refusal(name) {
            return Err(refused(&path, &reason));
        }
        let body = postcard::to_stdvec(voice).map_err(|e| refused(&path, &e.to_string()))?;
        fs::create_dir_all(&self.folder)?;
        let fresh = self.folder.join(format!(".{name}.{}", std::process::id()));
        fs::write(&fresh, [MARK, &body].concat())?;
        fs::rename(&fresh, &path)?;
        Ok(path)
    }

    /// Forgets a voice; whether there was one.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn remove(&self, name: &str) -> Result<bool, SpeechError> {
        if Self::refusal(name).is_some() {
            return Ok(false);
        }
        match fs::remove_file(self.path(name)) {
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::*;

    #[test]
    fn voices_are_kept_replaced_and_forgotten() {
        let folder = std::env::temp_dir().join(format!("redub-voices-{}", std::process::id()));
        let voices = SavedVoices::new(&folder);
        assert_eq!((voices.names().unwrap(), voices.read("ana").unwrap()), (vec![], None));
        let mut voice = SavedVoice {
            gender: Some(Gender::Female),
            pitch_hz: Some(210.0),
            language: "es".parse().unwrap(),
            seconds: 12.5,
            synthesiser: "abc".into(),
            fitted: Fitted::unchanged(vec![0.5; 128], Source { mix: vec![0.1; 9], bias: 0.0 }),
        };
        voices.write("ana", &voice).unwrap();
        voice.seconds = 16.0;
        voices.write("ana", &voice).unwrap();
        assert_eq!(voices.read("ana").unwrap(), Some(voice.clone()));
        assert_eq!(voices.names().unwrap(), ["ana"]);
        for name in ["em_alex", "../ana", ""] {
            assert!(voices.write(name, &voice).is_err() && voices.read(name).unwrap().is_none());
        }
        std::fs::write(voices.path("old"), b"something else").unwrap();
        assert!(voices.read("old").unwrap_err().to_string().contains("learn it again"));
        assert!(voices.remove("ana").unwrap() && !voices.remove("ana").unwrap());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
