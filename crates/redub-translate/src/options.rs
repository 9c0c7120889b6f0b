//! What is asked of a translation beside the languages.

use redub_core::Gender;
use serde::{Deserialize, Serialize};

use crate::address::Register;
use crate::chat::{Endpoint, LocalModel};
use crate::engine::Mode;
use crate::glossary::Glossary;

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
    /// Whether a language model on this machine translates, where no endpoint does.
    pub local_model: LocalModel,
    /// Whether a language model is shown the engines' drafts; as it was found better for the pair when `None`.
    pub drafts: Option<Drafts>,
}

/// What the engines' drafts are to a language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Drafts {
    /// It edits them.
    Shown,
    /// It translates by itself; they only witness what it says.
    Kept,
    /// It is shown the Portuguese through which the engines go from English, which is better than what they make of it;
    /// elsewhere as [`Drafts::Kept`].
    Pivot,
}

impl Drafts {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kept, Self::Shown, Self::Pivot];

    /// Name in settings and figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Kept => "kept",
            Self::Pivot => "pivot",
        }
    }
}
