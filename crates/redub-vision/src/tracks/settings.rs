//! What can be chosen about tracking.

/// Settings of a [`super::Tracker`].
#[derive(Debug, Clone, PartialEq)]
pub struct TrackerSettings {
    /// Frames per second: the smoothing's cut-offs are in Hz.
    pub frame_rate: f32,
    /// Faces followed at once; more are left alone.
    pub max_faces: usize,
    /// Least detector score of a new face, 0..1.
    pub min_detection: f32,
    /// Least mesh confidence of a face, 0..1.
    pub min_confidence: f32,
    /// Least distance between the outer eye corners in pixels; smaller faces are left alone.
    pub min_inter_ocular: f32,
    /// Tracks shorter than this many frames are dropped.
    pub min_frames: usize,
    /// Frames between two looks for new faces while faces are followed.
    pub detect_every: usize,
    /// Frames between two looks for hands over a mouth; 0 never looks.
    pub palm_every: usize,
}

impl Default for TrackerSettings {
    fn default() -> Self {
        Self {
            frame_rate: 25.0,
            max_faces: 8,
            min_detection: 0.55,
            min_confidence: 0.5,
            min_inter_ocular: 9.0,
            min_frames: 6,
            detect_every: 12,
            palm_every: 6,
        }
    }
}
