//! The server as its clients meet it: the built binary on a port of its own, over HTTP, with the project's own sample
//! served from loopback.
//!
//! Tests of whole jobs dub four seconds of the sample and share the stored stages of all tests, so that what one has
//! heard and seen another need not.

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

mod assets;
mod crash;
mod fields;
mod glossary;
mod host;
mod hostile;
mod limits;
mod lipsync;
mod openapi;
mod proofread;
mod roles;
mod support;
mod switching;
mod tenants;
mod translate;
mod webhooks;
mod wire;
