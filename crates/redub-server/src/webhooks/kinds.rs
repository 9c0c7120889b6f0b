//! The kinds of events, as HeyGen's API lists them.

/// An event type and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventKind {
    /// Its name on the wire.
    pub name: &'static str,
    /// One sentence.
    pub description: &'static str,
    /// Whether this server ever sends it; the others exist so that a client can subscribe with the list it has.
    pub sent: bool,
}

const fn sent(name: &'static str, description: &'static str) -> EventKind {
    EventKind { name, description, sent: true }
}

const fn known(name: &'static str, description: &'static str) -> EventKind {
    EventKind { name, description, sent: false }
}

/// A translation is done.
pub const TRANSLATED: EventKind = sent("video_translate.success", "Video translation completed.");
/// A translation failed.
pub const NOT_TRANSLATED: EventKind = sent("video_translate.fail", "Video translation failed.");
/// The input of a translation was fetched and cannot be dubbed.
pub const INPUT_REFUSED: EventKind =
    sent("video_translate.preflight.validation_failed", "Video translation input failed validation.");
/// The input of a translation could not be fetched.
pub const INPUT_MISSING: EventKind =
    sent("video_translate.preflight.download_failed", "Video translation input could not be downloaded.");
/// A proofreading session is ready.
pub const PROOFREAD_READY: EventKind = sent("proofread_creation.success", "Proofread creation completed.");
/// A proofreading session failed.
pub const PROOFREAD_FAILED: EventKind = sent("proofread_creation.fail", "Proofread creation failed.");
/// All items of a batch are done or failed.
pub const BATCH_FINISHED: EventKind = sent("batch.finished", "Batch finished.");
/// A lip-sync is done (beyond HeyGen, which has no event for it).
pub const LIPSYNCED: EventKind = sent("lipsync.success", "Lipsync completed.");
/// A lip-sync failed (beyond HeyGen).
pub const NOT_LIPSYNCED: EventKind = sent("lipsync.fail", "Lipsync failed.");

/// Every kind a client may subscribe to: HeyGen's thirty in its order, then ours.
pub const ALL: [EventKind; 32] = [
    known("avatar_video.success", "Avatar video completed."),
    known("avatar_video.fail", "Avatar video failed."),
    known("avatar_video_gif.success", "Avatar video GIF completed."),
    known("avatar_video_gif.fail", "Avatar video GIF failed."),
    TRANSLATED,
    NOT_TRANSLATED,
    INPUT_REFUSED,
    INPUT_MISSING,
    known("personalized_video", "Personalized video changed."),
    known("instant_avatar.success", "Instant avatar completed."),
    known("instant_avatar.fail", "Instant avatar failed."),
    known("photo_avatar_generation.success", "Photo avatar generation completed."),
    known("photo_avatar_generation.fail", "Photo avatar generation failed."),
    known("photo_avatar_train.success", "Photo avatar training completed."),
    known("photo_avatar_train.fail", "Photo avatar training failed."),
    known("photo_avatar_add_motion.success", "Photo avatar motion completed."),
    known("photo_avatar_add_motion.fail", "Photo avatar motion failed."),
    PROOFREAD_READY,
    PROOFREAD_FAILED,
    known("live_avatar.success", "Live avatar completed."),
    known("live_avatar.fail", "Live avatar failed."),
    known("avatar_video_caption.success", "Avatar video caption completed."),
    known("avatar_video_caption.fail", "Avatar video caption failed."),
    known("video_agent.success", "Video agent completed."),
    known("video_agent.fail", "Video agent failed."),
    known("hyperframes_video.success", "Hyperframes video completed."),
    known("hyperframes_video.fail", "Hyperframes video failed."),
    known("ai_clipping.success", "Clipping completed."),
    known("ai_clipping.fail", "Clipping failed."),
    BATCH_FINISHED,
    LIPSYNCED,
    NOT_LIPSYNCED,
];

/// The kind of that name.
pub fn find(name: &str) -> Option<EventKind> {
    ALL.into_iter().find(|kind| kind.name == name)
}
