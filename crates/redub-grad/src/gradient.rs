//! The walk back from a result to the parameters.

use std::collections::HashMap;

use crate::{Graph, Value};

impl Graph {
    /// Adds the computation of the gradients of `loss`, which is one number, by `parameters`. A parameter that the loss does not
    /// depend on gives zeros.
    pub fn gradients(&mut self, loss: Value, parameters: &[Value]) -> Vec<Value> {
        let shape = self.shape(loss).to_vec();
        let one = self.constant(&shape, &[1.0]);
        let mut by: HashMap<Value, Value> = HashMap::from([(loss, one)]);
        let tape = std::mem::take(&mut self.tape);
        for (result, rule) in tape.iter().rev() {
            // What nothing of the loss was made from has no gradient.
            let Some(gradient) = by.get(result).copied() else { continue };
            for (source, part) in rule(self, gradient) {
                let sum = match by.get(&source).copied() {
                    Some(before) => self.sum_of(before, part),
                    None => part,
                };
                by.insert(source, sum);
            }
        }
        self.tape = tape;
        let zeros = |graph: &mut Self, parameter: Value| {
            let shape = graph.shape(parameter).to_vec();
            graph.constant(&shape, &vec![0.0; shape.iter().product()])
        };
        parameters.iter().map(|p| by.get(p).copied().unwrap_or_else(|| zeros(self, *p))).collect()
    }

    fn sum_of(&mut self, a: Value, b: Value) -> Value {
        let shape = self.shape(a).to_vec();
        self.add_node("Add", &[a, b], &[], shape)
    }
}
