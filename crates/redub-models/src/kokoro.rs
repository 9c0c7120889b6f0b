//! Adds steering to Kokoro's graph: inputs that override phoneme durations and move F0, outputs that show both.
//!
//! Predicted durations leave `/encoder/Cast` and F0 leaves `/encoder/Squeeze`. The edit renames those two
//! outputs and puts the old names behind new nodes, so the rest of the graph is untouched:
//!
//! - `dur_in` int64 `[1, tokens]`: units of 600 samples; 0 keeps the predicted duration
//! - `f0_mul`, `f0_add` float `[1]`: F0 becomes `f0 * f0_mul + f0_add` where voiced (above 10 Hz); unvoiced frames
//!   are scaled only, and they are near 0
//! - outputs `/encoder/Cast_output_0` int64 `[1, tokens]` and `/encoder/Squeeze_output_0` float `[1, frames]`:
//!   durations and F0 as used
//!
//! The file is edited field by field on the wire: all bytes but a few hundred are copied as they are, so the
//! result is the same to the byte as that of the ONNX library, and no schema of ONNX has to be carried along.

mod parts;

pub(crate) use parts::durations_only;
pub use parts::text_half;

use crate::wire::{Dim, Field, Message, fields, tensor_value};

/// `ModelProto.graph`.
const GRAPH: u64 = 7;
/// Fields of `GraphProto`.
const NODE: u64 = 1;
const INITIALIZER: u64 = 5;
const INPUT: u64 = 11;
const OUTPUT: u64 = 12;
/// Fields of `NodeProto`.
const NODE_OUTPUT: u64 = 2;
const NODE_NAME: u64 = 3;
/// `TensorProto.DataType`.
const FLOAT: u64 = 1;
const INT64: u64 = 7;

const DURATIONS: &str = "/encoder/Cast";
const PITCH: &str = "/encoder/Squeeze";
const DURATIONS_OUT: &str = "/encoder/Cast_output_0";
const PITCH_OUT: &str = "/encoder/Squeeze_output_0";

/// The edited model.
///
/// # Errors
/// Bytes that are no ONNX model, or a graph without the two nodes.
pub(crate) fn add_controls(model: &[u8]) -> Result<Vec<u8>, String> {
    with_graph(model, edit_graph)
}

fn edit_graph(graph: &[u8]) -> Result<Vec<u8>, String> {
    let fields: Vec<Field<'_>> = fields(graph).collect::<Result<_, _>>()?;
    let last = |number: u64| {
        fields.iter().rposition(|f| f.number == number).ok_or(format!("the graph has no field {number}"))
    };
    let (last_initializer, last_input, last_output) = (last(INITIALIZER)?, last(INPUT)?, last(OUTPUT)?);
    let mut out = Message::with_capacity(graph.len() + 1024);
    let mut edited = 0;
    for (i, field) in fields.iter().enumerate() {
        let node = field.bytes().filter(|_| field.number == NODE);
        match node.map(name_of).transpose()?.flatten() {
            Some(DURATIONS) => {
                out.bytes(NODE, &with_output(node.unwrap_or_default(), "dur_pred")?);
                duration_nodes().iter().for_each(|new| out.bytes(NODE, new));
                edited += 1;
            }
            Some(PITCH) => {
                out.bytes(NODE, &with_output(node.unwrap_or_default(), "f0_pred")?);
                pitch_nodes().iter().for_each(|new| out.bytes(NODE, new));
                edited += 1;
            }
            _ => out.raw(field.raw),
        }
        // New fields go behind the last of their kind: that is where a library would write them.
        if i == last_initializer {
            out.bytes(INITIALIZER, &scalar("ctl_zero_i64", INT64, 7, &[0]));
            out.bytes(INITIALIZER, &scalar("ctl_ten", FLOAT, 4, &10f32.to_le_bytes()));
        }
        if i == last_input {
            out.bytes(INPUT, &tensor_value("dur_in", INT64, [Dim::Size(1), Dim::Name("sequence_length")]));
            out.bytes(INPUT, &tensor_value("f0_mul", FLOAT, [Dim::Size(1)]));
            out.bytes(INPUT, &tensor_value("f0_add", FLOAT, [Dim::Size(1)]));
        }
        if i == last_output {
            out.bytes(
                OUTPUT,
                &tensor_value(DURATIONS_OUT, INT64, [Dim::Size(1), Dim::Name("sequence_length")]),
            );
            out.bytes(OUTPUT, &tensor_value(PITCH_OUT, FLOAT, [Dim::Size(1), Dim::Name("f0_len")]));
        }
    }
    if edited == 2 {
        Ok(out.finish())
    } else {
        Err(format!("{DURATIONS} and {PITCH} are not each there once"))
    }
}

/// `dur_in > 0 ? dur_in : dur_pred`.
fn duration_nodes() -> [Vec<u8>; 2] {
    [
        node("Greater", "ctl/Greater", &["dur_in", "ctl_zero_i64"], "dur_has"),
        node("Where", "ctl/Where", &["dur_has", "dur_in", "dur_pred"], DURATIONS_OUT),
    ]
}

/// `f0_pred * f0_mul + (f0_pred > 10) * f0_add`.
fn pitch_nodes() -> [Vec<u8>; 5] {
    let mut cast = Message::default();
    cast.raw(&node("Cast", "ctl/CastF0", &["f0_v"], "f0_vf"));
    let mut to = Message::default();
    to.text(1, "to");
    to.number(3, FLOAT);
    to.number(20, 2);
    cast.bytes(5, &to.finish());
    [
        node("Mul", "ctl/Mul", &["f0_pred", "f0_mul"], "f0_scaled"),
        node("Greater", "ctl/GreaterF0", &["f0_pred", "ctl_ten"], "f0_v"),
        cast.finish(),
        node("Mul", "ctl/MulOff", &["f0_vf", "f0_add"], "f0_off"),
        node("Add", "ctl/Add", &["f0_scaled", "f0_off"], PITCH_OUT),
    ]
}

fn name_of(node: &[u8]) -> Result<Option<&str>, String> {
    for field in fields(node) {
        let field = field?;
        if field.number == NODE_NAME {
            return Ok(field.bytes().and_then(|name| std::str::from_utf8(name).ok()));
        }
    }
    Ok(None)
}

/// The node with its only output renamed.
fn with_output(node: &[u8], name: &str) -> Result<Vec<u8>, String> {
    let mut out = Message::with_capacity(node.len() + name.len());
    for field in fields(node) {
        let field = field?;
        if field.number == NODE_OUTPUT { out.text(NODE_OUTPUT, name) } else { out.raw(field.raw) }
    }
    Ok(out.finish())
}

/// A `NodeProto` without attributes.
fn node(operator: &str, name: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let mut out = Message::default();
    inputs.iter().for_each(|input| out.text(1, input));
    out.text(NODE_OUTPUT, output);
    out.text(NODE_NAME, name);
    out.text(4, operator);
    out.finish()
}

/// A `TensorProto` without dimensions; `field` is the packed data field of its type.
fn scalar(name: &str, data_type: u64, field: u64, data: &[u8]) -> Vec<u8> {
    let mut out = Message::default();
    out.number(2, data_type);
    out.bytes(field, data);
    out.text(8, name);
    out.finish()
}

/// The model with its graph as `edit` makes it and everything else as it is.
///
/// # Errors
/// Bytes that are no ONNX model, and what `edit` finds wrong.
fn with_graph(model: &[u8], edit: impl Fn(&[u8]) -> Result<Vec<u8>, String>) -> Result<Vec<u8>, String> {
    let mut out = Message::default();
    let mut found = false;
    for field in fields(model) {
        let field = field?;
        match field.bytes() {
            Some(graph) if field.number == GRAPH => {
                found = true;
                out.bytes(GRAPH, &edit(graph)?);
            }
            _ => out.raw(field.raw),
        }
    }
    if found { Ok(out.finish()) } else { Err("the file has no graph".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(nodes: &[Vec<u8>]) -> Vec<u8> {
        let mut graph = Message::default();
        nodes.iter().for_each(|n| graph.bytes(NODE, n));
        graph.bytes(INITIALIZER, &scalar("old", INT64, 7, &[3]));
        graph.bytes(INPUT, &tensor_value("tokens", INT64, [Dim::Size(1)]));
        graph.bytes(OUTPUT, &tensor_value("audio", FLOAT, [Dim::Size(1)]));
        let mut model = Message::default();
        model.number(1, 8);
        model.bytes(GRAPH, &graph.finish());
        model.raw(&[0x92, 0x3e, 0x01, 0x2a]); // a field no schema knows: must survive
        model.finish()
    }

    #[test]
    fn puts_nodes_behind_the_renamed_outputs_and_keeps_the_rest() {
        let before = model(&[
            node("Cast", DURATIONS, &["x"], DURATIONS_OUT),
            node("Relu", "other", &[DURATIONS_OUT], "y"),
            node("Squeeze", PITCH, &["y"], PITCH_OUT),
        ]);
        let after = add_controls(&before).unwrap();
        let graph = fields(&after).map(Result::unwrap).find(|f| f.number == GRAPH).unwrap();
        let parts: Vec<_> = fields(graph.bytes().unwrap()).map(Result::unwrap).collect();
        let names: Vec<_> = parts
            .iter()
            .filter(|f| f.number == NODE)
            .map(|f| name_of(f.bytes().unwrap()).unwrap().unwrap())
            .collect();
        let expected = [
            DURATIONS,
            "ctl/Greater",
            "ctl/Where",
            "other",
            PITCH,
            "ctl/Mul",
            "ctl/GreaterF0",
            "ctl/CastF0",
            "ctl/MulOff",
            "ctl/Add",
        ];
        assert_eq!(names, expected);
        let count = |number| parts.iter().filter(|f| f.number == number).count();
        assert_eq!((count(INITIALIZER), count(INPUT), count(OUTPUT)), (3, 4, 3));
        assert!(after.ends_with(&[0x92, 0x3e, 0x01, 0x2a]));
    }

    #[test]
    fn refuses_another_graph_and_no_graph() {
        assert!(add_controls(&model(&[node("Relu", "other", &["x"], "y")])).is_err());
        assert!(add_controls(b"not protobuf").is_err());
        assert!(add_controls(b"").is_err());
    }

    #[test]
    fn the_real_graph_becomes_the_catalogued_file() {
        let source = crate::ModelStore::default_root().join("kokoro/kokoro-v1.0.int8.onnx");
        let Ok(before) = std::fs::read(&source) else {
            println!("skipped: {} is not there (the pull keeps only its edited form)", source.display());
            return;
        };
        let after = add_controls(&before).unwrap();
        assert_eq!(
            crate::hash::of_bytes(&after),
            "4258fa66678a79dd4875aac2fbbde213c13de348d9a4cb43dd60b59f5ec8234b"
        );
    }
}
