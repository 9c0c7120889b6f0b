//! Parts of an ONNX model in the protobuf wire format (onnx.proto, IR version 8).

use redub_models::wire::{Dim, Message, tensor_value};

use crate::Size;

/// `TensorProto.DataType`.
const FLOAT: u64 = 1;
const INT64: u64 = 7;
/// IR version, and the operator set the operations are taken from.
const IR: u64 = 8;
const OPSET: u64 = 17;

/// An attribute of a node.
#[derive(Debug, Clone)]
pub(crate) enum Attribute {
    Int(i64),
    Ints(Vec<i64>),
    Float(f32),
    /// A `GraphProto`.
    Graph(Vec<u8>),
}

/// A `NodeProto`.
pub(crate) fn node(op: &str, inputs: &[&str], outputs: &[&str], attributes: &[(&str, Attribute)]) -> Vec<u8> {
    let mut out = Message::default();
    inputs.iter().for_each(|name| out.text(1, name));
    outputs.iter().for_each(|name| out.text(2, name));
    out.text(4, op);
    attributes.iter().for_each(|(name, value)| out.bytes(5, &attribute(name, value)));
    out.finish()
}

fn attribute(name: &str, value: &Attribute) -> Vec<u8> {
    let mut out = Message::default();
    out.text(1, name);
    match value {
        Attribute::Float(value) => {
            out.raw(&[2 << 3 | 5]);
            out.raw(&value.to_le_bytes());
            out.number(20, 1);
        }
        Attribute::Int(value) => {
            out.number(3, value.cast_unsigned());
            out.number(20, 2);
        }
        Attribute::Graph(graph) => {
            out.bytes(6, graph);
            out.number(20, 5);
        }
        Attribute::Ints(values) => {
            values.iter().for_each(|v| out.number(8, v.cast_unsigned()));
            out.number(20, 7);
        }
    }
    out.finish()
}

/// A `TensorProto` of floats.
pub(crate) fn floats(name: &str, shape: &[usize], values: &[f32]) -> Vec<u8> {
    tensor(name, FLOAT, shape, &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())
}

/// A `TensorProto` of whole numbers in one row.
pub(crate) fn integers(name: &str, values: &[i64]) -> Vec<u8> {
    tensor(name, INT64, &[values.len()], &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())
}

fn tensor(name: &str, kind: u64, shape: &[usize], raw: &[u8]) -> Vec<u8> {
    let mut out = Message::with_capacity(raw.len() + 64);
    shape.iter().for_each(|size| out.number(1, *size as u64));
    out.number(2, kind);
    out.text(8, name);
    out.bytes(9, raw);
    out.finish()
}

/// A `ValueInfoProto` of floats.
pub(crate) fn value(name: &str, shape: &[Size]) -> Vec<u8> {
    let dim = |size: &'_ Size| match size {
        Size::Fixed(size) => Dim::Size(*size as u64),
        Size::Free(label, _) => Dim::Name(label),
    };
    tensor_value(name, FLOAT, shape.iter().map(dim))
}

/// A `GraphProto`.
pub(crate) fn graph(
    name: &str,
    nodes: &[Vec<u8>],
    tensors: &[Vec<u8>],
    inputs: &[Vec<u8>],
    outputs: &[Vec<u8>],
) -> Vec<u8> {
    let size: usize = nodes.iter().chain(tensors).map(|part| part.len() + 12).sum();
    let mut out = Message::with_capacity(size + 4096);
    nodes.iter().for_each(|part| out.bytes(1, part));
    out.text(2, name);
    tensors.iter().for_each(|part| out.bytes(5, part));
    inputs.iter().for_each(|part| out.bytes(11, part));
    outputs.iter().for_each(|part| out.bytes(12, part));
    out.finish()
}

/// A `ModelProto`.
pub(crate) fn model(graph: &[u8]) -> Vec<u8> {
    let mut set = Message::default();
    set.text(1, "");
    set.number(2, OPSET);
    let mut out = Message::with_capacity(graph.len() + 64);
    out.number(1, IR);
    out.bytes(7, graph);
    out.bytes(8, &set.finish());
    out.finish()
}
