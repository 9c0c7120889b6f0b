//! How a line is said: its pauses and its loudness, taken over from the source line.

use redub_core::audio::rms;
use redub_core::{Language, Span, Word};
use redub_speech::phonemes;

/// Silence between two words of the source that is a pause, seconds.
const PAUSE: f64 = 0.30;
/// How far from its place in the source a pause may go to find a comma, as a share of the line.
const REACH: f64 = 0.22;
/// The longest pause that is taken over, seconds: what is longer was hesitation.
const LONGEST: f64 = 1.2;
/// Marks at which a reader may pause.
const MARKS: [char; 16] =
    [',', ';', ':', '.', '!', '?', '—', '–', '…', '、', '。', '，', '；', '：', '！', '？'];

/// Pauses for `text` at the source line's pauses, wherever the text has a mark nearby: positions among its words and
/// seconds, together at most `room` seconds. Where the line has no mark nearby it is not torn apart.
pub(crate) fn pauses(source: &[Word], text: &str, language: &Language, room: f64) -> Vec<(usize, f64)> {
    let total: usize = source.iter().map(|w| w.text.chars().count()).sum();
    let words = phonemes::words_of(text, language);
    let length: usize = words.iter().map(|w| w.chars().count()).sum();
    if total == 0 || length == 0 || room <= 0.0 {
        return Vec::new();
    }
    let mut found: Vec<(usize, f64)> = Vec::new();
    let mut said = 0;
    for pair in source.windows(2) {
        said += pair[0].text.chars().count();
        let silence = pair[1].span.start - pair[0].span.end;
        if silence < PAUSE {
            continue;
        }
        let place = said as f64 / total as f64;
        let mut before = 0;
        let mut best: Option<(f64, usize)> = None;
        for (i, word) in words.iter().enumerate().take(words.len() - 1) {
            before += word.chars().count();
            let away = (before as f64 / length as f64 - place).abs();
            let free = !found.iter().any(|(taken, _)| *taken == i);
            if word.ends_with(MARKS) && free && away < REACH && best.is_none_or(|(least, _)| away < least) {
                best = Some((away, i));
            }
        }
        // The synthesiser itself pauses a little at a mark.
        let extra = silence.min(LONGEST) - PAUSE / 2.0;
        found.extend(best.map(|(_, i)| (i, extra)));
    }
    found.sort_by_key(|(i, _)| *i);
    let wanted: f64 = found.iter().map(|(_, s)| s).sum();
    let scale = (room / wanted.max(1e-9)).min(1.0);
    found.iter_mut().for_each(|(_, s)| *s *= scale);
    found.retain(|(_, s)| *s >= 0.05);
    found
}

/// Words of `words` inside `span`, by their middles.
pub(crate) fn inside(words: &[Word], span: Span) -> Vec<Word> {
    let within = |w: &&Word| span.contains(0.5 * (w.span.start + w.span.end));
    words.iter().filter(within).cloned().collect()
}

/// Length of the stretches whose loudness is compared, seconds.
const STRETCH: f64 = 0.6;
/// Share of the source's rise and fall that is taken over: word order differs between languages.
const SHARE: f32 = 0.6;
/// The most a stretch is raised or lowered, dB.
const RANGE_DB: f32 = 4.0;

/// Gives `dub` the rise and fall of loudness of `source` (both mono at `rate` Hz), stretch by stretch at the same share of
/// the line; the level of the whole is the caller's.
pub(crate) fn contour(source: &[f32], dub: &mut [f32], rate: u32) {
    let seconds = dub.len() as f64 / f64::from(rate);
    let stretches = (seconds / STRETCH).round() as usize;
    if stretches < 2 || source.len() < rate as usize / 2 {
        return;
    }
    let (wanted, is) = (levels(source, stretches, rate), levels(dub, stretches, rate));
    let gain = |(w, i): (&f32, &f32)| (SHARE * (w - i)).clamp(-RANGE_DB, RANGE_DB);
    let gains: Vec<f32> = wanted.iter().zip(&is).map(gain).collect();
    let per = dub.len() as f32 / stretches as f32;
    for (i, sample) in dub.iter_mut().enumerate() {
        let at = (i as f32 / per - 0.5).clamp(0.0, (stretches - 1) as f32);
        let (low, part) = (at as usize, at.fract());
        let high = (low + 1).min(stretches - 1);
        let db = gains[low] * (1.0 - part) + gains[high] * part;
        *sample *= 10f32.powf(db / 20.0);
    }
}

/// Level of the speech in each of `count` equal stretches, dB above the mean of the line; pauses count as the mean.
fn levels(samples: &[f32], count: usize, rate: u32) -> Vec<f32> {
    let block = (rate / 50) as usize;
    let blocks: Vec<f32> = samples.chunks(block).map(rms).collect();
    let floor = blocks.iter().fold(0.0f32, |m, b| m.max(*b)) * 0.032;
    let db = |of: &[f32]| {
        let active: Vec<f32> = of.iter().copied().filter(|b| *b > floor).collect();
        (active.len() * 4 >= of.len().max(1)).then(|| 20.0 * rms(&active).max(1e-6).log10())
    };
    let mean = db(&blocks).unwrap_or(0.0);
    let part =
        |i: usize| &blocks[i * blocks.len() / count..((i + 1) * blocks.len() / count).min(blocks.len())];
    (0..count).map(|i| db(part(i)).map_or(0.0, |level| level - mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &[(&str, f64, f64)]) -> Vec<Word> {
        let word = |(text, start, end): &(&str, f64, f64)| Word {
            text: (*text).to_owned(),
            span: Span::new(*start, *end),
            probability: 1.0,
        };
        words.iter().map(word).collect()
    }

    #[test]
    fn a_pause_goes_to_the_nearest_mark() {
        let source = said(&[("Well,", 0.0, 0.4), ("I", 1.2, 1.3), ("think", 1.3, 1.6), ("so.", 1.6, 2.0)]);
        let es: Language = "es".parse().unwrap();
        let found = pauses(&source, "Bueno, creo que sí.", &es, 1.0);
        assert_eq!(found.len(), 1);
        assert!(found[0].0 == 0 && (found[0].1 - 0.65).abs() < 1e-9, "{found:?}");
        assert!((pauses(&source, "Bueno, creo que sí.", &es, 0.2)[0].1 - 0.2).abs() < 1e-9);
        assert!(pauses(&source, "Bueno creo que sí.", &es, 1.0).is_empty());
        assert!(pauses(&source, "Bueno, creo que sí.", &es, 0.0).is_empty());
        let zh = "zh".parse().unwrap();
        assert_eq!(pauses(&source, "好吧，我想是的。", &zh, 1.0).len(), 1);
    }

    #[test]
    fn a_raised_voice_is_carried_over() {
        let rate = 16_000;
        let tone = |seconds: f32, level: f32| -> Vec<f32> {
            (0..(seconds * rate as f32) as usize).map(|i| level * (i as f32 * 0.3).sin()).collect()
        };
        let source = [tone(1.5, 0.05), tone(1.5, 0.2)].concat();
        let mut dub = tone(3.0, 0.1);
        contour(&source, &mut dub, rate);
        let (first, last) = (rms(&dub[..16_000]), rms(&dub[32_000..]));
        assert!(last / first > 1.7 && last / first < 4.1, "{first} {last}");
    }
}
