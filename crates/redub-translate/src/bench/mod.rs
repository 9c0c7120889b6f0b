//! How good a way of translating is: chrF against references, register, gender, speed.
//!
//! References lie in a folder: `ntrex/<language>.txt` (one sentence per line, the same in every file; languages by their
//! ISO 639-3 code as NTREX-128 names them) and `cocoa/` as CoCoA-MT has them, without markup: `<lang>.txt` in English,
//! `<lang>.formal.txt` and `<lang>.informal.txt`, and `…feminine.txt` where the one spoken to is a woman.

mod gender;
mod lengths;
mod references;
mod register;
mod run;
mod strategies;
mod table;

pub use gender::{GenderFigures, gender};
pub use lengths::{LengthFigures, Pace, Paced};
pub use references::{BenchError, Pair, References, Set};
pub use register::{RegisterFigures, register};
pub use run::{Keep, Measure, PairFigures, SetFigures, bench};
pub use strategies::{Strategies, WayFigures, strategies};
pub use table::{markdown, strategies_markdown};
