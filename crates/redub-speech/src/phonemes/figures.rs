//! Numbers in text of languages without spaces: finding them, whatever width they are written in.

/// Writes `text` anew, each place at which `rule` begins as the rule says: what is said, and the text after it. Digits and
/// their signs in full width are half width for the rule.
pub(super) fn rewritten(text: &str, rule: impl Fn(&str) -> Option<(String, &str)>) -> String {
    let text: String = text.chars().map(half_width).collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((said, after)) = rule(rest) {
            out.push_str(&said);
            rest = after;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Full-width digits and signs as the half-width ones.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' | '％' | '．' | '／' | '＄' | '：' | '＋' | '－' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        '−' => '-',
        '～' | '〜' => '~',
        _ => c,
    }
}

/// The amount behind a minus sign at the beginning of `text`. A hyphen before a number is a minus only where a
/// temperature or a percentage follows; in names (`GPT-4`, `歼-20`) it is silent.
pub(super) fn negative(text: &str) -> Option<&str> {
    let amount = text.strip_prefix('-')?;
    let after = amount.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let signed = ["℃", "°", "度", "%"].iter().any(|unit| after.starts_with(unit));
    (after.len() < amount.len() && signed).then_some(amount)
}
