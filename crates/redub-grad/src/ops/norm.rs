//! Instance normalisation whose scale and shift come from elsewhere (AdaIN; Huang and Belongie 2017).

use crate::write::Attribute;
use crate::{Graph, Value};

/// Added to the variance.
const LEAST: f32 = 1e-5;

impl Graph {
    /// Every channel of `x` `[1, channels, time]` brought to mean 0 and variance 1, then times `scale` plus `shift`, both
    /// `[1, channels, 1]`.
    pub fn styled(&mut self, x: Value, scale: Value, shift: Value) -> Value {
        let mean = self.mean_over_time(x);
        let centred = self.pair("Sub", x, mean);
        let square = self.pair("Mul", centred, centred);
        let variance = self.mean_over_time(square);
        let least = self.constant(&[1], &[LEAST]);
        let variance = self.pair("Add", variance, least);
        let deviation = self.one("Sqrt", variance);
        let inverse = self.one("Reciprocal", deviation);
        let factor = self.pair("Mul", inverse, scale);
        let scaled = self.pair("Mul", centred, factor);
        let result = self.pair("Add", scaled, shift);
        let (of_x, of_scale, of_shift) = (self.learnt(x), self.learnt(scale), self.learnt(shift));
        self.rule(result, move |graph, dy| {
            let mut found = Vec::new();
            let weighted = graph.pair("Mul", dy, centred);
            if of_scale {
                let sum = graph.sum_over_time(weighted);
                found.push((scale, graph.pair("Mul", sum, inverse)));
            }
            if of_shift {
                found.push((shift, graph.sum_over_time(dy)));
            }
            if of_x {
                // factor × (dy − mean(dy) − centred × mean(dy × centred) / variance)
                let level = graph.mean_over_time(dy);
                let along = graph.mean_over_time(weighted);
                let along = graph.pair("Div", along, variance);
                let along = graph.pair("Mul", centred, along);
                let rest = graph.pair("Sub", dy, level);
                let rest = graph.pair("Sub", rest, along);
                found.push((x, graph.pair("Mul", rest, factor)));
            }
            found
        })
    }

    fn mean_over_time(&mut self, x: Value) -> Value {
        let mut shape = self.shape(x).to_vec();
        shape[2] = 1;
        self.add_node("ReduceMean", &[x], &[("axes", Attribute::Ints(vec![2]))], shape)
    }

    fn sum_over_time(&mut self, x: Value) -> Value {
        let mut shape = self.shape(x).to_vec();
        shape[2] = 1;
        self.node_with("ReduceSum", &[x], &[&[2]], &[], vec![shape])[0]
    }
}
