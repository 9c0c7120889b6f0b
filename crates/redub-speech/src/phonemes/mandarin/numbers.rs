//! Numbers in Chinese text, written out.
//!
//! Amounts, percentages, fractions, dates, clock times, ranges and units are put in the order in which they are said
//! (`50%` is `百分之五十`, `$5` is `五美元`); years, and what is too long for an amount, are read digit by digit. A plain
//! `2` before a measure word is `两`.

use crate::phonemes::figures::{negative, rewritten};
use chinese_number::{ChineseCase, ChineseCountMethod, ChineseVariant, NumberToChinese};

/// The digits.
const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Signs before or after an amount, and the currency said after it.
const MONEY: [(&str, &str); 6] =
    [("US$", "美元"), ("$", "美元"), ("€", "欧元"), ("£", "英镑"), ("¥", "元"), ("￥", "元")];

/// Units written in signs or Latin letters, the longer before their beginnings.
const UNITS: [(&str, &str); 22] = [
    ("km/h", "公里每小时"),
    ("km²", "平方公里"),
    ("km", "公里"),
    ("kg", "公斤"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("m²", "平方米"),
    ("m³", "立方米"),
    ("ml", "毫升"),
    ("mL", "毫升"),
    ("mg", "毫克"),
    ("GB", "吉字节"),
    ("MB", "兆字节"),
    ("kW", "千瓦"),
    ("Hz", "赫兹"),
    ("°C", "摄氏度"),
    ("℃", "摄氏度"),
    ("°F", "华氏度"),
    ("°", "度"),
    ("m", "米"),
    ("g", "克"),
    ("L", "升"),
];

/// Measure words and units of time before which two is `两`.
const MEASURES: [&str; 26] = [
    "个", "位", "名", "只", "条", "张", "本", "件", "种", "块", "岁", "次", "遍", "周", "天", "年", "倍",
    "家", "座", "辆", "台", "杯", "句", "部", "小时", "分钟",
];

/// Digits longer than this are no amount but a number to dial or a code.
const LONGEST: usize = 9;

/// `text` with every number in characters.
pub fn written_out(text: &str) -> String {
    rewritten(text, |rest| {
        let (said, used) = number(rest)?;
        Some((said, &rest[used..]))
    })
}

/// What the number at the beginning of `text` is said as, and its length in bytes; `None` where there is none.
fn number(text: &str) -> Option<(String, usize)> {
    let sign = MONEY.iter().find_map(|(sign, name)| Some((text.strip_prefix(sign)?, *name)));
    let (body, before) = sign.map_or((text, None), |(body, name)| (body, Some(name)));
    let (minus, body) = negative(body).filter(|_| before.is_none()).map_or(("", body), |body| ("负", body));
    let first = Figure::at(body)?;
    let rest = &body[first.bytes..];
    let used = |rest: &str| text.len() - rest.len();
    if let Some(currency) = before {
        let (power, rest) = power(rest);
        return Some((format!("{}{power}{currency}", first.amount()), used(rest)));
    }
    for rule in [date, dialled, clock, fraction, range] {
        if let Some((said, rest)) = rule(&first, rest) {
            return Some((said, used(rest)));
        }
    }
    if let Some(rest) = rest.strip_prefix('%') {
        return Some((format!("{minus}百分之{}", first.amount()), used(rest)));
    }
    if rest.starts_with('年') && first.digits.len() == 4 && first.decimals.is_none() && !first.grouped {
        return Some((spelled(&first.digits), used(rest)));
    }
    let unit = UNITS.iter().find_map(|(sign, name)| {
        let after = rest.trim_start_matches(' ').strip_prefix(sign)?;
        (!after.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((*name, after))
    });
    if let Some((name, after)) = unit {
        return Some((format!("{minus}{}{name}", first.counted()), used(after)));
    }
    let money = MONEY.iter().find_map(|(sign, name)| Some((*name, rest.strip_prefix(sign)?)));
    if let Some((name, after)) = money {
        return Some((format!("{}{name}", first.amount()), used(after)));
    }
    let two = first.digits == "2" && first.decimals.is_none() && MEASURES.iter().any(|m| rest.starts_with(m));
    let said = if two { "两".to_owned() } else { first.amount() };
    Some((format!("{minus}{said}"), used(rest)))
}

/// A number as it is written: digits, perhaps grouped by commas, perhaps decimals.
struct Figure {
    digits: String,
    decimals: Option<String>,
    grouped: bool,
    bytes: usize,
}

impl Figure {
    /// The figure `text` begins with.
    fn at(text: &str) -> Option<Self> {
        let leading = |t: &str| t.len() - t.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut bytes = leading(text);
        if bytes == 0 {
            return None;
        }
        let mut digits = text[..bytes].to_owned();
        let mut grouped = false;
        while let Some(rest) =
            text[bytes..].strip_prefix(',').filter(|r| digits.len() <= 15 && leading(r) == 3)
        {
            digits.push_str(&rest[..3]);
            bytes += 4;
            grouped = true;
        }
        let decimals =
            text[bytes..].strip_prefix('.').filter(|r| leading(r) > 0).map(|r| r[..leading(r)].to_owned());
        bytes += decimals.as_ref().map_or(0, |d| d.len() + 1);
        Some(Self { digits, decimals, grouped, bytes })
    }

    /// Read as an amount; digit by digit where it is none.
    fn amount(&self) -> String {
        let code = self.digits.len() > 1 && self.digits.starts_with('0') && self.decimals.is_none();
        let whole = match self.digits.parse::<i64>() {
            Ok(n) if !code && (self.grouped || self.digits.len() <= LONGEST) => counted(n),
            _ => spelled(&self.digits),
        };
        match &self.decimals {
            Some(decimals) => format!("{whole}点{}", spelled(decimals)),
            None => whole,
        }
    }

    /// Read as an amount of something: two is `两`.
    fn counted(&self) -> String {
        if self.digits == "2" && self.decimals.is_none() { "两".to_owned() } else { self.amount() }
    }

    fn below(&self, limit: i64) -> Option<i64> {
        let plain = self.decimals.is_none() && !self.grouped && self.digits.len() <= 4;
        self.digits.parse().ok().filter(|n| plain && *n < limit)
    }
}

/// An amount in characters.
fn counted(n: i64) -> String {
    n.to_chinese(ChineseVariant::Simple, ChineseCase::Lower, ChineseCountMethod::TenThousand)
        .unwrap_or_default()
}

/// Digit by digit.
fn spelled(digits: &str) -> String {
    digits.chars().filter_map(|c| DIGITS.get(c.to_digit(10)? as usize)).collect()
}

/// A power of ten after the figure: `$3万`.
fn power(rest: &str) -> (&str, &str) {
    let found = ["万亿", "亿", "千万", "百万", "万", "千"].iter().find(|p| rest.starts_with(**p));
    found.map_or(("", rest), |p| rest.split_at(p.len()))
}

/// `2024-03-15`, `2024/3/15`.
fn date<'a>(year: &Figure, rest: &'a str) -> Option<(String, &'a str)> {
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    let month = Figure::at(&rest[1..])?;
    let tail = rest[1 + month.bytes..].strip_prefix(mark)?;
    let day = Figure::at(tail)?;
    let (m, d) = (month.below(13)?, day.below(32)?);
    let said = format!("{}年{}月{}日", spelled(&year.digits), counted(m), counted(d));
    (year.digits.len() == 4).then(|| (said, &tail[day.bytes..]))
}

/// `010-6552-9988`: groups of digits to dial or to copy.
fn dialled<'a>(first: &Figure, rest: &'a str) -> Option<(String, &'a str)> {
    let (mut digits, mut groups, mut rest) = (first.digits.clone(), 1, rest);
    while let Some((group, tail)) = rest.strip_prefix('-').and_then(|t| Some((Figure::at(t)?, t))) {
        digits.push_str(&group.digits);
        groups += 1;
        rest = &tail[group.bytes..];
    }
    let code = groups >= 3 || groups == 2 && first.digits.starts_with('0') && digits.len() >= 7;
    code.then(|| (spelled(&digits), rest))
}

/// `10:30`, `9:05`.
fn clock<'a>(hours: &Figure, rest: &'a str) -> Option<(String, &'a str)> {
    let tail = rest.strip_prefix(':')?;
    let minutes = Figure::at(tail).filter(|m| m.digits.len() == 2)?;
    let (h, m) = (hours.below(25)?, minutes.below(60)?);
    let hour = if h == 2 { "两".to_owned() } else { counted(h) };
    let said = match m {
        0 => format!("{hour}点"),
        1..=9 => format!("{hour}点零{}分", counted(m)),
        _ => format!("{hour}点{}分", counted(m)),
    };
    Some((said, &tail[minutes.bytes..]))
}

/// `3/4`.
fn fraction<'a>(upper: &Figure, rest: &'a str) -> Option<(String, &'a str)> {
    let tail = rest.strip_prefix('/')?;
    let lower = Figure::at(tail)?;
    Some((format!("{}分之{}", lower.amount(), upper.amount()), &tail[lower.bytes..]))
}

/// `10-20`, `3~5`, `2024-2025年`: the first figure and `到`; the second is read next.
fn range<'a>(first: &Figure, rest: &'a str) -> Option<(String, &'a str)> {
    let tail = rest.strip_prefix(['-', '~', '–'])?;
    let second = Figure::at(tail)?;
    let years = first.digits.len() == 4 && second.digits.len() == 4 && tail[second.bytes..].starts_with('年');
    let said = if years { spelled(&first.digits) } else { first.amount() };
    Some((format!("{said}到"), tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_put_as_they_are_said() {
        let rows = [
            ("2024年3月15日", "二零二四年三月十五日"),
            ("2024-03-15出发", "二零二四年三月十五日出发"),
            ("涨了3.5%，共1,234,567元", "涨了百分之三点五，共一百二十三万四千五百六十七元"),
            ("早上9:05到10:30", "早上九点零五分到十点三十分"),
            ("2个人走2km，2点", "两个人走两公里，二点"),
            ("$5.50和￥300、20€", "五点五零美元和三百元、二十欧元"),
            ("$3百万", "三百万美元"),
            ("3/4的人，10-20岁", "四分之三的人，十到二十岁"),
            ("-5℃，电话13800138000", "负五摄氏度，电话一三八零零一三八零零零"),
            ("第12章，007", "第十二章，零零七"),
            ("５０％", "百分之五十"),
            ("2024-2025年，010-6552-9988", "二零二四到二零二五年，零一零六五五二九九八八"),
            ("气温-3度，歼-20", "气温负三度，歼-二十"),
            ("没有数字。", "没有数字。"),
        ];
        for (written, said) in rows {
            assert_eq!(written_out(written), said, "{written}");
        }
    }

    #[test]
    fn nothing_is_lost_where_no_rule_applies() {
        assert_eq!(written_out("a.b-c%:/"), "a.b-c%:/");
        assert_eq!(
            written_out("99999999999999999999,000"),
            "九九九九九九九九九九九九九九九九九九九九,零零零"
        );
    }
}
