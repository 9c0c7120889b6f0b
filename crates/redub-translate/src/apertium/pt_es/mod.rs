//! Portuguese → Spanish: what the rules of the pair get wrong in speech, put right before and after.
//!
//! Before: Portuguese words whose everyday sense the dictionary misses are replaced by ones it knows. After: idioms, question
//! words, pronouns that Spanish leaves out, and the future subjunctive that Spanish no longer has.

mod phrases;
mod pronouns;
mod questions;
mod subjunctive;

use super::words::replace_words;

/// Prepares a Portuguese sentence for the pair.
pub fn before(text: &str) -> String {
    let text =
        phrases::BEFORE.iter().fold(text.to_owned(), |text, (long, short)| replace_words(&text, long, short));
    names(&text)
}

/// Surnames that are also small words ("Jordi Mas") get an ending that keeps the pair from translating them.
fn names(text: &str) -> String {
    const SMALL: &[&str] =
        &["Mas", "Sem", "Para", "Como", "Bem", "Vai", "Por", "Rio", "Costa", "Pinto", "Leite", "Rua"];
    let words: Vec<&str> = text.split(' ').collect();
    let name = |(i, word): (usize, &&str)| {
        let bare = word.trim_end_matches(|c: char| !c.is_alphabetic());
        let after_name =
            i > 0 && words[i - 1].chars().count() > 2 && words[i - 1].chars().all(char::is_alphabetic);
        let after_name = after_name && words[i - 1].starts_with(char::is_uppercase);
        if after_name && SMALL.contains(&bare) {
            format!("{bare}{}{}", super::marks::NAME, &word[bare.len()..])
        } else {
            (*word).to_owned()
        }
    };
    words.iter().enumerate().map(name).collect::<Vec<_>>().join(" ")
}

/// "A Fireware está…" → "Fireware está…": the article of a name the pair took for a preposition. `source` is the Portuguese.
pub fn article(text: &str, source: &str) -> String {
    let name = source.strip_prefix("A ").and_then(|rest| rest.split(' ').next());
    match (text.strip_prefix("A "), name) {
        (Some(rest), Some(name)) if name.starts_with(char::is_uppercase) && rest.starts_with(name) => {
            rest.to_owned()
        }
        _ => text.to_owned(),
    }
}

/// Mends a Spanish sentence the pair gave.
pub fn after(text: &str) -> String {
    let text = phrases::AFTER
        .iter()
        .fold(text.to_owned(), |text, (wrong, right)| replace_words(&text, wrong, right));
    let text = subjunctive::mend(&text);
    let text = questions::accents(&text);
    let text = pronouns::drop(&text);
    dates(&text)
}

/// "En 20 de abril" → "El 20 de abril"; months and days are not capitalised.
fn dates(text: &str) -> String {
    const NAMES: &[&str] = &[
        "Enero",
        "Febrero",
        "Marzo",
        "Abril",
        "Mayo",
        "Junio",
        "Julio",
        "Agosto",
        "Septiembre",
        "Octubre",
        "Noviembre",
        "Diciembre",
        "Lunes",
        "Martes",
        "Miércoles",
        "Jueves",
        "Viernes",
        "Sábado",
        "Domingo",
    ];
    let words: Vec<&str> = text.split(' ').collect();
    let mut fixed: Vec<String> = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let next = |k: usize| words.get(i + k).copied().unwrap_or_default();
        let day =
            next(1).parse::<u8>().is_ok() && next(2) == "de" && next(3).starts_with(char::is_alphabetic);
        let name = i > 0 && NAMES.contains(&word.trim_end_matches(|c: char| !c.is_alphabetic()));
        fixed.push(match *word {
            "En" if day => "El".to_owned(),
            "en" if day => "el".to_owned(),
            word if name => word.to_lowercase(),
            word => word.to_owned(),
        });
    }
    fixed.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_what_the_pair_says() {
        let cases = [
            ("Yo dijo eso cómo yo dijo.", "Dije eso como dije."),
            ("Lo que usted piensa de eso?", "Qué piensa usted de eso?"),
            ("Cuando usted llegar en casa, llame.", "Cuando usted llegue a casa, llame."),
            ("Si usted no tenga tiempo.", "Si usted no tiene tiempo."),
            ("Yo me gustaría ver.", "Me gustaría ver."),
            ("Como usted está?", "Cómo está usted?"),
            ("Era cómo un hotel.", "Era como un hotel."),
            ("En 20 de abril, llovió; en Junio no.", "El 20 de abril, llovió; en junio no."),
            ("Usted está aquí porque usted puede.", "Usted está aquí porque puede."),
            ("Eso es para usted.", "Eso es para usted."),
        ];
        for (given, wanted) in cases {
            assert_eq!(after(given), wanted, "{given}");
        }
        assert_eq!(before("Ela acha que isso é ótimo."), "Ela pensa que isso é excelente.");
    }
}
