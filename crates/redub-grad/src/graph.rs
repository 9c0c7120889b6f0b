//! A graph under construction.

use crate::write::{self, Attribute};

/// A tensor of a [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value(usize);

/// Size of a dimension of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Always this.
    Fixed(usize),
    /// Any, by this name; while building, and for gradients, it counts as the number.
    Free(&'static str, usize),
}

impl Size {
    fn now(self) -> usize {
        match self {
            Self::Fixed(size) | Self::Free(_, size) => size,
        }
    }
}

/// What is known of a value.
#[derive(Debug)]
struct Known {
    name: String,
    shape: Vec<usize>,
    /// Whether it depends on a parameter.
    learnt: bool,
}

/// From the gradient by an operation's result to those by what it was made from.
pub(crate) type Rule = Box<dyn Fn(&mut Graph, Value) -> Vec<(Value, Value)>>;

/// An ONNX graph being built.
#[derive(Default)]
pub struct Graph {
    values: Vec<Known>,
    nodes: Vec<Vec<u8>>,
    tensors: Vec<Vec<u8>>,
    inputs: Vec<Vec<u8>>,
    outputs: Vec<Vec<u8>>,
    /// Results with their rules, in the order they were made.
    pub(crate) tape: Vec<(Value, Rule)>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// An input that is given when the graph is run.
    pub fn input(&mut self, name: &str, shape: &[Size]) -> Value {
        self.inputs.push(write::value(name, shape));
        self.know(name.to_owned(), shape.iter().map(|s| s.now()).collect(), false)
    }

    /// An input that gradients are wanted by.
    pub fn parameter(&mut self, name: &str, shape: &[usize]) -> Value {
        let sizes: Vec<Size> = shape.iter().map(|s| Size::Fixed(*s)).collect();
        self.inputs.push(write::value(name, &sizes));
        self.know(name.to_owned(), shape.to_vec(), true)
    }

    /// A tensor that is part of the model.
    pub fn constant(&mut self, shape: &[usize], values: &[f32]) -> Value {
        let value = self.know(self.fresh(), shape.to_vec(), false);
        self.tensors.push(write::floats(&self.values[value.0].name, shape, values));
        value
    }

    /// Makes a value an output of that name.
    pub fn output(&mut self, name: &str, value: Value) {
        let from = self.values[value.0].name.clone();
        self.nodes.push(write::node("Identity", &[&from], &[name], &[]));
        // Sizes have names of their own: the same name would claim that they are the same.
        let sizes = ["a", "b", "c", "d"];
        let shape: Vec<Size> =
            self.shape(value).iter().zip(sizes).map(|(_, part)| Size::Free(part, 0)).collect();
        self.outputs.push(write::value(name, &shape));
    }

    /// The shape of a value, free sizes as they were given.
    pub fn shape(&self, value: Value) -> &[usize] {
        &self.values[value.0].shape
    }

    /// Whether a value depends on a parameter.
    pub(crate) fn learnt(&self, value: Value) -> bool {
        self.values[value.0].learnt
    }

    /// The model's bytes.
    pub fn model(&self) -> Vec<u8> {
        write::model(&write::graph("redub", &self.nodes, &self.tensors, &self.inputs, &self.outputs))
    }

    /// A node with one result of the given shape.
    pub(crate) fn add_node(
        &mut self,
        op: &str,
        inputs: &[Value],
        attributes: &[(&str, Attribute)],
        shape: Vec<usize>,
    ) -> Value {
        self.node_with(op, inputs, &[], attributes, vec![shape])[0]
    }

    /// A node whose further inputs are whole numbers, with one result of each of the given shapes.
    pub(crate) fn node_with(
        &mut self,
        op: &str,
        inputs: &[Value],
        integers: &[&[i64]],
        attributes: &[(&str, Attribute)],
        shapes: Vec<Vec<usize>>,
    ) -> Vec<Value> {
        let learnt = inputs.iter().any(|v| self.learnt(*v));
        let mut names: Vec<String> = inputs.iter().map(|v| self.values[v.0].name.clone()).collect();
        for row in integers {
            let name = format!("i{}", self.tensors.len());
            self.tensors.push(write::integers(&name, row));
            names.push(name);
        }
        let results: Vec<Value> =
            shapes.into_iter().map(|shape| self.know(self.fresh(), shape, learnt)).collect();
        let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
        let outputs: Vec<&str> = results.iter().map(|v| self.values[v.0].name.as_str()).collect();
        self.nodes.push(write::node(op, &inputs, &outputs, attributes));
        results
    }

    /// Remembers how gradients pass through what made `result`; kept only where a parameter is behind it.
    pub(crate) fn rule(
        &mut self,
        result: Value,
        rule: impl Fn(&mut Graph, Value) -> Vec<(Value, Value)> + 'static,
    ) -> Value {
        if self.learnt(result) {
            self.tape.push((result, Box::new(rule)));
        }
        result
    }

    /// The same value, but gradients stop here.
    pub fn detached(&mut self, value: Value) -> Value {
        let shape = self.shape(value).to_vec();
        let result = self.add_node("Identity", &[value], &[], shape);
        self.values[result.0].learnt = false;
        result
    }

    /// The name of a value in the model, for subgraphs that refer to it.
    pub(crate) fn name(&self, value: Value) -> &str {
        &self.values[value.0].name
    }

    fn know(&mut self, name: String, shape: Vec<usize>, learnt: bool) -> Value {
        self.values.push(Known { name, shape, learnt });
        Value(self.values.len() - 1)
    }

    fn fresh(&self) -> String {
        format!("v{}", self.values.len())
    }
}
