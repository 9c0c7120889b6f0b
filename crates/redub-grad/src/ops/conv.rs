//! Convolutions over time: `[1, channels, time]`.

use crate::write::Attribute;
use crate::{Graph, Value};

/// How a convolution steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv {
    /// Steps of the input per step of the output (or the other way round where it is transposed).
    pub stride: usize,
    /// Steps between the kernel's taps.
    pub dilation: usize,
    /// Zeros put on both sides.
    pub padding: usize,
    /// Groups of channels that do not see each other.
    pub groups: usize,
}

impl Default for Conv {
    fn default() -> Self {
        Self { stride: 1, dilation: 1, padding: 0, groups: 1 }
    }
}

impl Conv {
    fn attributes(self) -> Vec<(&'static str, Attribute)> {
        vec![
            ("strides", Attribute::Ints(vec![self.stride as i64])),
            ("dilations", Attribute::Ints(vec![self.dilation as i64])),
            ("pads", Attribute::Ints(vec![self.padding as i64; 2])),
            ("group", Attribute::Int(self.groups as i64)),
        ]
    }

    fn len(self, time: usize, taps: usize) -> usize {
        (time + 2 * self.padding - self.dilation * (taps - 1) - 1) / self.stride + 1
    }
}

impl Graph {
    /// Convolution of `x` `[1, in, time]` by `kernel` `[out, in / groups, taps]`, plus `bias` `[out]`. Gradients pass to `x`, and to
    /// `kernel` where `stride` and `groups` are 1; none to `bias`.
    pub fn conv(&mut self, x: Value, kernel: Value, bias: Option<Value>, how: Conv) -> Value {
        let (time, sizes) = (self.shape(x)[2], self.shape(kernel).to_vec());
        let shape = vec![self.shape(x)[0], sizes[0], how.len(time, sizes[2])];
        let inputs: Vec<Value> = [x, kernel].into_iter().chain(bias).collect();
        let result = self.add_node("Conv", &inputs, &how.attributes(), shape);
        let (of_x, of_kernel) = (self.learnt(x), self.learnt(kernel));
        self.rule(result, move |graph, dy| {
            let mut found = Vec::new();
            if of_x {
                found.push((x, graph.conv_by_input(dy, kernel, time, how)));
            }
            if of_kernel {
                found.push((kernel, graph.conv_by_kernel(x, dy, sizes[2], how)));
            }
            found
        })
    }

    /// Transposed convolution of `x` `[1, in, time]` by `kernel` `[in, out / groups, taps]`, plus `bias`; `more` steps are added at the
    /// end. Gradients pass to `x` only.
    pub fn conv_transposed(
        &mut self,
        x: Value,
        kernel: Value,
        bias: Option<Value>,
        how: Conv,
        more: usize,
    ) -> Value {
        let (time, sizes) = (self.shape(x)[2], self.shape(kernel).to_vec());
        let long = (time - 1) * how.stride + how.dilation * (sizes[2] - 1) + 1 + more - 2 * how.padding;
        let mut attributes = how.attributes();
        attributes.push(("output_padding", Attribute::Ints(vec![more as i64])));
        let inputs: Vec<Value> = [x, kernel].into_iter().chain(bias).collect();
        let shape = vec![self.shape(x)[0], sizes[1] * how.groups, long];
        let result = self.add_node("ConvTranspose", &inputs, &attributes, shape);
        self.rule(result, move |graph, dy| vec![(x, graph.conv(dy, kernel, None, how))])
    }

    fn conv_by_input(&mut self, dy: Value, kernel: Value, time: usize, how: Conv) -> Value {
        let taps = self.shape(kernel)[2];
        let reach = how.dilation * (taps - 1);
        if how.stride == 1 && how.groups == 1 {
            // Faster than the transposed convolution, and the same: the kernel turned round.
            let turned = self.permuted(kernel, &[1, 0, 2]);
            let turned = self.reversed(turned, 2);
            return self.conv(dy, turned, None, Conv { padding: reach - how.padding, ..how });
        }
        let short = (self.shape(dy)[2] - 1) * how.stride + reach + 1 - 2 * how.padding;
        self.conv_transposed(dy, kernel, None, how, time - short)
    }

    /// Product of the gradient, moved to where every tap saw it, with the input. The gradients that are wanted have few channels, so moving them
    /// copies little; the runtime's convolution by a kernel as long as the sound takes six times as long.
    fn conv_by_kernel(&mut self, x: Value, dy: Value, taps: usize, how: Conv) -> Value {
        let [inputs, time] = [self.shape(x)[1], self.shape(x)[2]];
        let [outputs, long] = [self.shape(dy)[1], self.shape(dy)[2]];
        let flat = self.reshaped(dy, &[outputs, long]);
        // Tap k of step t sees step t + k × dilation - padding.
        let reach = how.dilation * (taps - 1);
        let edge = reach.max(how.padding) as i64;
        let wide = vec![outputs, long + 2 * edge as usize];
        let wide = self.node_with("Pad", &[flat], &[&[0, edge, 0, edge]], &[], vec![wide])[0];
        let start = |k: usize| edge as usize + how.padding - k * how.dilation;
        let rows: Vec<Value> = (0..taps).map(|k| self.slice(wide, 1, start(k), start(k) + time)).collect();
        let rows = if taps == 1 { rows[0] } else { self.concat(&rows, 0) };
        let columns = self.reshaped(x, &[inputs, time]);
        let turned = [("transB", Attribute::Int(1))];
        let found = self.add_node("Gemm", &[rows, columns], &turned, vec![taps * outputs, inputs]);
        let found = self.reshaped(found, &[taps, outputs, inputs]);
        self.permuted(found, &[1, 2, 0])
    }
}
