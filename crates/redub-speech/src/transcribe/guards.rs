//! Tells recognised speech from invented text.
//!
//! Whisper fills music, noise and silence with text: loops of the same words, or the closing words of its training
//! videos. The figures that give it away are those of the reference implementation (no-speech probability, mean
//! log-probability, zlib compression) with its thresholds, and a list of the usual phantoms.

use super::HeardSegment;
use super::wer::normalise;

/// Text that compresses better than this repeats itself.
const LOOPING: f32 = 2.4;
/// Below this mean log-probability a text is guesswork.
const GUESSWORK: f32 = -1.0;
/// Above this probability the engine itself hears nobody.
const NOBODY: f32 = 0.6;
/// A text of the phantom list is only believed below this no-speech probability …
const PHANTOM_NOBODY: f32 = 0.25;
/// … and above this mean log-probability.
const PHANTOM_LOGPROB: f32 = -0.45;

/// What Whisper likes to say over music and noise, normalised.
const PHANTOMS: &[&str] = &[
    "thank you",
    "thanks",
    "thank you for watching",
    "thank you very much",
    "thanks for watching",
    "please subscribe",
    "subscribe",
    "like and subscribe",
    "bye",
    "bye bye",
    "you",
    "music",
    "applause",
    "subtitles by the amara org community",
    "gracias por ver",
    "gracias",
    "suscribete",
    "subtitulos realizados por la comunidad de amara org",
    "obrigado",
    "legendas pela comunidade amara org",
    "inscreva se",
    "merci",
    "merci d avoir regarde cette video",
    "sous titres realises par la communaute d amara org",
    "sous titrage st 501",
    "vielen dank",
    "untertitel der amara org community",
    "untertitelung des zdf 2020",
    "sottotitoli e revisione a cura di qtss",
    "grazie",
    "ご視聴ありがとうございました",
    "字幕by索兰娅",
    "请不吝点赞订阅转发打赏支持明镜与点点栏目",
    "謝謝觀看",
    "谢谢观看",
    "감사합니다",
    "продолжение следует",
    "субтитры сделал dimatorzok",
];

/// Why a segment's text is not to be believed; `None` when it is.
pub fn distrust(segment: &HeardSegment) -> Option<String> {
    let text = normalise(&segment.text);
    if text.is_empty() {
        return Some("no words".to_owned());
    }
    if segment.no_speech_probability > NOBODY && segment.average_logprob < GUESSWORK * 0.7 {
        return Some(format!("nobody speaks (no-speech probability {:.2})", segment.no_speech_probability));
    }
    if is_looping(segment) {
        return Some(format!("repeats itself (compression {:.1})", segment.compression));
    }
    let doubtful =
        segment.no_speech_probability > PHANTOM_NOBODY || segment.average_logprob < PHANTOM_LOGPROB;
    if doubtful && is_phantom(&text) {
        return Some("a phrase recognisers invent over music and noise".to_owned());
    }
    (segment.average_logprob < 1.5 * GUESSWORK)
        .then(|| format!("guesswork (mean log-probability {:.2})", segment.average_logprob))
}

/// Whether another attempt with other settings is worth its time.
pub fn worth_another_try(segment: &HeardSegment) -> bool {
    is_looping(segment) || segment.average_logprob < GUESSWORK
}

fn is_looping(segment: &HeardSegment) -> bool {
    segment.compression > LOOPING || loops(&normalise(&segment.text))
}

/// Whether one to six words (or, without spaces, characters) come at least five times in a row.
fn loops(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let characters: Vec<&str> = text.split("").filter(|c| !c.is_empty() && *c != " ").collect();
    let repeated = |items: &[&str], length: usize, times: usize| {
        items.windows(length * times).any(|run| run.chunks(length).all(|part| part == &run[..length]))
    };
    (1..=6).any(|length| repeated(&words, length, 5))
        || (2..=12).any(|length| repeated(&characters, length, 6))
}

fn is_phantom(normalised: &str) -> bool {
    let plain: String = normalised.chars().map(without_accent).collect();
    PHANTOMS.iter().any(|phantom| *phantom == plain || *phantom == normalised)
}

fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' | 'î' => 'i',
        'ó' | 'ô' | 'õ' => 'o',
        'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    }
}

/// Bytes of `text` over bytes of its zlib compression; 1 for an empty text.
pub fn compression(text: &str) -> f32 {
    if text.is_empty() {
        return 1.0;
    }
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 6);
    text.len() as f32 / packed.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use redub_core::Span;

    use super::*;

    fn segment(text: &str, no_speech_probability: f32, average_logprob: f32) -> HeardSegment {
        HeardSegment {
            span: Span::new(0.0, 5.0),
            text: text.to_owned(),
            no_speech_probability,
            average_logprob,
            compression: compression(text),
        }
    }

    #[test]
    fn ordinary_speech_is_believed() {
        let text = "And so my fellow Americans ask not what your country can do for you.";
        assert_eq!(distrust(&segment(text, 0.05, -0.2)), None);
        assert_eq!(distrust(&segment("Thank you.", 0.02, -0.2)), None);
    }

    #[test]
    fn phantoms_and_loops_are_not() {
        assert!(distrust(&segment("Thanks for watching!", 0.5, -0.3)).is_some());
        assert!(distrust(&segment(&"la la land ".repeat(20), 0.1, -0.1)).is_some());
        assert!(distrust(&segment("go go go go go go go", 0.1, -0.3)).is_some());
        assert!(distrust(&segment("哈哈哈哈哈哈哈哈哈哈哈哈", 0.1, -0.3)).is_some());
        assert!(distrust(&segment("mumble", 0.9, -0.9)).is_some());
    }
}
