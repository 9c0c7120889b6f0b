//! The fixed boxes an SSD network measures its answers from.

/// Layout of one SSD network's anchors and answers, from MediaPipe's published graph options.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Side of the square input in pixels.
    pub side: usize,
    /// Grid steps in input pixels, each with its number of anchors per cell.
    pub grids: &'static [(usize, usize)],
    /// Keypoints per answer.
    pub keypoints: usize,
}

/// BlazeFace for faces within about two metres.
pub(crate) const SHORT_RANGE: Layout = Layout { side: 128, grids: &[(8, 2), (16, 6)], keypoints: 6 };
/// BlazeFace for faces within about five metres.
pub(crate) const FULL_RANGE: Layout = Layout { side: 192, grids: &[(4, 1)], keypoints: 6 };
/// The palm detector.
pub(crate) const PALM: Layout = Layout { side: 192, grids: &[(8, 2), (16, 6)], keypoints: 7 };

impl Layout {
    /// Anchor centres in input pixels, in the order of the network's answers.
    pub fn anchors(&self) -> Vec<[f32; 2]> {
        let mut anchors = Vec::new();
        for &(step, per_cell) in self.grids {
            let cells = self.side / step;
            for row in 0..cells {
                for column in 0..cells {
                    let centre = [(column as f32 + 0.5) * step as f32, (row as f32 + 0.5) * step as f32];
                    anchors.extend(std::iter::repeat_n(centre, per_cell));
                }
            }
        }
        anchors
    }

    /// Numbers per answer: box centre and size, then the keypoints.
    pub fn values(&self) -> usize {
        4 + 2 * self.keypoints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_anchors_as_the_networks_answer() {
        assert_eq!(SHORT_RANGE.anchors().len(), 896);
        assert_eq!(FULL_RANGE.anchors().len(), 2304);
        assert_eq!(PALM.anchors().len(), 2016);
    }
}
