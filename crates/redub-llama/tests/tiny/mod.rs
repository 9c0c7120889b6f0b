//! A model of a few thousand random numbers, written to a file: it says nothing sensible, but everything the library does
//! with a real one it does with this.

use std::path::Path;

/// Numbers per token inside the model.
const WIDTH: u64 = 32;
/// Numbers in its inner layer.
const INNER: u64 = 64;
/// Tokens: unknown, begin, end, the 256 bytes.
const WORDS: u64 = 3 + 256;

enum Value<'a> {
    Number(u32),
    Real(f32),
    Text(&'a str),
    Texts(Vec<String>),
    Reals(Vec<f32>),
    Kinds(Vec<i32>),
}

/// Writes a GGUF file of the architecture "llama" with one layer, whose words are the bytes.
pub fn write(path: &Path) {
    let mut file = b"GGUF".to_vec();
    let mut words: Vec<String> = ["<unk>", "<s>", "</s>"].map(str::to_owned).to_vec();
    words.extend((0..256).map(|b| format!("<0x{b:02X}>")));
    let kinds = [2, 3, 3].into_iter().chain(std::iter::repeat_n(6, 256)).collect();
    let meta = [
        ("general.architecture", Value::Text("llama")),
        ("general.name", Value::Text("tiny")),
        ("llama.context_length", Value::Number(8192)),
        ("llama.embedding_length", Value::Number(WIDTH as u32)),
        ("llama.block_count", Value::Number(1)),
        ("llama.feed_forward_length", Value::Number(INNER as u32)),
        ("llama.attention.head_count", Value::Number(2)),
        ("llama.attention.head_count_kv", Value::Number(2)),
        ("llama.attention.layer_norm_rms_epsilon", Value::Real(1e-5)),
        ("llama.rope.dimension_count", Value::Number(16)),
        ("tokenizer.ggml.model", Value::Text("llama")),
        ("tokenizer.ggml.scores", Value::Reals(vec![0.0; words.len()])),
        ("tokenizer.ggml.tokens", Value::Texts(words)),
        ("tokenizer.ggml.token_type", Value::Kinds(kinds)),
        ("tokenizer.ggml.bos_token_id", Value::Number(1)),
        ("tokenizer.ggml.eos_token_id", Value::Number(2)),
        ("tokenizer.ggml.unknown_token_id", Value::Number(0)),
    ];
    let block = |name: &str| format!("blk.0.{name}.weight");
    let tensors: Vec<(String, Vec<u64>)> = vec![
        ("token_embd.weight".into(), vec![WIDTH, WORDS]),
        ("output_norm.weight".into(), vec![WIDTH]),
        ("output.weight".into(), vec![WIDTH, WORDS]),
        (block("attn_norm"), vec![WIDTH]),
        (block("attn_q"), vec![WIDTH, WIDTH]),
        (block("attn_k"), vec![WIDTH, WIDTH]),
        (block("attn_v"), vec![WIDTH, WIDTH]),
        (block("attn_output"), vec![WIDTH, WIDTH]),
        (block("ffn_norm"), vec![WIDTH]),
        (block("ffn_gate"), vec![WIDTH, INNER]),
        (block("ffn_up"), vec![WIDTH, INNER]),
        (block("ffn_down"), vec![INNER, WIDTH]),
    ];
    file.extend(3u32.to_le_bytes());
    file.extend((tensors.len() as u64).to_le_bytes());
    file.extend((meta.len() as u64).to_le_bytes());
    for (key, value) in &meta {
        text(&mut file, key);
        put(&mut file, value);
    }
    let mut at = 0u64;
    for (name, shape) in &tensors {
        text(&mut file, name);
        file.extend((shape.len() as u32).to_le_bytes());
        shape.iter().for_each(|n| file.extend(n.to_le_bytes()));
        file.extend(0u32.to_le_bytes());
        file.extend(at.to_le_bytes());
        at += (4 * shape.iter().product::<u64>()).next_multiple_of(32);
    }
    file.resize(file.len().next_multiple_of(32), 0);
    let mut seed = 1u64;
    for (_, shape) in &tensors {
        for _ in 0..shape.iter().product::<u64>() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            file.extend((((seed >> 40) as f32 / (1u64 << 24) as f32) - 0.5).to_le_bytes());
        }
        file.resize(file.len().next_multiple_of(32), 0);
    }
    std::fs::write(path, file).unwrap();
}

fn text(file: &mut Vec<u8>, text: &str) {
    file.extend((text.len() as u64).to_le_bytes());
    file.extend(text.as_bytes());
}

fn put(file: &mut Vec<u8>, value: &Value<'_>) {
    let list = |file: &mut Vec<u8>, kind: u32, length: usize| {
        file.extend(9u32.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend((length as u64).to_le_bytes());
    };
    match value {
        Value::Number(n) => {
            file.extend(4u32.to_le_bytes());
            file.extend(n.to_le_bytes());
        }
        Value::Real(x) => {
            file.extend(6u32.to_le_bytes());
            file.extend(x.to_le_bytes());
        }
        Value::Text(t) => {
            file.extend(8u32.to_le_bytes());
            text(file, t);
        }
        Value::Texts(all) => {
            list(file, 8, all.len());
            all.iter().for_each(|t| text(file, t));
        }
        Value::Reals(all) => {
            list(file, 6, all.len());
            all.iter().for_each(|x| file.extend(x.to_le_bytes()));
        }
        Value::Kinds(all) => {
            list(file, 5, all.len());
            all.iter().for_each(|k| file.extend(k.to_le_bytes()));
        }
    }
}
