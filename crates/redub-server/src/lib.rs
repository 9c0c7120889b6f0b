//! HeyGen's v3 video-translation API over the redub pipeline: a client changes its base URL and nothing else.
//!
//! One folder per resource, one file per verb in it. [`wire`] holds what all answers share (envelopes, errors, ids,
//! cursors), [`db`] the tables, [`jobs`] the queue and the worker that runs the pipeline. The crate adds no dubbing
//! logic of its own: it stores what is asked for, runs [`redub_pipeline`] and serves what comes out.

pub mod assets;
pub mod auth;
pub mod batches;
mod captions;
mod check;
pub mod config;
pub mod db;
mod docs;
pub mod extras;
mod fetch_small;
mod files;
pub mod glossaries;
mod health;
mod idempotency;
pub mod jobs;
pub mod keys;
pub mod languages;
mod lipsyncs;
mod listener;
pub mod metrics;
pub mod objects;
pub mod proofreads;
mod request_id;
mod router;
mod server;
pub mod sign;
pub mod state;
pub mod time;
mod ui;
mod users;
pub mod video_translations;
mod voices;
pub mod webhooks;
pub mod wire;

pub use config::{Config, Role};
pub use server::{ServerError, serve, work};
pub use state::App;
