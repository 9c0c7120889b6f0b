//! Amounts, dates and times in Japanese text, put as they are said.
//!
//! Open JTalk's rules read numbers with the counters after them; what they do not know is a sign before the number, a
//! clock time or a date in figures, and the names of letters in an abbreviation.

use crate::phonemes::figures::{negative, rewritten};

/// Signs before a number, and what is said after it.
const MONEY: [(&str, &str); 6] =
    [("US$", "ドル"), ("$", "ドル"), ("€", "ユーロ"), ("£", "ポンド"), ("¥", "円"), ("￥", "円")];

/// Units in signs or Latin letters, the longer before their beginnings.
const UNITS: [(&str, &str); 16] = [
    ("km/h", "キロメートル毎時"),
    ("km", "キロメートル"),
    ("kg", "キログラム"),
    ("cm", "センチメートル"),
    ("mm", "ミリメートル"),
    ("ml", "ミリリットル"),
    ("mg", "ミリグラム"),
    ("GB", "ギガバイト"),
    ("MB", "メガバイト"),
    ("Hz", "ヘルツ"),
    ("°C", "度"),
    ("℃", "度"),
    ("%", "パーセント"),
    ("m", "メートル"),
    ("g", "グラム"),
    ("L", "リットル"),
];

/// `text` with amounts and times as they are said.
pub fn written_out(text: &str) -> String {
    rewritten(text, |rest| minus(rest).or_else(|| money(rest)).or_else(|| figure(rest)))
}

/// `-5℃`.
fn minus(text: &str) -> Option<(String, &str)> {
    let (said, after) = figure(negative(text)?)?;
    Some((format!("マイナス{said}"), after))
}

/// The digits, group commas and decimals `text` begins with, the commas left out, and the rest.
fn number(text: &str) -> Option<(String, &str)> {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut end = 0;
    for (i, c) in text.char_indices() {
        let inside = matches!(c, ',' | '.') && i > 0 && digit(text[i + 1..].chars().next());
        if !c.is_ascii_digit() && !inside {
            break;
        }
        end = i + c.len_utf8();
    }
    (end > 0).then(|| (text[..end].replace(',', ""), &text[end..]))
}

/// `$5.50`, `¥300`, `$3億`.
fn money(text: &str) -> Option<(String, &str)> {
    let (body, name) = MONEY.iter().find_map(|(sign, name)| Some((text.strip_prefix(sign)?, *name)))?;
    let (figure, rest) = number(body)?;
    let power = ["兆", "億", "万", "千"].iter().find(|p| rest.starts_with(**p)).map_or("", |p| *p);
    Some((format!("{figure}{power}{name}"), &rest[power.len()..]))
}

/// A number with what follows it: a clock time, a date, a fraction, a range, a unit.
fn figure(text: &str) -> Option<(String, &str)> {
    let (first, rest) = number(text)?;
    if let Some((second, after)) = rest.strip_prefix(':').and_then(number).filter(|(m, _)| m.len() == 2) {
        let minutes = second.trim_start_matches('0');
        let said = if minutes.is_empty() { format!("{first}時") } else { format!("{first}時{minutes}分") };
        return Some((said, after));
    }
    let mark = rest.chars().next().filter(|c| matches!(c, '/' | '-'));
    if let Some((second, after)) = mark.and_then(|m| number(rest.strip_prefix(m)?)) {
        let third = mark.and_then(|m| number(after.strip_prefix(m)?));
        if let Some((day, after)) = third.filter(|_| first.len() == 4) {
            let plain = |t: &str| t.trim_start_matches('0').to_owned();
            return Some((format!("{first}年{}月{}日", plain(&second), plain(&day)), after));
        }
        if mark == Some('/') {
            return Some((format!("{second}分の{first}"), after));
        }
    }
    if let Some(after) = rest.strip_prefix(['~', '-', '–']).filter(|t| number(t).is_some()) {
        return Some((format!("{first}から"), after));
    }
    let unit = UNITS.iter().find_map(|(sign, name)| {
        let after = rest.trim_start_matches(' ').strip_prefix(sign)?;
        (!after.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((*name, after))
    });
    match unit {
        Some((name, after)) => Some((format!("{first}{name}"), after)),
        None => Some((first, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_times_are_put_as_they_are_said() {
        let rows = [
            ("$5.50と¥1,200、€3億", "5.50ドルと1200円、3億ユーロ"),
            ("10:30に、9:00に", "10時30分に、9時に"),
            ("2024/03/15", "2024年3月15日"),
            ("3/4が50％、10〜20人", "4分の3が50パーセント、10から20人"),
            ("5kmと20℃", "5キロメートルと20度"),
            ("気温は-5℃", "気温はマイナス5度"),
            ("数字なし。", "数字なし。"),
        ];
        for (written, said) in rows {
            assert_eq!(written_out(written), said, "{written}");
        }
    }
}
