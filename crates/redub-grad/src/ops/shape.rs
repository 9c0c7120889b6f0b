//! Operations that move numbers without changing them.

use crate::write::Attribute;
use crate::{Graph, Value};

impl Graph {
    /// Values side by side along an axis.
    pub fn concat(&mut self, values: &[Value], axis: usize) -> Value {
        let mut shape = self.shape(values[0]).to_vec();
        let sizes: Vec<usize> = values.iter().map(|v| self.shape(*v)[axis]).collect();
        shape[axis] = sizes.iter().sum();
        let result = self.add_node("Concat", values, &[("axis", Attribute::Int(axis as i64))], shape);
        let parts: Vec<(Value, usize, usize)> = values
            .iter()
            .zip(&sizes)
            .scan(0, |at, (value, size)| {
                *at += size;
                Some((*value, *at - size, *at))
            })
            .filter(|(value, ..)| self.learnt(*value))
            .collect();
        self.rule(result, move |graph, dy| {
            parts.iter().map(|(value, start, end)| (*value, graph.slice(dy, axis, *start, *end))).collect()
        })
    }

    /// Steps `start..end` along an axis.
    pub fn slice(&mut self, x: Value, axis: usize, start: usize, end: usize) -> Value {
        let mut shape = self.shape(x).to_vec();
        let (size, rank) = (shape[axis], shape.len());
        shape[axis] = end - start;
        // An end at the end stays there when a free size is another.
        let stop = if end == size { i64::MAX } else { end as i64 };
        let result =
            self.node_with("Slice", &[x], &[&[start as i64], &[stop], &[axis as i64]], &[], vec![shape])[0];
        self.rule(result, move |graph, dy| {
            let mut pads = vec![0; 2 * rank];
            pads[axis] = start as i64;
            pads[rank + axis] = (size - end) as i64;
            let mut whole = graph.shape(dy).to_vec();
            whole[axis] = size;
            vec![(x, graph.node_with("Pad", &[dy], &[&pads], &[], vec![whole])[0])]
        })
    }

    /// Every step twice along time.
    pub fn doubled(&mut self, x: Value) -> Value {
        let [_, channels, time] = [self.shape(x)[0], self.shape(x)[1], self.shape(x)[2]];
        let column = self.node_with("Unsqueeze", &[x], &[&[3]], &[], vec![vec![1, channels, time, 1]])[0];
        let axis = [("axis", Attribute::Int(3))];
        let both = self.add_node("Concat", &[column, column], &axis, vec![1, channels, time, 2]);
        let shape = vec![1, channels, 2 * time];
        let result = self.node_with("Reshape", &[both], &[&[1, channels as i64, -1]], &[], vec![shape])[0];
        self.rule(result, move |graph, dy| {
            let halves = [1, channels as i64, time as i64, 2];
            let halves =
                graph.node_with("Reshape", &[dy], &[&halves], &[], vec![vec![1, channels, time, 2]])[0];
            let once = [("keepdims", Attribute::Int(0))];
            vec![(
                x,
                graph.node_with("ReduceSum", &[halves], &[&[3]], &once, vec![vec![1, channels, time]])[0],
            )]
        })
    }

    /// The same numbers in another shape.
    pub fn reshaped(&mut self, x: Value, shape: &[usize]) -> Value {
        let before = self.shape(x).to_vec();
        let sizes: Vec<i64> = shape.iter().map(|s| *s as i64).collect();
        let result = self.node_with("Reshape", &[x], &[&sizes], &[], vec![shape.to_vec()])[0];
        self.rule(result, move |graph, dy| vec![(x, graph.reshaped(dy, &before))])
    }

    /// Axes in another order: axis `i` of the result is axis `order[i]`.
    pub fn permuted(&mut self, x: Value, order: &[usize]) -> Value {
        let shape = order.iter().map(|axis| self.shape(x)[*axis]).collect();
        let axes = Attribute::Ints(order.iter().map(|axis| *axis as i64).collect());
        let result = self.add_node("Transpose", &[x], &[("perm", axes)], shape);
        let mut back = vec![0; order.len()];
        order.iter().enumerate().for_each(|(i, axis)| back[*axis] = i);
        self.rule(result, move |graph, dy| vec![(x, graph.permuted(dy, &back))])
    }

    /// Turned round along an axis. No gradients pass.
    pub(crate) fn reversed(&mut self, x: Value, axis: usize) -> Value {
        let shape = self.shape(x).to_vec();
        self.node_with("Slice", &[x], &[&[-1], &[i64::MIN], &[axis as i64], &[-1]], &[], vec![shape])[0]
    }
}
