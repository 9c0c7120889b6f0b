//! Sums, means and products of matrices.

use crate::{Graph, Value};

impl Graph {
    /// Sum of all numbers, of shape `[1]`.
    pub fn sum(&mut self, x: Value) -> Value {
        let shape = self.shape(x).to_vec();
        let row = self.reshaped_flat(x);
        let result = self.node_with("ReduceSum", &[row], &[&[0]], &[], vec![vec![1]])[0];
        self.rule(result, move |graph, dy| {
            let sizes: Vec<i64> = shape.iter().map(|s| *s as i64).collect();
            vec![(x, graph.node_with("Expand", &[dy], &[&sizes], &[], vec![shape.clone()])[0])]
        })
    }

    /// Mean of all numbers, of shape `[1]`.
    pub fn mean(&mut self, x: Value) -> Value {
        let count: usize = self.shape(x).iter().product();
        let sum = self.sum(x);
        self.scale(sum, 1.0 / count as f32)
    }

    /// Product of matrices: `a` `[.., n, k]` by `b` `[k, m]`. Gradients pass to `a` only.
    pub fn matmul(&mut self, a: Value, b: Value) -> Value {
        let mut shape = self.shape(a).to_vec();
        if let Some(last) = shape.last_mut() {
            *last = self.shape(b)[1];
        }
        let result = self.add_node("MatMul", &[a, b], &[], shape);
        self.rule(result, move |graph, dy| {
            let turned = graph.permuted(b, &[1, 0]);
            vec![(a, graph.matmul(dy, turned))]
        })
    }

    fn reshaped_flat(&mut self, x: Value) -> Value {
        let count = self.shape(x).iter().product();
        self.node_with("Reshape", &[x], &[&[-1]], &[], vec![vec![count]])[0]
    }
}
