//! GE2E voice prints (Wan et al. 2018) that gradients pass through: how far a sound is from being one person's.

use std::f32::consts::PI;

use redub_grad::{Conv, Graph, Lstm, Value};

use super::file::File;
use super::spectrum::{mel, transform};

/// Frames the network is shown at once, and those from one window to the next.
const WINDOW: usize = 160;
const STEP: usize = 77;
const BINS: usize = 40;
const SIZE: usize = 256;
const FFT: usize = 400;
const HOP: usize = 160;
/// Level that quieter speech is raised to.
const LEVEL: f32 = 0.031_622_78;

/// Adds `1 - cosine` of the print of `sound` (`[1, 1, samples]`, 24 kHz, a multiple of 3) and of `wanted` (`[256, 1]`, of
/// length 1), mean over windows; a sound shorter than a window is shown whole. `model` is the network's file.
///
/// # Errors
/// A file of another layout.
pub fn unlike(graph: &mut Graph, model: &[u8], sound: Value, wanted: Value) -> Result<Value, String> {
    let slow = at_16k(graph, sound);
    let loud = raised(graph, slow);
    let (real, imaginary) = transform(graph, loud, FFT, HOP, FFT / 2);
    let (real, imaginary) = (graph.mul(real, real), graph.mul(imaginary, imaginary));
    let power = graph.add(real, imaginary);
    let filters = mel(FFT, 16_000.0, BINS, 0.0, 8_000.0);
    let filters = graph.constant(&[BINS, FFT / 2 + 1, 1], &filters);
    let bands = graph.conv(power, filters, None, Conv::default());
    let frames = graph.shape(bands)[2];
    let rows = graph.permuted(bands, &[2, 0, 1]);
    let shown = frames.min(WINDOW);
    let starts = (0..=frames - shown).step_by(STEP);
    let windows: Vec<Value> = starts.map(|s| graph.slice(rows, 0, s, s + shown)).collect();
    let mut x = graph.concat(&windows, 1);
    let file = File::read(model)?;
    for node in file.nodes.iter().filter(|n| n.op == "LSTM") {
        let [_, input, state, bias, ..] = node.inputs[..] else {
            return Err("an LSTM without weights".into());
        };
        let (input, state, bias) =
            (file.array(input)?.values, file.array(state)?.values, file.array(bias)?.values);
        let (first, second) = bias.split_at(4 * SIZE);
        let bias: Vec<f32> = first.iter().zip(second).map(|(a, b)| a + b).collect();
        let inputs = input.len() / (4 * SIZE);
        let layer = Lstm {
            input: graph.constant(&[inputs, 4 * SIZE], &turned(&input, inputs)),
            state: graph.constant(&[SIZE, 4 * SIZE], &turned(&state, SIZE)),
            bias: graph.constant(&[4 * SIZE], &bias),
        };
        x = graph.lstm(x, layer);
    }
    let last = graph.slice(x, 0, shown - 1, shown);
    let last = graph.reshaped(last, &[windows.len(), SIZE]);
    let layer = file.nodes.iter().find(|n| n.op == "Gemm").ok_or("the network has no last layer")?;
    let [_, matrix, bias] = layer.inputs[..] else { return Err("the last layer is of another kind".into()) };
    let matrix = graph.constant(&[SIZE, SIZE], &turned(&file.array(matrix)?.values, SIZE));
    let bias = graph.constant(&[SIZE], &file.array(bias)?.values);
    let print = graph.matmul(last, matrix);
    let print = graph.add(print, bias);
    let print = graph.leaky_relu(print, 0.0);
    let along = graph.matmul(print, wanted);
    let ones = graph.constant(&[SIZE, 1], &[1.0; SIZE]);
    let square = graph.mul(print, print);
    let square = graph.matmul(square, ones);
    let square = graph.offset(square, 1e-9);
    let length = graph.sqrt(square);
    let inverse = graph.reciprocal(length);
    let cosine = graph.mul(along, inverse);
    let cosine = graph.mean(cosine);
    let less = graph.scale(cosine, -1.0);
    Ok(graph.offset(less, 1.0))
}

/// Rows of `width` as columns.
fn turned(values: &[f32], width: usize) -> Vec<f32> {
    let rows = values.len() / width;
    (0..width).flat_map(|c| (0..rows).map(move |r| values[r * width + c])).collect()
}

/// From 24 to 16 kHz: two phases of a windowed sine for every three samples.
fn at_16k(graph: &mut Graph, sound: Value) -> Value {
    const REACH: usize = 24;
    const TAPS: usize = 2 * REACH + 3;
    let kernel = |centre: f32| {
        (0..TAPS).map(move |i| {
            let t = i as f32 - centre;
            let cut = 2.0 / 3.0 * 0.97;
            let sinc = if t.abs() < 1e-6 { 1.0 } else { (PI * cut * t).sin() / (PI * cut * t) };
            let window = (PI * t / (2.0 * (REACH + 2) as f32)).cos().powi(2);
            cut * sinc * window
        })
    };
    let taps: Vec<f32> = kernel(REACH as f32).chain(kernel(REACH as f32 + 1.5)).collect();
    let taps = graph.constant(&[2, 1, TAPS], &taps);
    let phases = graph.conv(sound, taps, None, Conv { stride: 3, padding: REACH, ..Conv::default() });
    let count = graph.shape(phases)[2];
    let pairs = graph.permuted(phases, &[0, 2, 1]);
    graph.reshaped(pairs, &[1, 1, 2 * count])
}

/// Quiet sounds are raised, as before every print.
fn raised(graph: &mut Graph, sound: Value) -> Value {
    let square = graph.mul(sound, sound);
    let mean = graph.mean(square);
    let mean = graph.offset(mean, 1e-12);
    let level = graph.sqrt(mean);
    let inverse = graph.reciprocal(level);
    let gain = graph.scale(inverse, LEVEL);
    let gain = graph.at_least(gain, 1.0);
    graph.mul(sound, gain)
}
