//! Sound: from files, to files, and what is done to it in between.

mod decode;
mod mix;
mod resample;
mod stretch;
mod wav;

pub(crate) use decode::on_time_line;
pub use decode::{Channels, decode};
pub use mix::{mix_into, stereo};
pub use resample::resample;
pub use stretch::stretch;
pub use wav::{read_wav, write_wav};
