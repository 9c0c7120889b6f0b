//! A voice: a stock one or a mixture of several.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A stock voice by name, or a weighted mixture of the style vectors of several. Written as `em_alex` or
/// `em_alex*0.7+em_santa*0.3`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Voice {
    parts: Vec<(String, f32)>,
}

/// A text that names no voice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a voice: write a name such as em_alex or a mixture such as em_alex*0.7+em_santa*0.3")]
pub struct NotAVoice(pub String);

impl Voice {
    /// A stock voice.
    pub fn named(name: impl Into<String>) -> Self {
        Self { parts: vec![(name.into(), 1.0)] }
    }

    /// A mixture; weights are scaled to sum 1. `None` without parts or with weights that are not positive.
    pub fn mixture(parts: Vec<(String, f32)>) -> Option<Self> {
        let sum: f32 = parts.iter().map(|p| p.1).sum();
        let usable = !parts.is_empty() && sum.is_finite() && parts.iter().all(|p| p.1 > 0.0);
        usable.then(|| Self { parts: parts.into_iter().map(|(n, w)| (n, w / sum)).collect() })
    }

    /// Names and weights; the weights sum to 1.
    pub fn parts(&self) -> &[(String, f32)] {
        &self.parts
    }
}

impl fmt::Display for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [(name, _)] = self.parts.as_slice() {
            return f.write_str(name);
        }
        for (i, (name, weight)) in self.parts.iter().enumerate() {
            let weight = (weight * 1000.0).round() / 1000.0;
            write!(f, "{}{name}*{weight}", if i > 0 { "+" } else { "" })?;
        }
        Ok(())
    }
}

impl FromStr for Voice {
    type Err = NotAVoice;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |p: &str| -> Option<(String, f32)> {
            let (name, weight) = p.split_once('*').unwrap_or((p, "1"));
            let name = name.trim();
            let ok = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            Some((ok.then(|| name.to_owned())?, weight.trim().parse().ok()?))
        };
        let parts: Option<Vec<_>> = text.split('+').map(part).collect();
        parts.and_then(Voice::mixture).ok_or_else(|| NotAVoice(text.to_owned()))
    }
}

impl TryFrom<String> for Voice {
    type Error = NotAVoice;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Voice> for String {
    fn from(voice: Voice) -> Self {
        voice.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Voice;

    #[test]
    fn mixtures_are_read_and_written() {
        let voice: Voice = "em_alex*3 + em_santa".parse().unwrap();
        assert_eq!(voice.to_string(), "em_alex*0.75+em_santa*0.25");
        assert_eq!("em_alex".parse::<Voice>().unwrap(), Voice::named("em_alex"));
        for bad in ["", "../x", "a*0", "a*x", "a+"] {
            assert!(bad.parse::<Voice>().is_err(), "{bad}");
        }
    }
}
