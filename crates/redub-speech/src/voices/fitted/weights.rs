//! The decoder's weights, out of Kokoro's quantised graph.

use std::collections::HashMap;

use super::file::{Array, File, Node};

/// Where the decoder's nodes are in the graph, and how its weights are named.
const NODES: &str = "/decoder/decoder/";
const NAMES: &str = "decoder.decoder.";

/// Weights by layer: `LAYER.w` and `LAYER.b` of a convolution, `LAYER.fc` and `LAYER.fcb` of what makes a style's scales and
/// shifts, `LAYER.alphaN.M` of an activation, `source.w` and `source.b`.
pub type Weights = HashMap<String, Array>;

/// The decoder's weights in the bytes of a model.
///
/// # Errors
/// Bytes that are no model of the expected layout.
pub fn read(model: &[u8]) -> Result<Weights, String> {
    let mut found = Weights::new();
    let file = File::read(model)?;
    let take = |name: &str| file.array(name);
    for node in file.nodes.iter().filter(|n| n.name.starts_with(NODES)) {
        let path = &node.name[NODES.len()..];
        let layer = path.rsplit_once('/').map_or("", |(layer, _)| layer).replace('/', ".");
        let kernel = node.inputs.get(1).copied().unwrap_or_default();
        match node.op {
            "ConvInteger" => drop(found.insert(format!("{layer}.w"), whole(node, &take)?)),
            "MatMulInteger" if path.ends_with("fc/Gemm_MatMul_quant") => {
                let layer = layer.trim_end_matches(".fc").to_owned();
                found.insert(format!("{layer}.fcb"), take(&format!("{NAMES}{layer}.fc.bias"))?);
                found.insert(format!("{layer}.fc"), whole(node, &take)?);
            }
            "Conv" | "ConvTranspose" if file.stored.contains_key(kernel) && !path.contains("istft") => {
                found.insert(format!("{layer}.w"), take(kernel)?);
            }
            "MatMul" if path.contains("m_source") => drop(found.insert("source.w".into(), take(kernel)?)),
            _ => {}
        }
    }
    for name in file.stored.keys() {
        let Some(layer) = name.strip_prefix(NAMES) else { continue };
        match layer.strip_suffix(".bias") {
            Some("generator.m_source.l_linear") => drop(found.insert("source.b".into(), take(name)?)),
            Some(of) if !of.ends_with(".fc") => {
                let mut bias = take(name)?;
                bias.shape = vec![bias.values.len()];
                found.insert(format!("{of}.b"), bias);
            }
            None if layer.contains(".alpha") => drop(found.insert(layer.to_owned(), take(name)?)),
            _ => {}
        }
    }
    Ok(found
        .into_iter()
        .map(|(name, array)| (name.replace("asr_res.asr_res.0", "asr_res.0"), array))
        .collect())
}

/// A quantised weight as floats: what is stored, less its zero, times its scale.
fn whole(node: &Node<'_>, take: &impl Fn(&str) -> Result<Array, String>) -> Result<Array, String> {
    let [_, name, _, zero, ..] = node.inputs[..] else {
        return Err(format!("{} is of another kind", node.name));
    };
    let scale = take(&format!("{}_scale", name.trim_end_matches("_quantized")))?;
    let (mut weight, zero) = (take(name)?, take(zero)?);
    if scale.values.is_empty() || zero.values.is_empty() {
        return Err(format!("{name} has no scale"));
    }
    // One for all, or one for each of the last dimension.
    let spread = |of: &Array, i: usize| of.values[i % of.values.len()];
    weight.values.iter_mut().enumerate().for_each(|(i, v)| *v = (*v - spread(&zero, i)) * spread(&scale, i));
    Ok(weight)
}
