//! Long short-term memory (Hochreiter and Schmidhuber 1997), in ONNX's order of gates: input, output, forget, cell.
//!
//! The runtime's own operation does not show its gates, which the gradient needs; so both ways are loops (`Scan`).

use crate::write::{self, Attribute, node};
use crate::{Graph, Size, Value};

/// One layer's weights.
#[derive(Debug, Clone, Copy)]
pub struct Lstm {
    /// From the input, `[inputs, 4 × size]`.
    pub input: Value,
    /// From the state before, `[size, 4 × size]`.
    pub state: Value,
    /// Both biases, `[4 × size]`.
    pub bias: Value,
}

impl Graph {
    /// The states `[time, rows, size]` that a layer goes through over `x` `[time, rows, inputs]`, from zeros. Gradients pass to `x`.
    pub fn lstm(&mut self, x: Value, layer: Lstm) -> Value {
        let [time, rows] = [self.shape(x)[0], self.shape(x)[1]];
        let size = self.shape(layer.state)[0];
        let fed = self.matmul(x, layer.input);
        let fed = self.add(fed, layer.bias);
        let zeros = self.constant(&[rows, size], &vec![0.0; rows * size]);
        let body = forward(self.name(layer.state), rows, size);
        let shapes = vec![
            vec![rows, size],
            vec![rows, size],
            vec![time, rows, size],
            vec![time, rows, size],
            vec![time, rows, 4 * size],
        ];
        let attributes = [("body", Attribute::Graph(body)), ("num_scan_inputs", Attribute::Int(1))];
        let made = self.node_with("Scan", &[zeros, zeros, fed], &[], &attributes, shapes);
        let [states, cells, gates] = [made[2], made[3], made[4]];
        self.rule(states, move |graph, dy| {
            let first = graph.reshaped(zeros, &[1, rows, size]);
            let before = graph.slice(cells, 0, 0, time - 1);
            let before = graph.concat(&[first, before], 0);
            // All that does not depend on the step after is computed for all steps at once.
            let [i, o, f, g] = [0, 1, 2, 3].map(|k| graph.slice(gates, 2, k * size, (k + 1) * size));
            let turn = graph.one("Tanh", cells);
            let flat = graph.one_less_square(turn);
            let through = graph.pair("Mul", o, flat);
            let by_input = graph.gate_slope(i, g);
            let by_output = graph.gate_slope(o, turn);
            let by_forget = graph.gate_slope(f, before);
            let flat = graph.one_less_square(g);
            let by_cell = graph.pair("Mul", i, flat);
            let slopes = graph.concat(&[by_input, by_output, by_forget, by_cell], 2);
            let turned = graph.permuted(layer.state, &[1, 0]);
            let body = backward(graph.name(turned), rows, size);
            let attributes = [
                ("body", Attribute::Graph(body)),
                ("num_scan_inputs", Attribute::Int(4)),
                ("scan_input_directions", Attribute::Ints(vec![1; 4])),
                ("scan_output_directions", Attribute::Ints(vec![1])),
            ];
            let shapes = vec![vec![rows, size], vec![rows, size], vec![time, rows, 4 * size]];
            let inputs = [zeros, zeros, dy, through, f, slopes];
            vec![(fed, graph.node_with("Scan", &inputs, &[], &attributes, shapes)[2])]
        })
    }

    /// 1 - x².
    fn one_less_square(&mut self, x: Value) -> Value {
        let square = self.pair("Mul", x, x);
        let one = self.constant(&[1], &[1.0]);
        self.pair("Sub", one, square)
    }

    /// What a sigmoid gate passes on: `by` times its slope, which is what it gives times the rest to one.
    fn gate_slope(&mut self, gate: Value, by: Value) -> Value {
        let one = self.constant(&[1], &[1.0]);
        let rest = self.pair("Sub", one, gate);
        let slope = self.pair("Mul", gate, rest);
        self.pair("Mul", slope, by)
    }
}

fn shaped(names: &[(&str, usize)], rows: usize) -> Vec<Vec<u8>> {
    names.iter().map(|(name, width)| write::value(name, &[Size::Fixed(rows), Size::Fixed(*width)])).collect()
}

/// One step: state and cell before, what is fed → state and cell after, both again as outputs, and the gates.
fn forward(state: &str, rows: usize, size: usize) -> Vec<u8> {
    let joined = [("axis", Attribute::Int(1))];
    let nodes = [
        node("MatMul", &["h", state], &["hr"], &[]),
        node("Add", &["fed", "hr"], &["z"], &[]),
        node("Split", &["z", "parts"], &["zs", "zc"], &joined),
        node("Sigmoid", &["zs"], &["s"], &[]),
        node("Tanh", &["zc"], &["g"], &[]),
        node("Split", &["s"], &["i", "o", "f"], &joined),
        node("Mul", &["f", "c"], &["kept"], &[]),
        node("Mul", &["i", "g"], &["new"], &[]),
        node("Add", &["kept", "new"], &["c2"], &[]),
        node("Tanh", &["c2"], &["t"], &[]),
        node("Mul", &["o", "t"], &["h2"], &[]),
        node("Identity", &["h2"], &["hs"], &[]),
        node("Identity", &["c2"], &["cs"], &[]),
        node("Concat", &["s", "g"], &["gates"], &joined),
    ];
    let parts = write::integers("parts", &[3 * size as i64, size as i64]);
    let inputs = shaped(&[("h", size), ("c", size), ("fed", 4 * size)], rows);
    let outputs =
        shaped(&[("h2", size), ("c2", size), ("hs", size), ("cs", size), ("gates", 4 * size)], rows);
    write::graph("step", &nodes, &[parts], &inputs, &outputs)
}

/// One step back: gradients by state and cell after it, by what it gave; what passes from state to cell, its forget gate, the slopes of
/// its gates → gradients by state and cell before, and by what was fed.
fn backward(turned: &str, rows: usize, size: usize) -> Vec<u8> {
    let joined = [("axis", Attribute::Int(1))];
    let nodes = [
        node("Add", &["dh", "dy"], &["state"], &[]),
        node("Mul", &["state", "through"], &["more"], &[]),
        node("Add", &["dc", "more"], &["cell"], &[]),
        node("Mul", &["cell", "f"], &["dc2"], &[]),
        node("Concat", &["cell", "state", "cell", "cell"], &["all"], &joined),
        node("Mul", &["all", "slopes"], &["dz"], &[]),
        node("MatMul", &["dz", turned], &["dh2"], &[]),
        node("Identity", &["dz"], &["dzs"], &[]),
    ];
    let inputs = shaped(
        &[("dh", size), ("dc", size), ("dy", size), ("through", size), ("f", size), ("slopes", 4 * size)],
        rows,
    );
    let outputs = shaped(&[("dh2", size), ("dc2", size), ("dzs", 4 * size)], rows);
    write::graph("back", &nodes, &[], &inputs, &outputs)
}
