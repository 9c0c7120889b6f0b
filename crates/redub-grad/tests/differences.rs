//! Every gradient against the difference of the loss at two near points.

#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

use ort::value::Tensor;
use redub_grad::{Conv, Graph, Lstm, Size, Value};
use redub_models::ModelStore;

/// Numbers without a pattern, in -1..1.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) as f32
    };
    (0..count).map(|_| next()).collect()
}

/// Builds a loss of parameters of the given shapes and holds its gradients against differences, along the gradient and along
/// directions without a pattern.
fn check(name: &str, shapes: &[&[usize]], build: impl Fn(&mut Graph, &[Value]) -> Value) {
    let mut graph = Graph::new();
    let parameters: Vec<Value> =
        shapes.iter().enumerate().map(|(i, s)| graph.parameter(&format!("p{i}"), s)).collect();
    let made = build(&mut graph, &parameters);
    // Every number counts differently.
    let size = graph.shape(made).iter().product();
    let shape = graph.shape(made).to_vec();
    let weights = graph.constant(&shape, &numbers(size, 99));
    let weighted = graph.mul(made, weights);
    let loss = graph.sum(weighted);
    let gradients = graph.gradients(loss, &parameters);
    graph.output("loss", loss);
    gradients.iter().enumerate().for_each(|(i, g)| graph.output(&format!("g{i}"), *g));
    let session = ModelStore::new(ModelStore::default_root()).session_of(&graph.model(), 1).unwrap();
    let run = |at: &[Vec<f32>]| -> (f32, Vec<Vec<f32>>) {
        session
            .with(|session| {
                let inputs: Vec<(String, Tensor<f32>)> = (at.iter().zip(shapes).enumerate())
                    .map(|(i, (v, s))| {
                        (format!("p{i}"), Tensor::from_array((s.to_vec(), v.clone())).unwrap())
                    })
                    .collect();
                let outputs = session.run(inputs)?;
                let read = |name: &str| outputs[name].try_extract_tensor::<f32>().unwrap().1.to_vec();
                Ok((read("loss")[0], (0..at.len()).map(|i| read(&format!("g{i}"))).collect()))
            })
            .unwrap()
    };
    let at: Vec<Vec<f32>> =
        shapes.iter().enumerate().map(|(i, s)| numbers(s.iter().product(), i as u32 + 1)).collect();
    let (_, found) = run(&at);
    for seed in 7..10 {
        for (p, gradient) in found.iter().enumerate() {
            let direction = numbers(gradient.len(), seed);
            let step = |by: f32| {
                let mut moved = at.clone();
                moved[p].iter_mut().zip(&direction).for_each(|(v, d)| *v += by * d);
                run(&moved).0
            };
            let along: f32 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
            let difference = (step(2e-3) - step(-2e-3)) / 4e-3;
            let size = gradient.iter().map(|g| g * g).sum::<f32>().sqrt().max(0.1);
            assert!(
                (along - difference).abs() < 0.02 * size,
                "{name}, parameter {p}: {along} against {difference}"
            );
        }
    }
}

fn positive(graph: &mut Graph, x: Value) -> Value {
    let square = graph.mul(x, x);
    graph.offset(square, 0.5)
}

#[test]
fn gradients_are_the_differences() {
    if ModelStore::new(ModelStore::default_root()).file("onnxruntime", "libonnxruntime.so").is_err() {
        eprintln!("skipped: the runtime is not installed (redub models pull onnxruntime)");
        return;
    }
    let how = |stride, dilation, padding, groups| Conv { stride, dilation, padding, groups };
    check("conv", &[&[1, 3, 20], &[4, 3, 5]], |g, p| g.conv(p[0], p[1], None, how(1, 2, 4, 1)));
    check("conv without padding", &[&[1, 3, 20], &[4, 3, 5]], |g, p| {
        g.conv(p[0], p[1], None, how(1, 1, 0, 1))
    });
    check("strided conv", &[&[1, 2, 21]], |g, p| {
        let kernel = g.constant(&[3, 2, 6], &numbers(36, 5));
        g.conv(p[0], kernel, None, how(4, 1, 2, 1))
    });
    check("transposed conv", &[&[1, 4, 9]], |g, p| {
        let (kernel, bias) = (g.constant(&[4, 2, 6], &numbers(48, 5)), g.constant(&[2], &[0.3, -0.2]));
        g.conv_transposed(p[0], kernel, Some(bias), how(3, 1, 1, 1), 0)
    });
    check("transposed conv by channel", &[&[1, 4, 9]], |g, p| {
        let kernel = g.constant(&[4, 1, 3], &numbers(12, 5));
        g.conv_transposed(p[0], kernel, None, how(2, 1, 1, 4), 1)
    });
    check("styled", &[&[1, 3, 12], &[1, 3, 1], &[1, 3, 1]], |g, p| g.styled(p[0], p[1], p[2]));
    check("snake", &[&[1, 3, 12]], |g, p| {
        let (alpha, one_by) =
            (g.constant(&[1, 3, 1], &[0.5, 1.0, 2.0]), g.constant(&[1, 3, 1], &[2.0, 1.0, 0.5]));
        g.snake(p[0], alpha, one_by)
    });
    check("one by one", &[&[2, 6], &[2, 6]], |g, p| {
        let (exp, sin, cos) = (g.exp(p[0]), g.sin(p[1]), g.cos(p[0]));
        let (above, leaky) = (positive(g, p[0]), g.leaky_relu(p[1], 0.2));
        let (log, root, inverse) = (g.log(above), g.sqrt(above), g.reciprocal(above));
        let size = g.abs(p[1]);
        let parts = [sin, cos, leaky, log, root, inverse, size];
        let sum = parts.into_iter().fold(exp, |sum, part| g.add(sum, part));
        let less = g.sub(sum, p[1]);
        g.mul(less, p[0])
    });
    check("moved", &[&[1, 4, 6], &[1, 2, 6]], |g, p| {
        let both = g.concat(&[p[0], p[1]], 1);
        let part = g.slice(both, 1, 1, 5);
        let part = g.slice(part, 2, 0, 5);
        let twice = g.doubled(part);
        let turned = g.permuted(twice, &[2, 0, 1]);
        g.reshaped(turned, &[5, 8])
    });
    check("products", &[&[2, 3, 4]], |g, p| {
        let by = g.constant(&[4, 5], &numbers(20, 4));
        let product = g.matmul(p[0], by);
        g.mean(product)
    });
    check("lstm", &[&[5, 2, 3]], |g, p| {
        let input = g.constant(&[3, 16], &numbers(48, 1));
        let (state, bias) = (g.constant(&[4, 16], &numbers(64, 2)), g.constant(&[16], &numbers(16, 3)));
        g.lstm(p[0], Lstm { input, state, bias })
    });
}

#[test]
fn a_free_size_may_differ_and_detached_values_have_no_gradient() {
    let store = ModelStore::new(ModelStore::default_root());
    if store.file("onnxruntime", "libonnxruntime.so").is_err() {
        return;
    }
    let mut graph = Graph::new();
    let x = graph.input("x", &[Size::Fixed(1), Size::Fixed(2), Size::Free("time", 4)]);
    let p = graph.parameter("p", &[1]);
    let twice = graph.doubled(x);
    let scaled = graph.mul(twice, p);
    let still = graph.detached(scaled);
    let loss = graph.sum(still);
    let gradient = graph.gradients(loss, &[p])[0];
    graph.output("y", scaled);
    graph.output("g", gradient);
    let session = store.session_of(&graph.model(), 1).unwrap();
    session
        .with(|session| {
            let outputs = session.run(ort::inputs![
                "x" => Tensor::from_array(([1, 2, 3], vec![1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]))?,
                "p" => Tensor::from_array(([1], vec![2.0_f32]))?,
            ])?;
            let y = outputs["y"].try_extract_tensor::<f32>()?.1.to_vec();
            assert_eq!(y, [2.0, 2.0, 4.0, 4.0, 6.0, 6.0, 8.0, 8.0, 10.0, 10.0, 12.0, 12.0]);
            assert_eq!(outputs["g"].try_extract_tensor::<f32>()?.1, [0.0]);
            Ok(())
        })
        .unwrap();
}
