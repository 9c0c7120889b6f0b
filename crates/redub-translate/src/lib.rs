//! Meaning: translation engines, batching, pivots, coverage, length budget.
//!
//! [`Translator::open`] picks the route for a pair of languages; what it returns translates a whole transcript in one
//! call ([`Translate`]). A route is a chain of engines ([`nmt::Firefox`], [`apertium::Apertium`], multilingual models in
//! CTranslate2's format); around it stand the parts every engine needs: sentences ([`sentences`], [`joins`]), the
//! spelling and punctuation of the target language ([`polish`]), register ([`address`]) and gender ([`agreement`]), terms
//! ([`glossary`]), and the checks of each result ([`checks`]). A language model ([`chat`]) works on scenes ([`scene`]) with
//! the route's drafts beneath it.
//! [`mod@bench`] measures all of it against references.

pub mod address;
pub mod agreement;
pub mod apertium;
pub mod bench;
mod cascade;
pub mod chat;
pub mod checks;
pub mod chrf;
pub mod engine;
pub mod error;
pub mod glossary;
pub mod joins;
pub mod length;
pub mod morphology;
pub mod nmt;
pub mod options;
pub mod pivot;
pub mod polish;
pub mod route;
pub mod scene;
pub mod sentences;
mod units;

pub use address::Register;
pub use chat::{Endpoint, LocalModel};
pub use checks::Issue;
pub use engine::{Mode, SentenceEngine, SourceLine, Translate, Translated, Watch};
pub use error::TranslateError;
pub use glossary::Glossary;
pub use options::Options;
pub use route::{Quality, Route, Translator, coverage};
