//! Boxes with keypoints, and how many answers for one face become one.

/// A detected face or palm, in pixels of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// The network's belief, 0..1.
    pub score: f32,
    /// `[left, top, right, bottom]` in pixels.
    pub bounds: [f32; 4],
    /// Face: the eye on the left of the picture, the other eye, nose tip, mouth, the ears; palm: wrist, then the roots of
    /// the fingers and of the thumb. `[x, y]` in pixels.
    pub keypoints: Vec<[f32; 2]>,
}

/// Area shared by two boxes divided by the area both cover together, 0..1.
pub fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let shared = intersection(a, b);
    let union = area(a) + area(b) - shared;
    if union > 0.0 { shared / union } else { 0.0 }
}

/// Area of a box.
fn area(b: &[f32; 4]) -> f32 {
    (b[2] - b[0]).max(0.0) * (b[3] - b[1]).max(0.0)
}

/// Area shared by two boxes.
fn intersection(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    area(&[a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])])
}

/// Weighted non-maximum suppression: from the best answer down, all that overlap it by more than `limit` are averaged
/// into it, weighted by score. Steadier than dropping them, as BlazeFace's authors found.
pub(crate) fn suppress(mut all: Vec<Detection>, limit: f32) -> Vec<Detection> {
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept = Vec::new();
    while let Some(best) = all.first().cloned() {
        let (same, rest): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|d| overlap(&d.bounds, &best.bounds) > limit);
        kept.push(if same.is_empty() { best.clone() } else { average(&same) });
        // A box without area overlaps nothing, not even itself: it must still leave the list.
        all = if same.is_empty() { rest.into_iter().skip(1).collect() } else { rest };
    }
    kept
}

/// The mean of detections, weighted by score; the score is the first one's.
fn average(same: &[Detection]) -> Detection {
    let total: f32 = same.iter().map(|d| d.score).sum();
    let mean =
        |value: &dyn Fn(&Detection) -> f32| same.iter().map(|d| d.score * value(d)).sum::<f32>() / total;
    Detection {
        score: same[0].score,
        bounds: std::array::from_fn(|i| mean(&|d| d.bounds[i])),
        keypoints: (0..same[0].keypoints.len())
            .map(|k| [mean(&|d| d.keypoints[k][0]), mean(&|d| d.keypoints[k][1])])
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(score: f32, left: f32) -> Detection {
        Detection { score, bounds: [left, 0.0, left + 10.0, 10.0], keypoints: vec![[left, 5.0]] }
    }

    #[test]
    fn answers_for_one_face_are_averaged_and_others_stay() {
        let kept = suppress(vec![face(0.5, 1.0), face(1.0, 0.0), face(0.7, 40.0)], 0.3);
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].score, 1.0);
        assert!((kept[0].bounds[0] - 1.0 / 3.0).abs() < 1e-5);
        assert_eq!(kept[1].bounds[0], 40.0);
    }

    #[test]
    fn overlap_of_half_shifted_boxes() {
        assert!((overlap(&[0.0, 0.0, 2.0, 2.0], &[1.0, 0.0, 3.0, 2.0]) - 1.0 / 3.0).abs() < 1e-6);
    }
}
