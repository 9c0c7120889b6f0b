//! The source's slow motion: what stays of the original mouth under the new speech.

use crate::mouth::lips::LipShape;
use crate::mouth::person::PersonModel;
use crate::tracks::Observation;

/// Standard deviation of the low-pass over the residual, seconds.
const RESIDUAL_SECONDS: f64 = 0.35;
/// Standard deviation of the low-pass over the width, seconds.
const WIDTH_SECONDS: f64 = 0.8;

/// Slow parts of the source's lips, per frame.
pub struct Slow {
    /// Difference between the lips seen and the person's lips at the same opening and width: a smile, a slant, what
    /// the mesh gets wrong in this pose. `LIP_POINTS` points, canonical centimetres.
    pub residuals: Vec<Vec<[f32; 3]>>,
    /// Width in inter-ocular distances.
    pub widths: Vec<f32>,
}

/// Low-passes the observations; frames without one borrow from their neighbours in time.
pub fn motion(person: &PersonModel, observations: &[Option<&Observation>], times: &[f64]) -> Slow {
    let raw: Vec<Option<(Vec<f32>, f32)>> = observations
        .iter()
        .map(|o| {
            o.map(|o| {
                let seen = LipShape::seen(o);
                let width = seen.width() / person.inter_ocular;
                let mut model = person.lips(seen.gap() / person.inter_ocular, width);
                model.set_gap(seen.gap());
                let residual = seen.flat().iter().zip(model.flat()).map(|(s, m)| s - m).collect::<Vec<f32>>();
                (residual, width)
            })
        })
        .collect();
    let mut slow = Slow { residuals: Vec::new(), widths: Vec::new() };
    for (i, time) in times.iter().enumerate() {
        let mut residual = vec![0.0f32; person.rest.points.len() * 3];
        let (mut residual_weight, mut width, mut width_weight) = (1e-6f32, 0.0, 1e-6f32);
        let reach = |j: &usize| (times[*j] - time).abs() < 2.5 * WIDTH_SECONDS;
        let around = (0..=i).rev().take_while(reach).chain((i + 1..times.len()).take_while(reach));
        for j in around {
            let Some((values, seen_width)) = &raw[j] else { continue };
            let apart = times[j] - time;
            let bell = |sigma: f64| (-0.5 * (apart / sigma).powi(2)).exp() as f32;
            let near = bell(WIDTH_SECONDS);
            width += near * seen_width;
            width_weight += near;
            if apart.abs() < 2.5 * RESIDUAL_SECONDS {
                let near = bell(RESIDUAL_SECONDS);
                residual.iter_mut().zip(values).for_each(|(slot, v)| *slot += near * v);
                residual_weight += near;
            }
        }
        slow.residuals.push(
            residual.chunks_exact(3).map(|p| std::array::from_fn(|axis| p[axis] / residual_weight)).collect(),
        );
        slow.widths.push(if width_weight > 1e-3 { width / width_weight } else { person.width.rest });
    }
    slow
}
