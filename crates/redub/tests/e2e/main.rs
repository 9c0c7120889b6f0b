//! End-to-end tests: the built binary on real clips, as a user runs it.
//!
//! Models come from the default folder (`redub models pull`). All tests share one artifact cache in the target
//! folder, so that what one has heard and seen another need not. Clips that are not part of the project lie in the
//! folder `shared` beside the checkout (or `REDUB_SHARED`); without it those tests say that they are skipped.

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

mod bad_input;
mod cli;
mod clips;
mod dub;
mod eastern;
mod edit;
mod fetch;
mod formats;
mod interrupt;
mod mouths;
mod resume;
mod support;
mod translation;
