//! Fitting: a few steps down the slope of how unlike the speaker the voice sounds.

use std::f32::consts::PI;
use std::ops::Range;
use std::time::Instant;

use ort::session::SessionInputValue;
use ort::value::Tensor;
use redub_grad::{Graph, Size, Value};
use redub_models::{ModelStore, OnnxSession, threads};

use super::decoder::{Decoder, FRAME, Inputs, TIMBRE};
use super::file::Array;
use super::harmonics::Source;
use super::print::unlike;
use super::record::Fitted;
use super::spectrum::apart;
use crate::error::SpeechError;
use crate::speak::kokoro::{Taught, installed};

/// Steps over which the rate rises.
const WARM_UP: f32 = 4.0;
/// Adam's rates of forgetting (Kingma and Ba 2015), as vocoders are trained, and what keeps it from dividing by nothing.
const FORGET: (f32, f32) = (0.8, 0.99);
const LEAST: f32 = 1e-8;

/// How a voice is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// Steps.
    pub steps: usize,
    /// Frames of 25 ms that a step looks at.
    pub window: usize,
    /// Rates of the timbre, the styles' shifts and the low-rank additions.
    pub rates: [f32; 3],
    /// Weight of the voice print against the spectrum.
    pub print: f32,
}

impl Default for Course {
    fn default() -> Self {
        Self { steps: 24, window: 64, rates: [2e-2, 2e-2, 4e-3], print: 1.0 }
    }
}

/// A number of the network that moves, with what Adam remembers of it.
struct Parameter {
    name: String,
    shape: Vec<usize>,
    rate: f32,
    values: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Parameter {
    /// Low-rank additions begin without effect: one factor is nothing, the other has no pattern.
    fn new(name: String, shape: Vec<usize>, rates: [f32; 3]) -> Self {
        let count: usize = shape.iter().product();
        let values = if name.ends_with(".down") {
            scattered(count, &name, shape[1] * shape[2])
        } else {
            vec![0.0; count]
        };
        let rate = match name.as_str() {
            "timbre" => rates[0],
            name if name.ends_with(".fcb") => rates[1],
            _ => rates[2],
        };
        Self { name, shape, rate, values, mean: vec![0.0; count], square: vec![0.0; count] }
    }

    /// One step of Adam.
    fn step(&mut self, gradient: &[f32], number: i32, part: f32) {
        let (a, b) = FORGET;
        let (fresh, fresh_square) = (1.0 - a.powi(number), 1.0 - b.powi(number));
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((value, (mean, square)), g) in self.values.iter_mut().zip(moments).zip(gradient) {
            *mean = a * *mean + (1.0 - a) * g;
            *square = b * *square + (1.0 - b) * g * g;
            *value -= self.rate * part * (*mean / fresh) / ((*square / fresh_square).sqrt() + LEAST);
        }
    }
}

/// Fits the decoder to `lessons` of one speaker whose GE2E print is `print`, from the timbre `start`. `progress` is told the share that is done
/// and may stop. `None` when the lessons are shorter than a window, or cannot be followed.
///
/// # Errors
/// Models that are missing or fail, or a stop.
pub fn fit(
    store: &ModelStore,
    start: &[f32],
    lessons: &[Taught],
    print: &[f32],
    course: Course,
    mut progress: impl FnMut(f32, f32) -> Result<(), SpeechError>,
) -> Result<Option<Fitted>, SpeechError> {
    let lesson = joined(lessons);
    let Some(room) = lesson.features.frames().checked_sub(course.window) else { return Ok(None) };
    let clock = Instant::now();
    let (session, mut parameters, source) = network(store, course)?;
    tracing::debug!("the network to fit was built in {:.1} s", clock.elapsed().as_secs_f64());
    for step in 0..course.steps {
        // Windows spread evenly, whatever their number: multiples of the golden section.
        let at = ((step as f64 * 0.618_033_988_75).fract() * (room + 1) as f64) as usize;
        let (loss, gradients) =
            run(&session, &parameters, start, &lesson, print, at..at + course.window, &source)?;
        if !loss.is_finite() {
            return Ok(None);
        }
        let cosine = 0.5 * (1.0 + (PI * step as f32 / course.steps as f32).cos());
        let part = ((step + 1) as f32 / WARM_UP).min(1.0) * (0.9 * cosine + 0.1);
        for (parameter, gradient) in parameters.iter_mut().zip(&gradients) {
            parameter.step(gradient, step as i32 + 1, part);
        }
        progress((step + 1) as f32 / course.steps as f32, loss)?;
    }
    tracing::debug!("{} steps, after {:.1} s", course.steps, clock.elapsed().as_secs_f64());
    let mut timbre = start.to_vec();
    let mut learnt = Vec::new();
    for parameter in parameters {
        if parameter.name == "timbre" {
            timbre.iter_mut().zip(&parameter.values).for_each(|(t, v)| *t += v);
        } else {
            learnt.push((parameter.name, Array { shape: parameter.shape, values: parameter.values }));
        }
    }
    Ok(Some(Fitted { start: start.to_vec(), timbre, learnt, source }))
}

/// The decoder, how unlike it sounds, and the gradients of that, as one network.
fn network(store: &ModelStore, course: Course) -> Result<(OnnxSession, Vec<Parameter>, Source), SpeechError> {
    let failed = |reason: String| SpeechError::Engine { engine: "own voice", reason };
    let weights = installed(store)?;
    let source = Source::of(&weights).map_err(failed)?;
    let mut graph = Graph::new();
    let base = graph.input("base", &[Size::Fixed(1), Size::Fixed(TIMBRE)]);
    let moved = graph.parameter("timbre", &[1, TIMBRE]);
    let timbre = graph.add(base, moved);
    let inputs = Inputs::free(&mut graph, course.window, timbre);
    let own = graph.input("own", &[Size::Fixed(1), Size::Fixed(1), Size::Fixed(course.window * FRAME)]);
    let wanted = graph.input("print", &[Size::Fixed(256), Size::Fixed(1)]);
    let (sound, mut learnt) = Decoder::new(&mut graph, &weights, true).build(inputs).map_err(failed)?;
    drop(weights);
    let spectrum = apart(&mut graph, sound, own);
    let judge = std::fs::read(store.file("speaker-embedding-ge2e", "speaker_embedding_ge2e.onnx")?)?;
    let print = unlike(&mut graph, &judge, sound, wanted).map_err(failed)?;
    let print = graph.scale(print, course.print);
    let print = graph.reshaped(print, &[1]);
    let loss = graph.add(spectrum, print);
    learnt.insert(0, ("timbre".into(), moved));
    let values: Vec<Value> = learnt.iter().map(|(_, value)| *value).collect();
    let gradients = graph.gradients(loss, &values);
    graph.output("loss", loss);
    for ((name, _), gradient) in learnt.iter().zip(gradients) {
        graph.output(&format!("by.{name}"), gradient);
    }
    let parameter = |(name, value): (String, Value)| {
        let shape = graph.shape(value).to_vec();
        Parameter::new(name, shape, course.rates)
    };
    let parameters = learnt.into_iter().map(parameter).collect();
    let session = store.session_of(&graph.model(), threads::budget())?;
    Ok((session, parameters, source))
}

/// The loss at a window of the lesson, and its gradients.
fn run(
    session: &OnnxSession,
    parameters: &[Parameter],
    start: &[f32],
    lesson: &Taught,
    print: &[f32],
    window: Range<usize>,
    source: &Source,
) -> Result<(f32, Vec<Vec<f32>>), SpeechError> {
    let features = &lesson.features;
    let (size, halves) = (window.len(), 2 * window.start..2 * window.end);
    let frames = features.frames();
    let text: Vec<f32> =
        features.text.chunks_exact(frames).flat_map(|row| &row[window.clone()]).copied().collect();
    let pitch = features.pitch[halves.clone()].to_vec();
    let harmonics = source.harmonics(&pitch);
    let own = lesson.sound[window.start * FRAME..window.end * FRAME].to_vec();
    let found = session.with(|session| {
        let mut inputs: Vec<(String, SessionInputValue<'_>)> = Vec::with_capacity(parameters.len() + 7);
        let mut give =
            |name: &str, shape: Vec<usize>, values: Vec<f32>| -> Result<(), redub_models::ModelError> {
                inputs.push((name.to_owned(), Tensor::from_array((shape, values))?.into()));
                Ok(())
            };
        give("base", vec![1, TIMBRE], start.to_vec())?;
        give("text", vec![1, 512, size], text)?;
        give("pitch", vec![1, 1, 2 * size], pitch)?;
        give("loudness", vec![1, 1, 2 * size], features.loudness[halves].to_vec())?;
        give("source", vec![1, 22, harmonics.len() / 22], harmonics)?;
        give("own", vec![1, 1, size * FRAME], own)?;
        give("print", vec![print.len(), 1], print.to_vec())?;
        for parameter in parameters {
            give(&parameter.name, parameter.shape.clone(), parameter.values.clone())?;
        }
        let outputs = session.run(inputs)?;
        let read = |name: &str| outputs[name].try_extract_tensor::<f32>().map(|(_, values)| values.to_vec());
        let loss = read("loss")?[0];
        let gradients =
            parameters.iter().map(|p| read(&format!("by.{}", p.name))).collect::<Result<Vec<_>, _>>()?;
        Ok((loss, gradients))
    })?;
    Ok(found)
}

/// All lessons one after another.
fn joined(lessons: &[Taught]) -> Taught {
    let mut all = Taught::default();
    let rows: Vec<std::slice::ChunksExact<'_, f32>> =
        lessons.iter().map(|l| l.features.text.chunks_exact(l.features.frames().max(1))).collect();
    let mut rows = rows;
    for _ in 0..512 {
        for row in &mut rows {
            all.features.text.extend(row.next().unwrap_or_default());
        }
    }
    for lesson in lessons {
        all.features.pitch.extend(&lesson.features.pitch);
        all.features.loudness.extend(&lesson.features.loudness);
        all.sound.extend(&lesson.sound);
    }
    all
}

/// Numbers without a pattern, of variance 1 / `inputs`; the same ones for the same name.
fn scattered(count: usize, name: &str, inputs: usize) -> Vec<f32> {
    let mut state =
        name.bytes().fold(0x9e37_79b9_u32, |s, b| (s ^ u32::from(b)).wrapping_mul(0x0100_0193)).max(1);
    let reach = (3.0 / inputs as f32).sqrt();
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) as f32 * reach
    };
    (0..count).map(|_| next()).collect()
}
