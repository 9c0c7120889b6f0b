//! Limits of the gate.

/// When a mouth may be re-rendered. Limits come in pairs: to begin rendering the first must hold, to go on the second, so that
/// a value near a limit does not flicker.
#[derive(Debug, Clone, PartialEq)]
pub struct GateSettings {
    /// Most degrees of yaw, either way: (to begin, to go on).
    pub yaw: (f32, f32),
    /// Most degrees of pitch, either way.
    pub pitch: (f32, f32),
    /// Least distance between the outer eye corners in pixels, as if the face were frontal.
    pub inter_ocular: (f32, f32),
    /// Least confidence of the landmarks, 0..1.
    pub confidence: (f32, f32),
    /// Most share of the mouth covered by a hand, 0..1.
    pub palm: (f32, f32),
    /// Frames before and after a covered mouth that count as covered too: hands are looked for only every few frames.
    pub palm_margin: (usize, usize),
    /// Most share of the lower face in other colours than usual, 0..1.
    pub foreign: f32,
    /// Frames before and after such a frame that count as covered too: what comes or goes is half there.
    pub foreign_margin: usize,
    /// Stretches of fewer rendered frames are kept.
    pub min_frames: usize,
    /// Frames of the cross-fade where rendering begins or ends inside a shot.
    pub fade_frames: usize,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            yaw: (40.0, 46.0),
            pitch: (28.0, 34.0),
            inter_ocular: (28.0, 25.0),
            confidence: (0.85, 0.7),
            palm: (0.15, 0.25),
            palm_margin: (6, 2),
            foreign: 0.045,
            foreign_margin: 2,
            min_frames: 8,
            fade_frames: 3,
        }
    }
}
