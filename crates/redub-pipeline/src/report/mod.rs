//! The quality report: `report.json` and one self-contained page, `report.html`.

mod charts;
mod html;
mod svg;

pub use html::page;
