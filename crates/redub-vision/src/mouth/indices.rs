//! Index sets into the 468-point face mesh (MediaPipe Face Mesh topology, Apache-2.0).

/// Number of lip points refined by the attention mesh.
pub const LIP_POINTS: usize = 80;

/// The lips: four nested rings of 20 points, from the vermilion's border (0..20) over 40..60 and 60..80 to the
/// inner edge (20..40). Each ring runs: left corner, nine lower points to the right, right corner, nine upper
/// points from the left. The order is that of the attention mesh's lip output.
pub const LIPS: [usize; LIP_POINTS] = [
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95, 88,
    178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90, 180, 85, 16,
    315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89, 179, 86, 15, 316, 403, 319,
    325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
];

/// First index in [`LIPS`] of each ring, outermost first.
pub const RINGS: [usize; 4] = [0, 40, 60, 20];
/// First index in [`LIPS`] of the inner edge.
pub const INNER: usize = 20;
/// Columns of a ring between the corners: lower points are `ring + 1..=9`, upper `ring + 11..=19`.
pub const COLUMNS: usize = 9;
/// Position in [`LIPS`] of the middle of the lower lip's upper edge (mesh point 14).
pub const LIP_LOWER_MIDDLE: usize = 25;
/// Position in [`LIPS`] of the middle of the upper lip's lower edge (mesh point 13).
pub const LIP_UPPER_MIDDLE: usize = 35;

/// Points that move with the skull only: they never follow the lips.
pub const RIGID: [usize; 31] = [
    10, 151, 9, 8, 168, 6, 197, 195, 33, 133, 362, 263, 127, 356, 234, 454, 67, 297, 103, 332, 54, 284, 21,
    251, 162, 389, 5, 4, 1, 98, 327,
];

/// The face's outline, clockwise from the forehead's middle.
pub const OVAL: [usize; 36] = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
    149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/// The part of the outline that the jaw carries.
pub const JAW: [usize; 17] =
    [361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132];

/// A closed ring of skin close round the mouth, where colours of two frames are compared.
pub const MOUTH_RING: [usize; 20] =
    [164, 393, 391, 322, 410, 287, 273, 335, 406, 313, 18, 83, 182, 106, 43, 57, 186, 92, 165, 167];

/// A wider closed ring round the mouth, from the base of the nose over the cheeks' folds to the chin: what is replaced
/// by pixels of the mouth bank lies inside it.
pub const MOUTH_PATCH: [usize; 22] = [
    2, 326, 327, 423, 426, 436, 432, 422, 424, 418, 421, 200, 201, 194, 204, 202, 212, 216, 206, 203, 98, 97,
];

/// Places on the skin on and outside [`MOUTH_PATCH`], where the light of two frames is compared: the sides of the nose,
/// the cheeks, the jaw and the chin.
pub const SKIN: [usize; 40] = [
    326, 327, 423, 426, 436, 432, 422, 424, 418, 421, 200, 201, 194, 204, 202, 212, 216, 206, 203, 98, 97, 2,
    49, 279, 36, 266, 50, 280, 205, 425, 207, 427, 214, 434, 210, 430, 208, 428, 175, 199,
];

/// Tip of the nose: centre from which the fixed outer ring is grown.
pub const NOSE_TIP: usize = 4;
/// Base of the nose: the lower face begins here.
pub const NOSE_BASE: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmarks::{LOWER_LIP_INNER, UPPER_LIP_INNER};

    #[test]
    fn middles_are_the_mesh_points_of_the_aperture() {
        assert_eq!(LIPS[LIP_LOWER_MIDDLE], LOWER_LIP_INNER);
        assert_eq!(LIPS[LIP_UPPER_MIDDLE], UPPER_LIP_INNER);
    }

    #[test]
    fn every_lip_point_occurs_once() {
        let mut sorted = LIPS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), LIP_POINTS);
    }
}
