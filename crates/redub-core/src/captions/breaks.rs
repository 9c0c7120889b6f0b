//! Where a row of Chinese or Japanese text may end.
//!
//! Rows begin with no closing mark, small kana or long-vowel sign and end with no opening mark (the line breaking rules
//! of JIS X 4051), numbers stay with their counter and Latin words whole. Japanese rows also begin where a phrase does: with
//! a word, not with the endings and particles written in hiragana behind it.

/// Marks and signs that begin no row.
const NOT_FIRST: &str =
    "、。，．・：；？！）」』】〉》〕”’…ー々ゝヽぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;?!)]}%％";
/// Marks after which a row may always end.
const AFTER: &str = "、。，．；：？！…;:?!";
/// Marks that end no row.
const NOT_LAST: &str = "（「『【〈《〔“‘([{$¥￥€£";

/// A stretch of text that one row holds whole, and whether a space stood before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The text.
    pub text: String,
    /// Whether the text had a space here.
    pub spaced: bool,
}

/// Cuts `text` wherever a row may end; a stretch longer than `longest` characters is cut anywhere.
pub fn units(text: &str, longest: usize) -> Vec<Unit> {
    let japanese = text.chars().any(|c| is_hiragana(c) || is_katakana(c));
    let mut units: Vec<Unit> = Vec::new();
    let mut before: Option<char> = None;
    let mut spaced = false;
    for c in text.trim().chars() {
        if c.is_whitespace() {
            (spaced, before) = (true, None);
            continue;
        }
        match units.last_mut().filter(|_| before.is_some_and(|b| holds(b, c, japanese))) {
            Some(unit) => unit.text.push(c),
            None => units.push(Unit { text: c.into(), spaced: spaced && !units.is_empty() }),
        }
        (before, spaced) = (Some(c), false);
    }
    units.into_iter().flat_map(|unit| cut(unit, longest.max(1))).collect()
}

/// Whether `a` and `b` stay in one row.
fn holds(a: char, b: char, japanese: bool) -> bool {
    if NOT_FIRST.contains(b) || NOT_LAST.contains(a) {
        return true;
    }
    if AFTER.contains(a) {
        return false;
    }
    let latin = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '-' | '\'' | '&' | '/');
    let number = a.is_ascii_digit() && (is_ideograph(b) || is_katakana(b));
    let phrase = japanese
        && (is_hiragana(b) || (is_ideograph(a) && is_ideograph(b)) || (is_katakana(a) && is_katakana(b)));
    (latin(a) && latin(b)) || number || phrase
}

/// Cuts what no row can hold.
fn cut(unit: Unit, longest: usize) -> Vec<Unit> {
    let characters: Vec<char> = unit.text.chars().collect();
    let piece =
        |(i, part): (usize, &[char])| Unit { text: part.iter().collect(), spaced: unit.spaced && i == 0 };
    characters.chunks(longest).enumerate().map(piece).collect()
}

fn is_hiragana(c: char) -> bool {
    ('\u{3041}'..='\u{309f}').contains(&c)
}

fn is_katakana(c: char) -> bool {
    ('\u{30a1}'..='\u{30ff}').contains(&c) && c != '・'
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '々')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(text: &str, longest: usize) -> String {
        let units = units(text, longest);
        let with_gap = |u: &Unit| if u.spaced { format!("_{}", u.text) } else { u.text.clone() };
        units.iter().map(with_gap).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn japanese_rows_begin_with_a_word() {
        assert_eq!(
            cuts("私の声はコンピューターで作られています。", 18),
            "私の|声は|コンピューターで|作られています。"
        );
        assert_eq!(cuts("「東京」で100人が、2.5キロも。", 18), "「東京」で|100人が、|2.5キロも。");
    }

    #[test]
    fn chinese_is_cut_between_characters() {
        assert_eq!(cuts("我有100个New York，好吗？", 18), "我|有|100个|New|_York，|好|吗？");
    }

    #[test]
    fn what_no_row_holds_is_cut() {
        assert_eq!(cuts("aaaaaaa", 3), "aaa|aaa|a");
        assert_eq!(cuts("", 3), "");
    }
}
