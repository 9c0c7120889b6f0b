//! Kokoro's decoder (an iSTFTNet whose layers are steered by a style; Kaneko et al. 2022, Li et al. 2023) as a graph that
//! can be fitted.
//!
//! What is learnt of a speaker are the shifts of every styled layer and a low-rank addition to every large convolution (Hu et al. 2021,
//! "LoRA"): 1 million numbers instead of 53 million, few enough for half a minute of speech.

use std::f32::consts::PI;

use redub_grad::{Conv, Graph, Size, Value};

use super::file::Array;
use super::weights::Weights;

/// Samples per frame of text features (25 ms).
pub const FRAME: usize = 600;
/// Numbers of a style that are the timbre; the rest is delivery.
pub const TIMBRE: usize = 128;
/// Rank of what is added to a convolution.
pub const RANK: usize = 8;
/// Convolutions with fewer pairs of channels than this are not added to.
const LEAST: usize = 16_384;
/// Transform of the short-time spectrum that the network makes, and its step.
const FFT: usize = 20;
const HOP: usize = 5;
const BINS: usize = FFT / 2 + 1;

/// What the decoder is given.
#[derive(Debug, Clone, Copy)]
pub struct Inputs {
    /// Text features, `[1, 512, frames]`.
    pub text: Value,
    /// Pitch, Hz, `[1, 1, 2 × frames]`.
    pub pitch: Value,
    /// Loudness, `[1, 1, 2 × frames]`.
    pub loudness: Value,
    /// Spectrum of the pitch's harmonics, `[1, 22, 120 × frames + 1]`.
    pub source: Value,
    /// Timbre, `[1, 128]`.
    pub timbre: Value,
}

impl Inputs {
    /// Inputs for sounds of any length, counted as `frames` while building; `label` keeps those of several decoders apart.
    pub fn free(graph: &mut Graph, frames: usize, timbre: Value) -> Self {
        let mut input = |name: &str, rows: usize, label: &'static str, length: usize| {
            graph.input(name, &[Size::Fixed(1), Size::Fixed(rows), Size::Free(label, length)])
        };
        Self {
            text: input("text", 512, "frames", frames),
            pitch: input("pitch", 1, "halves", 2 * frames),
            loudness: input("loudness", 1, "halves", 2 * frames),
            source: input("source", 2 * BINS, "steps", frames * FRAME / HOP + 1),
            timbre,
        }
    }
}

/// Builds the decoder into a graph.
pub struct Decoder<'a> {
    graph: &'a mut Graph,
    weights: &'a Weights,
    /// Names and values of what can be learnt; none when the decoder is fixed.
    learnt: Option<Vec<(String, Value)>>,
}

impl<'a> Decoder<'a> {
    /// A decoder with these weights; one that can be fitted has parameters.
    pub fn new(graph: &'a mut Graph, weights: &'a Weights, fitted: bool) -> Self {
        Self { graph, weights, learnt: fitted.then(Vec::new) }
    }

    /// Adds the network: its sound, `[1, 1, 600 × frames]` at 24 kHz, and the parameters by name.
    ///
    /// # Errors
    /// A weight that is missing.
    pub fn build(mut self, inputs: Inputs) -> Result<(Value, Vec<(String, Value)>), String> {
        let half = Conv { stride: 2, padding: 1, ..Conv::default() };
        let pitch = self.conv("F0_conv", inputs.pitch, half)?;
        let loudness = self.conv("N_conv", inputs.loudness, half)?;
        let style = inputs.timbre;
        let all = self.graph.concat(&[inputs.text, pitch, loudness], 1);
        let mut x = self.block("encode", all, style, false)?;
        let kept = self.conv("asr_res.0", inputs.text, Conv::default())?;
        for i in 0..4 {
            let all = self.graph.concat(&[x, kept, pitch, loudness], 1);
            x = self.block(&format!("decode.{i}"), all, style, i == 3)?;
        }
        for (i, (stride, padding)) in [(10, 5), (6, 3)].into_iter().enumerate() {
            x = self.graph.leaky_relu(x, 0.1);
            let step =
                if i == 0 { Conv { stride: 6, padding: 3, ..Conv::default() } } else { Conv::default() };
            let wave = self.conv(&format!("generator.noise_convs.{i}"), inputs.source, step)?;
            let wave = self.residual(&format!("generator.noise_res.{i}"), wave, style, [7, 11][i])?;
            let layer = format!("generator.ups.{i}");
            let (kernel, bias) = (self.constant(&layer, "w")?, self.constant(&layer, "b")?);
            x = self.graph.conv_transposed(
                x,
                kernel,
                Some(bias),
                Conv { stride, padding, ..Conv::default() },
                0,
            );
            if i == 1 {
                let mirrored = self.graph.slice(x, 2, 1, 2);
                x = self.graph.concat(&[mirrored, x], 2);
            }
            x = self.graph.add(x, wave);
            let mut sum: Option<Value> = None;
            for (j, width) in [3, 7, 11].into_iter().enumerate() {
                let part = self.residual(&format!("generator.resblocks.{}", i * 3 + j), x, style, width)?;
                sum = Some(sum.map_or(part, |sum| self.graph.add(sum, part)));
            }
            x = self.graph.scale(sum.unwrap_or(x), 1.0 / 3.0);
        }
        x = self.graph.leaky_relu(x, 0.01);
        x = self.conv("generator.conv_post", x, Conv { padding: 3, ..Conv::default() })?;
        let sound = self.sound(x);
        Ok((sound, self.learnt.unwrap_or_default()))
    }

    /// Magnitudes and phases to a sound: inverse short-time transform (Hann windows of 20, every 5 samples).
    fn sound(&mut self, x: Value) -> Value {
        let graph = &mut *self.graph;
        let magnitude = graph.slice(x, 1, 0, BINS);
        let magnitude = graph.exp(magnitude);
        let phase = graph.slice(x, 1, BINS, 2 * BINS);
        let phase = graph.sin(phase);
        let (cos, sin) = (graph.cos(phase), graph.sin(phase));
        let (real, imaginary) = (graph.mul(magnitude, cos), graph.mul(magnitude, sin));
        let spectrum = graph.concat(&[real, imaginary], 1);
        let basis = graph.constant(&[2 * BINS, 1, FFT], &inverse_basis());
        let how = Conv { stride: HOP, padding: FFT / 2, ..Conv::default() };
        graph.conv_transposed(spectrum, basis, None, how, 0)
    }

    /// A residual block of the front.
    fn block(&mut self, layer: &str, x: Value, style: Value, twice: bool) -> Result<Value, String> {
        let same = Conv { padding: 1, ..Conv::default() };
        let mut r = self.styled(&format!("{layer}.norm1"), x, style)?;
        r = self.graph.leaky_relu(r, 0.2);
        let mut past = x;
        if twice {
            let pool = format!("{layer}.pool");
            let (kernel, bias) = (self.constant(&pool, "w")?, self.constant(&pool, "b")?);
            let groups = self.graph.shape(r)[1];
            let how = Conv { stride: 2, padding: 1, groups, ..Conv::default() };
            r = self.graph.conv_transposed(r, kernel, Some(bias), how, 1);
            past = self.graph.doubled(x);
        }
        r = self.conv(&format!("{layer}.conv1"), r, same)?;
        r = self.styled(&format!("{layer}.norm2"), r, style)?;
        r = self.graph.leaky_relu(r, 0.2);
        r = self.conv(&format!("{layer}.conv2"), r, same)?;
        if self.weights.contains_key(&format!("{layer}.conv1x1.w")) {
            past = self.conv(&format!("{layer}.conv1x1"), past, Conv::default())?;
        }
        let sum = self.graph.add(r, past);
        Ok(self.graph.scale(sum, std::f32::consts::FRAC_1_SQRT_2))
    }

    /// A residual block of the generator: three pairs of convolutions, ever wider.
    fn residual(&mut self, layer: &str, mut x: Value, style: Value, width: usize) -> Result<Value, String> {
        for (i, dilation) in [1, 3, 5].into_iter().enumerate() {
            let padding = (width - 1) / 2;
            let wide = Conv { dilation, padding: padding * dilation, ..Conv::default() };
            let t = self.snake(layer, 1, i, x, style)?;
            let t = self.conv(&format!("{layer}.convs1.{i}"), t, wide)?;
            let t = self.snake(layer, 2, i, t, style)?;
            let t = self.conv(&format!("{layer}.convs2.{i}"), t, Conv { padding, ..Conv::default() })?;
            x = self.graph.add(x, t);
        }
        Ok(x)
    }

    fn snake(
        &mut self,
        layer: &str,
        which: usize,
        i: usize,
        x: Value,
        style: Value,
    ) -> Result<Value, String> {
        let t = self.styled(&format!("{layer}.adain{which}.{i}"), x, style)?;
        let alpha = self.weight(&format!("{layer}.alpha{which}.{i}"))?;
        let shape = [1, alpha.values.len(), 1];
        let one_by: Vec<f32> = alpha.values.iter().map(|a| 1.0 / a).collect();
        let (alpha, one_by) =
            (self.graph.constant(&shape, &alpha.values), self.graph.constant(&shape, &one_by));
        Ok(self.graph.snake(t, alpha, one_by))
    }

    fn styled(&mut self, layer: &str, x: Value, style: Value) -> Result<Value, String> {
        let matrix = self.constant(layer, "fc")?;
        let bias = self.constant(layer, "fcb")?;
        let channels = self.graph.shape(x)[1];
        let mut all = self.graph.matmul(style, matrix);
        all = self.graph.add(all, bias);
        if self.learnt.is_some() {
            let shifts = self.parameter(format!("{layer}.fcb"), &[1, 2 * channels]);
            all = self.graph.add(all, shifts);
        }
        let mut half = |from: usize| {
            let part = self.graph.slice(all, 1, from, from + channels);
            self.graph.reshaped(part, &[1, channels, 1])
        };
        let (scale, shift) = (half(0), half(channels));
        let scale = self.graph.offset(scale, 1.0);
        Ok(self.graph.styled(x, scale, shift))
    }

    fn conv(&mut self, layer: &str, x: Value, how: Conv) -> Result<Value, String> {
        let kernel = self.constant(layer, "w")?;
        let has_bias = self.weights.contains_key(&format!("{layer}.b"));
        let bias = if has_bias { Some(self.constant(layer, "b")?) } else { None };
        let y = self.graph.conv(x, kernel, bias, how);
        let [outputs, inputs, taps] = self.graph.shape(kernel)[..] else {
            return Err(format!("{layer} has another shape"));
        };
        if self.learnt.is_none() || !added_to(layer, outputs, inputs) {
            return Ok(y);
        }
        let down = self.parameter(format!("{layer}.down"), &[RANK, inputs, taps]);
        let up = self.parameter(format!("{layer}.up"), &[outputs, RANK, 1]);
        let few = self.graph.conv(x, down, None, how);
        let more = self.graph.conv(few, up, None, Conv::default());
        Ok(self.graph.add(y, more))
    }

    fn parameter(&mut self, name: String, shape: &[usize]) -> Value {
        let value = self.graph.parameter(&name, shape);
        self.learnt.get_or_insert_default().push((name, value));
        value
    }

    fn constant(&mut self, layer: &str, part: &str) -> Result<Value, String> {
        let array = self.weight(&format!("{layer}.{part}"))?;
        Ok(self.graph.constant(&array.shape, &array.values))
    }

    fn weight(&self, name: &str) -> Result<&'a Array, String> {
        self.weights.get(name).ok_or(format!("the decoder has no weight {name}"))
    }
}

/// Whether a convolution is large enough to be added to, and one of the network's body.
fn added_to(layer: &str, outputs: usize, inputs: usize) -> bool {
    outputs * inputs >= LEAST && !layer.contains("noise_convs")
}

/// Puts `share` of what was learnt into the weights themselves, so that the network is as fast as before.
///
/// # Errors
/// A name that the weights do not have.
pub fn merge(weights: &mut Weights, learnt: &[(String, Array)], share: f32) -> Result<(), String> {
    let by_name: std::collections::HashMap<&str, &Array> =
        learnt.iter().map(|(n, a)| (n.as_str(), a)).collect();
    for (name, array) in learnt {
        let missing = || format!("the decoder has no weight for {name}");
        if let Some(layer) = name.strip_suffix(".up") {
            let down = by_name.get(format!("{layer}.down").as_str()).ok_or_else(missing)?;
            let weight = weights.get_mut(&format!("{layer}.w")).ok_or_else(missing)?;
            let width = down.values.len() / RANK;
            for (row, factors) in weight.values.chunks_exact_mut(width).zip(array.values.chunks_exact(RANK)) {
                for (factor, along) in factors.iter().zip(down.values.chunks_exact(width)) {
                    row.iter_mut().zip(along).for_each(|(w, d)| *w += share * factor * d);
                }
            }
        } else if name.ends_with(".fcb") {
            let bias = weights.get_mut(name).ok_or_else(missing)?;
            bias.values.iter_mut().zip(&array.values).for_each(|(b, a)| *b += share * a);
        }
    }
    Ok(())
}

/// The inverse transform with its window. What overlapping windows add up to (1.5) is not divided by: neither does the installed network.
fn inverse_basis() -> Vec<f32> {
    let window = |n: usize| 0.5 - 0.5 * (2.0 * PI * n as f32 / FFT as f32).cos();
    let row = |part: fn(f32) -> f32, bin: usize, sign: f32| {
        let twice = if bin == 0 || bin == FFT / 2 { 1.0 } else { 2.0 };
        (0..FFT).map(move |n| {
            let turn = 2.0 * PI * (bin * n % FFT) as f32 / FFT as f32;
            sign * twice * part(turn) * window(n) / FFT as f32
        })
    };
    let real = (0..BINS).flat_map(|bin| row(f32::cos, bin, 1.0));
    real.chain((0..BINS).flat_map(|bin| row(f32::sin, bin, -1.0))).collect()
}
