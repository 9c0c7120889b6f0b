//! The quality report: `report.json` and one self-contained page, `report.html`.

mod charts;
mod html;
pub(crate) mod svg;

pub use html::page;
