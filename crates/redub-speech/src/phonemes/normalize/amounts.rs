//! Numbers with a currency or a unit.

use super::tables::{Currency, Tables};
use super::{Rewritten, affixes};

/// `$5.50`, `5,50 €`, `R$ 1.200`, `£3 million`: the amount first, then the currency.
pub fn money(words: &[&str], tables: &Tables) -> Option<Rewritten> {
    let (before, core, after) = affixes(words[0]);
    let next = words.get(1).map(|w| affixes(w));
    for currency in tables.currencies {
        let sign = currency.sign;
        // Sign and number in one word.
        if let Some(number) = core.strip_prefix(sign).or_else(|| core.strip_suffix(sign)) {
            if is_number(number) {
                return Some(with_scale(before, number, after, &words[1..], 1, currency, tables));
            }
            // The sign alone, the number next.
            if let Some((_, number, end)) =
                next.filter(|n| number.is_empty() && after.is_empty() && is_number(n.1))
            {
                return Some(with_scale(before, number, end, &words[2..], 2, currency, tables));
            }
        }
        // The number, the sign next.
        if let Some((_, _, end)) = next.filter(|n| n.1 == sign && after.is_empty() && is_number(core)) {
            return Some((format!("{before}{}{end}", spoken(core, currency, tables)), 2));
        }
    }
    None
}

/// An amount, with the `million` that may follow it said before the currency.
fn with_scale(
    before: &str,
    number: &str,
    after: &str,
    rest: &[&str],
    used: usize,
    currency: &Currency,
    tables: &Tables,
) -> Rewritten {
    if let Some((_, word, end)) = rest.first().map(|w| affixes(w)).filter(|_| after.is_empty())
        && tables.scales.contains(&word)
    {
        return (format!("{before}{number} {word} {}{}{end}", tables.of_scale, currency.many), used + 1);
    }
    (format!("{before}{}{after}", spoken(number, currency, tables)), used)
}

/// An amount in whole units and hundredths.
fn spoken(number: &str, currency: &Currency, tables: &Tables) -> String {
    let name = |whole: &str| if whole == "1" { currency.one } else { currency.many };
    match number.rsplit_once(tables.decimal) {
        Some((whole, cents)) if cents.len() == 2 && cents != "00" => {
            format!("{whole} {} {}{}", name(whole), tables.and_cents, cents.trim_start_matches('0'))
        }
        Some((whole, "00")) => format!("{whole} {}", name(whole)),
        _ => format!("{number} {}", name(number)),
    }
}

/// `5 km`, `50kg`, `20 °C`: the unit written out.
pub fn measure(words: &[&str], tables: &Tables) -> Option<Rewritten> {
    let (before, core, after) = affixes(words[0]);
    let name = |number: &str, unit: &str| {
        let found = tables.units.iter().find(|u| u.0 == unit);
        found.map(|u| if number == "1" { u.1 } else { u.2 })
    };
    let split = core.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(core.len());
    let (number, glued) = core.split_at(split);
    if !is_number(number) {
        return None;
    }
    if let Some(unit) = name(number, glued) {
        return Some((format!("{before}{number} {unit}{after}"), 1));
    }
    let (_, unit, end) = words.get(1).map(|w| affixes(w)).filter(|_| glued.is_empty() && after.is_empty())?;
    name(number, unit).map(|unit| (format!("{before}{number} {unit}{end}"), 2))
}

/// Digits with grouping and decimal marks between them.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}
