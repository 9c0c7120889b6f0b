//! The `avatar` renderer: a mouth put together from the person's own frames.
//!
//! 1. [`Avatar::learn`] turns a person's part of the [`super::bank`] into numbers: lip shape, pose, light, sharpness,
//!    look (`features`, `appearance`).
//! 2. [`Avatar::choose`] plans over the whole output: candidates per frame by cost and a steady path through them
//!    (`path`) for the fine detail, and the mouths from which the broad shading is interpolated (`kriging`).
//! 3. [`AvatarRenderer`] draws (`compose`): the frame's own lower face is moved to the wanted lips (jaw and cheeks
//!    follow), the interpolated shading and the path's detail are laid onto the wanted mesh (`texture`) in the
//!    frame's light (`tone`), and the patch is blended in.

mod appearance;
mod compose;
mod covered;
mod entries;
mod features;
mod flow;
mod kriging;
mod mixture;
mod path;
mod renderer;
mod settings;
pub(super) mod soft;
#[cfg(test)]
mod tests;
mod texture;
mod tone;

pub use entries::{Avatar, ThinBank};
pub use mixture::{Mixture, Part, Wanted};
pub use renderer::AvatarRenderer;
pub use settings::AvatarSettings;
