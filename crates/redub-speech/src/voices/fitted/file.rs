//! Nodes and tensors of an ONNX file.

use std::collections::HashMap;

use redub_models::wire::{Field, fields, packed};
use serde::{Deserialize, Serialize};

/// A tensor in 32-bit floats.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Array {
    /// Sizes of its dimensions.
    pub shape: Vec<usize>,
    /// Its numbers, the last dimension fastest.
    pub values: Vec<f32>,
}

/// A node of the graph, as far as it is needed.
#[derive(Default)]
pub struct Node<'a> {
    pub name: &'a str,
    pub op: &'a str,
    pub inputs: Vec<&'a str>,
}

/// What is in a file.
pub struct File<'a> {
    /// The graph's nodes in order.
    pub nodes: Vec<Node<'a>>,
    /// Its tensors by name.
    pub stored: HashMap<&'a str, Stored<'a>>,
}

impl<'a> File<'a> {
    /// Reads the bytes of a model.
    pub fn read(model: &'a [u8]) -> Result<Self, String> {
        let graph = fields(model)
            .find_map(|f| f.ok().filter(|f| f.number == 7).and_then(|f| f.bytes()))
            .ok_or("the file has no graph")?;
        let mut file = Self { nodes: Vec::new(), stored: HashMap::new() };
        for field in fields(graph) {
            let field = field?;
            match (field.number, field.bytes()) {
                (1, Some(bytes)) => file.nodes.push(node(bytes)?),
                (5, Some(bytes)) => {
                    let (name, tensor) = tensor(bytes)?;
                    file.stored.insert(name, tensor);
                }
                _ => {}
            }
        }
        Ok(file)
    }

    /// A tensor in 32-bit floats.
    pub fn array(&self, name: &str) -> Result<Array, String> {
        self.stored.get(name).ok_or(format!("the graph has no {name}"))?.decoded(name)
    }
}

/// A stored tensor, not yet decoded.
pub struct Stored<'a> {
    shape: Vec<usize>,
    kind: u64,
    raw: &'a [u8],
    /// Small integers that are kept as numbers.
    numbers: Vec<u64>,
}

impl Stored<'_> {
    fn decoded(&self, name: &str) -> Result<Array, String> {
        let values: Vec<f32> = match self.kind {
            2 | 3 if self.raw.is_empty() => self.numbers.iter().map(|n| n.cast_signed() as f32).collect(),
            1 => self.raw.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
            2 => self.raw.iter().map(|b| f32::from(*b)).collect(),
            3 => self.raw.iter().map(|b| f32::from(b.cast_signed())).collect(),
            kind => return Err(format!("{name} is of type {kind}")),
        };
        if values.len() != self.shape.iter().product::<usize>() {
            return Err(format!("{name} has {} numbers for a shape of {:?}", values.len(), self.shape));
        }
        Ok(Array { shape: self.shape.clone(), values })
    }
}

fn node(bytes: &[u8]) -> Result<Node<'_>, String> {
    let mut found = Node::default();
    for field in fields(bytes) {
        let field = field?;
        match field.number {
            1 => found.inputs.push(text(&field)?),
            3 => found.name = text(&field)?,
            4 => found.op = text(&field)?,
            _ => {}
        }
    }
    Ok(found)
}

fn tensor(bytes: &[u8]) -> Result<(&str, Stored<'_>), String> {
    let mut name = "";
    let mut found = Stored { shape: Vec::new(), kind: 0, raw: &[], numbers: Vec::new() };
    for field in fields(bytes) {
        let field = field?;
        match (field.number, field.bytes(), field.value()) {
            (1, Some(sizes), _) => found.shape.extend(packed(sizes)?.into_iter().map(|s| s as usize)),
            (1, _, Some(size)) => found.shape.push(size as usize),
            (2, _, Some(kind)) => found.kind = kind,
            (5, Some(numbers), _) => found.numbers.extend(packed(numbers)?),
            (5, _, Some(number)) => found.numbers.push(number),
            (8, ..) => name = text(&field)?,
            // Floats are kept in either place, in the same bytes.
            (4 | 9, Some(raw), _) => found.raw = raw,
            _ => {}
        }
    }
    Ok((name, found))
}

fn text<'a>(field: &Field<'a>) -> Result<&'a str, String> {
    std::str::from_utf8(field.bytes().unwrap_or_default()).map_err(|e| e.to_string())
}
