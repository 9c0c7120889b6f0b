//! Spectra that gradients pass through, and how far two sounds are apart in them.

use std::f32::consts::PI;

use redub_grad::{Conv, Graph, Value};

/// Transforms compared: samples of a window and from one to the next, at 24 kHz.
const RESOLUTIONS: [(usize, usize); 3] = [(512, 128), (1024, 256), (2048, 512)];
const RATE: f32 = 24_000.0;

/// How far `made` is from `wanted` (both `[1, 1, samples]`), in several resolutions: log mel bands, log magnitudes and magnitudes (as Yamamoto
/// et al. 2020 compare them, with the bands of Kong et al. 2020). 0 where they are the same, about 2 for strangers.
pub fn apart(graph: &mut Graph, made: Value, wanted: Value) -> Value {
    let mut parts = Vec::new();
    for (fft, hop) in RESOLUTIONS {
        let (a, b) = (magnitudes(graph, made, fft, hop), magnitudes(graph, wanted, fft, hop));
        let bins = if fft >= 1024 { 80 } else { 40 };
        let filters = mel(fft, RATE, bins, 30.0, 11_900.0);
        let filters = graph.constant(&[bins, fft / 2 + 1, 1], &filters);
        let bands = |graph: &mut Graph, x| {
            let bands = graph.conv(x, filters, None, Conv::default());
            let bands = graph.offset(bands, 1e-4);
            graph.log(bands)
        };
        let (p, q) = (bands(graph, a), bands(graph, b));
        parts.push(mean_distance(graph, p, q));
        let logs = |graph: &mut Graph, x| {
            let x = graph.offset(x, 1e-3);
            graph.log(x)
        };
        let (p, q) = (logs(graph, a), logs(graph, b));
        let distance = mean_distance(graph, p, q);
        parts.push(graph.scale(distance, 0.3));
        let difference = graph.sub(a, b);
        let (above, below) = (length(graph, difference), length(graph, b));
        let below = graph.reciprocal(below);
        let share = graph.mul(above, below);
        parts.push(graph.scale(share, 0.3));
    }
    let mut sum = parts[0];
    for part in &parts[1..] {
        sum = graph.add(sum, *part);
    }
    graph.scale(sum, 1.0 / RESOLUTIONS.len() as f32)
}

/// Real and imaginary parts `[1, bins, frames]` of Hann windows of `sound`, with `padding` zeros before and after.
pub fn transform(graph: &mut Graph, sound: Value, fft: usize, hop: usize, padding: usize) -> (Value, Value) {
    let bins = fft / 2 + 1;
    let turn = |i: usize| 2.0 * PI * (i % fft) as f32 / fft as f32;
    let window = |n: usize| 0.5 - 0.5 * turn(n).cos();
    let mut basis = Vec::with_capacity(2 * bins * fft);
    basis.extend((0..bins).flat_map(|k| (0..fft).map(move |n| window(n) * turn(k * n).cos())));
    basis.extend((0..bins).flat_map(|k| (0..fft).map(move |n| -window(n) * turn(k * n).sin())));
    let basis = graph.constant(&[2 * bins, 1, fft], &basis);
    let both = graph.conv(sound, basis, None, Conv { stride: hop, padding, ..Conv::default() });
    (graph.slice(both, 1, 0, bins), graph.slice(both, 1, bins, 2 * bins))
}

fn magnitudes(graph: &mut Graph, sound: Value, fft: usize, hop: usize) -> Value {
    let (real, imaginary) = transform(graph, sound, fft, hop, 0);
    let (real, imaginary) = (graph.mul(real, real), graph.mul(imaginary, imaginary));
    let power = graph.add(real, imaginary);
    let power = graph.offset(power, 1e-9);
    graph.sqrt(power)
}

fn mean_distance(graph: &mut Graph, a: Value, b: Value) -> Value {
    let difference = graph.sub(a, b);
    let size = graph.abs(difference);
    graph.mean(size)
}

fn length(graph: &mut Graph, x: Value) -> Value {
    let square = graph.mul(x, x);
    let sum = graph.sum(square);
    let sum = graph.offset(sum, 1e-9);
    graph.sqrt(sum)
}

/// Triangular bands of equal area on Slaney's mel scale, `[bins, fft / 2 + 1]`.
pub fn mel(fft: usize, rate: f32, bins: usize, low: f32, high: f32) -> Vec<f32> {
    let to_mel = |hz: f32| {
        if hz < 1_000.0 { hz * 3.0 / 200.0 } else { 15.0 + (hz / 1_000.0).ln() * 27.0 / 6.4f32.ln() }
    };
    let to_hz = |mel: f32| {
        if mel < 15.0 { mel * 200.0 / 3.0 } else { 1_000.0 * ((mel - 15.0) * 6.4f32.ln() / 27.0).exp() }
    };
    let (from, to) = (to_mel(low), to_mel(high));
    let edge = |i: usize| to_hz(from + (to - from) * i as f32 / (bins + 1) as f32);
    (0..bins)
        .flat_map(|b| {
            let (left, middle, right) = (edge(b), edge(b + 1), edge(b + 2));
            (0..=fft / 2).map(move |line| {
                let hz = line as f32 * rate / fft as f32;
                let height = ((hz - left) / (middle - left)).min((right - hz) / (right - middle)).max(0.0);
                height * 2.0 / (right - left)
            })
        })
        .collect()
}
