//! What is asked of a translation beside the languages.

use redub_core::Gender;
use serde::{Deserialize, Serialize};

use crate::address::Register;
use crate::engine::Mode;
use crate::glossary::Glossary;
use crate::openai::Endpoint;

/// Everything a translation can be told. The default is what a quick draft does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// How much care is spent.
    pub mode: Mode,
    /// Polite or familiar; the engines' own habit when `None`.
    pub register: Option<Register>,
    /// Gender of speakers of whom the voice does not tell it, and of those the user corrects: speaker's name (`S1`)
    /// and gender.
    pub genders: Vec<(String, Gender)>,
    /// Terms with their translations, and terms that stay.
    pub glossary: Glossary,
    /// A language model to translate with. Nothing leaves the machine without it.
    pub endpoint: Option<Endpoint>,
}
