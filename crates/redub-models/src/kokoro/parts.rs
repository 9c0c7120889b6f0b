//! Cuts Kokoro's graph down to a part of it.
//!
//! What the durations do not depend on are two thirds of the nodes and five sixths of the weights: the rest takes 2-3 % of the
//! whole network's time, so that a line's length is known before it is spoken. The text half is what the decoder is
//! given, for decoders of our own.

use std::collections::{HashMap, HashSet};

use super::{DURATIONS_OUT, FLOAT, INITIALIZER, INT64, NODE, NODE_OUTPUT, OUTPUT, with_graph};
use crate::wire::{Dim, Field, Message, fields, tensor_value};

/// `NodeProto.input`.
const NODE_INPUT: u64 = 1;
/// `TensorProto.name`.
const TENSOR_NAME: u64 = 8;
/// `GraphProto.value_info`: shapes of inner values, which the runtime infers itself.
const VALUE_INFO: u64 = 13;

/// Text features, pitch and loudness, as the decoder's first convolutions take them.
const DECODER_INPUTS: [&str; 3] =
    ["/encoder/MatMul_1_output_0", "/encoder/Reshape_output_0", "/encoder/Reshape_1_output_0"];

/// An output: its name and declaration.
type Output = (&'static str, Vec<u8>);

/// The model with `/encoder/Cast_output_0` (int64 `[1, tokens]`) as its only output.
///
/// # Errors
/// Bytes that are no ONNX model, or a graph that does not compute that output.
pub(crate) fn durations_only(model: &[u8]) -> Result<Vec<u8>, String> {
    let shape = [Dim::Size(1), Dim::Name("sequence_length")];
    let outputs = [(DURATIONS_OUT, tensor_value(DURATIONS_OUT, INT64, shape))];
    with_graph(model, |graph| cut(graph, &outputs))
}

/// The model up to its decoder. Outputs, in order: text features `[1, 512, frames]` of 25 ms, pitch in Hz and loudness, both
/// `[1, 1, 2 × frames]`.
///
/// # Errors
/// Bytes that are no ONNX model, or a graph of another layout.
pub fn text_half(model: &[u8]) -> Result<Vec<u8>, String> {
    let [text, pitch, loudness] = DECODER_INPUTS;
    let row = [Dim::Size(1), Dim::Size(1), Dim::Name("half_frames")];
    let columns = [Dim::Size(1), Dim::Size(512), Dim::Name("frames")];
    let outputs = [
        (text, tensor_value(text, FLOAT, columns)),
        (pitch, tensor_value(pitch, FLOAT, row)),
        (loudness, tensor_value(loudness, FLOAT, row)),
    ];
    with_graph(model, |graph| cut(graph, &outputs))
}

fn cut(graph: &[u8], outputs: &[Output]) -> Result<Vec<u8>, String> {
    let fields: Vec<Field<'_>> = fields(graph).collect::<Result<_, _>>()?;
    let needed = needed(&fields, outputs)?;
    let mut out = Message::with_capacity(graph.len() / 4);
    let mut replaced = false;
    for field in &fields {
        let content = field.bytes().unwrap_or_default();
        let kept = match field.number {
            NODE => texts(content, NODE_OUTPUT)?.iter().any(|name| needed.contains(name)),
            INITIALIZER => texts(content, TENSOR_NAME)?.iter().any(|name| needed.contains(name)),
            OUTPUT | VALUE_INFO => false,
            _ => true,
        };
        if kept {
            out.raw(field.raw);
        } else if field.number == OUTPUT && !replaced {
            outputs.iter().for_each(|(_, declared)| out.bytes(OUTPUT, declared));
            replaced = true;
        }
    }
    Ok(out.finish())
}

/// Names of the outputs and of all values they are computed from.
fn needed<'a>(graph: &[Field<'a>], outputs: &[Output]) -> Result<HashSet<&'a str>, String> {
    let mut makers: HashMap<&str, &[u8]> = HashMap::new();
    for node in graph.iter().filter(|f| f.number == NODE).filter_map(Field::bytes) {
        for output in texts(node, NODE_OUTPUT)? {
            makers.insert(output, node);
        }
    }
    let mut open = Vec::with_capacity(outputs.len());
    for (name, _) in outputs {
        open.push(*makers.get_key_value(name).ok_or(format!("no node computes {name}"))?.0);
    }
    let mut needed = HashSet::new();
    while let Some(name) = open.pop() {
        if let Some(node) = makers.get(name).filter(|_| !needed.contains(name)) {
            open.extend(texts(node, NODE_INPUT)?);
        }
        needed.insert(name);
    }
    Ok(needed)
}

/// The text fields of that number.
fn texts(message: &[u8], number: u64) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    for field in fields(message) {
        let field = field?;
        if let Some(text) = field.bytes().filter(|_| field.number == number) {
            found.push(std::str::from_utf8(text).map_err(|e| e.to_string())?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kokoro::{GRAPH, INPUT, node, scalar};

    #[test]
    fn keeps_what_the_durations_need_and_nothing_else() {
        let mut graph = Message::default();
        graph.bytes(NODE, &node("Mul", "a", &["tokens", "weight"], "x"));
        graph.bytes(NODE, &node("Cast", "b", &["x"], DURATIONS_OUT));
        graph.bytes(NODE, &node("Add", "c", &[DURATIONS_OUT, "other"], "audio"));
        graph.bytes(INITIALIZER, &scalar("weight", INT64, 7, &[3]));
        graph.bytes(INITIALIZER, &scalar("other", INT64, 7, &[3]));
        graph.bytes(INPUT, &tensor_value("tokens", INT64, [Dim::Size(1)]));
        graph.bytes(OUTPUT, &tensor_value("audio", FLOAT, [Dim::Size(1)]));
        let mut model = Message::default();
        model.bytes(GRAPH, &graph.finish());
        let after = durations_only(&model.finish()).unwrap();
        let graph = fields(&after).next().unwrap().unwrap().bytes().unwrap();
        let numbers: Vec<u64> = fields(graph).map(|f| f.unwrap().number).collect();
        assert_eq!(numbers, [NODE, NODE, INITIALIZER, INPUT, OUTPUT]);
        assert!(durations_only(b"").is_err());
    }
}
