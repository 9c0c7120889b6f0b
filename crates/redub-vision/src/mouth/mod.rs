//! The mouth renderer: the speaker's own mouth, re-shaped to new speech.
//!
//! 1. [`PersonModel::fit`] learns how this face moves from the track's observations.
//! 2. [`plan`] turns phones on the output time line into target lips per output frame.
//! 3. [`choose_exemplars`] names the frames whose pixels show the inside of the mouth; the caller decodes them.
//! 4. [`SpeedRenderer::prepare`] makes the renderer of one face; [`RenderMouth::render`] writes into the pixels of
//!    [`RenderMouth::roi`], frame by frame, in any order and on any thread.
//!    [`avatar`] does the same with the [`bank`] of all the person's frames, planned ahead over the whole output.
//! 5. [`figures`] judges the finished picture, [`av`] whether it fits the sound.
//!
//! Three renderers stand behind [`RenderMouth`]: `warp` ([`SpeedRenderer`]), `avatar`, and [`neural`], where a generator
//! network is installed and chosen: it needs neither bank nor planned lips, which are then only judged by.

mod algebra;
pub mod av;
pub mod avatar;
pub mod bank;
mod blend;
mod exemplars;
pub mod figures;
pub mod indices;
mod interior;
mod lips;
mod mover;
pub mod neural;
mod person;
mod region;
mod speed;
mod target;
#[cfg(test)]
mod testing;
mod visemes;
mod warp;

pub use exemplars::{ExemplarPixels, choose_exemplars};
pub use lips::LipShape;
pub use person::{PersonModel, Range};
pub use region::{RegionPixels, Roi};
pub use speed::SpeedRenderer;
pub use target::{Envelope, MouthTarget, Script, openings, plan};

use crate::error::VisionError;
use crate::tracks::Observation;

/// What one call of [`RenderMouth::render`] did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rendered {
    /// One byte per pixel of the region: 0 untouched, 128 moved, up to 255 where the mouth's inside was pasted.
    pub mask: Vec<u8>,
    /// Number of pixels whose mask is not 0.
    pub changed: usize,
}

/// Renders new lips into frames of one face. Made for a face once, then called frame by frame from any thread.
pub trait RenderMouth: Send + Sync {
    /// Name for reports, such as `speed`.
    fn name(&self) -> &str;

    /// What the user should know about this face, such as that its mouth never opens.
    fn notes(&self) -> &[String];

    /// The rectangle that [`render`](Self::render) may change in the frame of `observation`, with even corners (4:2:0
    /// chroma) and cut to a picture of `width × height`. Empty when the face lies outside.
    fn roi(&self, observation: &Observation, width: usize, height: usize) -> Roi;

    /// Moves the mouth in frame `frame` of the output: in `region` (the pixels of [`roi`](Self::roi)) from where `observation` saw it to `lips`
    /// (canonical, centimetres). `weight` 0..1 fades from the source's own lips (0: no pixel changes) to the
    /// target (1): the product of the gate's cross-fade and [`MouthTarget::drive`].
    fn render(
        &self,
        frame: usize,
        region: &mut RegionPixels<'_>,
        observation: &Observation,
        lips: &LipShape,
        weight: f32,
    ) -> Rendered;

    /// What stopped a drawing since this was last asked; the frames concerned were left as they were.
    fn failure(&self) -> Option<VisionError> {
        None
    }
}
