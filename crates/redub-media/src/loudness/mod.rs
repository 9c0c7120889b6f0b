//! How loud sound is, after ITU-R BS.1770 and EBU R 128, and how to keep its peaks below a ceiling.

mod limit;
mod measure;
mod oversample;

pub use limit::limit_true_peak;
pub use measure::{integrated_lufs, momentary, true_peak_dbtp};
