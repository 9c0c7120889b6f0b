//! How long work tells how far it is, and is told to stop.

use std::ops::ControlFlow;

use crate::error::SpeechError;

/// Called with the share done, 0..=1; a break ends the work at the next safe point with [`SpeechError::Stopped`].
pub type Progress<'p> = dyn FnMut(f32) -> ControlFlow<()> + 'p;

/// Never stops.
///
/// ```
/// assert!(redub_speech::progress::on(0.5).is_continue());
/// ```
pub fn on(_share: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells `progress` the share done; an error when it asks to stop.
pub(crate) fn tell(progress: &mut Progress<'_>, share: f32) -> Result<(), SpeechError> {
    if progress(share).is_break() { Err(SpeechError::Stopped) } else { Ok(()) }
}
