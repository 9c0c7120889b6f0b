//! Words in their forms: as much as it takes to find a term again.

/// Endings that are taken off, longest first, by language. What is left of a word must have three letters.
const ENDINGS: &[(&str, &[&str])] = &[
    ("en", &["'s", "ies", "es", "s'", "s", "y", "e"]),
    ("es", &["iones", "ion", "ces", "es", "os", "as", "z", "o", "a", "e", "s"]),
    (
        "pt",
        &[
            "oes", "aes", "ao", "eis", "ais", "ois", "is", "ns", "el", "al", "ol", "l", "m", "es", "os",
            "as", "o", "a", "e", "s",
        ],
    ),
    ("it", &["chi", "che", "ghi", "ghe", "co", "ca", "go", "ga", "i", "e", "o", "a"]),
    ("fr", &["eaux", "aux", "eau", "al", "ales", "elle", "elles", "ees", "ee", "es", "s", "x", "e"]),
    ("ca", &["ions", "io", "os", "es", "s", "a", "o", "e"]),
    ("de", &["ern", "em", "en", "er", "es", "e", "n", "s"]),
];

/// The word without case, accents and ending: two forms of one word have the same.
pub fn stem(word: &str, language: &str) -> String {
    let plain: String = word.to_lowercase().replace('’', "'").chars().map(unaccented).collect();
    let endings = ENDINGS.iter().find(|(l, _)| *l == language).map_or(&[][..], |(_, e)| *e);
    let fits = |e: &&&str| plain.len() >= e.len() + 3 && plain.ends_with(**e);
    let ending = endings.iter().filter(fits).max_by_key(|e| e.len());
    ending.map_or(plain.clone(), |e| plain[..plain.len() - e.len()].to_owned())
}

/// Latin letters without their marks.
fn unaccented(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    }
}

/// Whether an English word looks like the plural of `singular`.
pub fn is_plural_of(word: &str, singular: &str, language: &str) -> bool {
    let (word, singular) = (word.to_lowercase(), singular.to_lowercase());
    let s = matches!(language, "en" | "es" | "pt" | "fr" | "ca");
    s && word != singular && word.ends_with('s') && !singular.ends_with('s') && !word.ends_with("'s")
}

/// The plural of a term: of its head and what agrees with it.
pub fn plural(term: &str, language: &str) -> String {
    let words: Vec<&str> = term.split(' ').collect();
    const LINKS: &[&str] = &[
        "de", "del", "da", "do", "di", "du", "des", "d'", "a", "à", "en", "em", "in", "por", "para", "per",
        "pour", "con", "com",
    ];
    let link = words.iter().position(|w| LINKS.contains(w)).unwrap_or(words.len());
    let changed = |(at, word): (usize, &&str)| {
        let agrees = if language == "en" { at + 1 == words.len() } else { at < link };
        if agrees { plural_word(word, language) } else { (*word).to_owned() }
    };
    words.iter().enumerate().map(changed).collect::<Vec<_>>().join(" ")
}

/// French words in "-al" that only take an "s".
const REGULAR: &[&str] = &["bal", "carnaval", "chacal", "festival", "récital", "régal"];

fn plural_word(word: &str, language: &str) -> String {
    let cut = |n: usize, ending: &str| {
        let keep = word.char_indices().rev().nth(n - 1).map_or(0, |(at, _)| at);
        format!("{}{ending}", &word[..keep])
    };
    let vowel = word.ends_with(['a', 'e', 'i', 'o', 'u', 'á', 'é', 'ó']);
    match language {
        _ if word.ends_with('s') || word.ends_with('x') => word.to_owned(),
        "en" if word.ends_with('y') && !word.ends_with("ay") && !word.ends_with("ey") => cut(1, "ies"),
        "en" if word.ends_with("ch") || word.ends_with("sh") => format!("{word}es"),
        "fr" if ["eau", "au", "eu"].iter().any(|end| word.ends_with(end)) => format!("{word}x"),
        "fr" if word.ends_with("al") && !REGULAR.contains(&word) => cut(1, "ux"),
        "en" | "fr" => format!("{word}s"),
        "es" if word.ends_with("ión") => cut(2, "ones"),
        "es" if word.ends_with('z') => cut(1, "ces"),
        "es" if vowel => format!("{word}s"),
        "es" => format!("{word}es"),
        "pt" if word.ends_with("ão") => cut(2, "ões"),
        "pt" if word.ends_with('m') => cut(1, "ns"),
        "pt" if word.ends_with("al") || word.ends_with("el") || word.ends_with("ol") => cut(1, "is"),
        "pt" if word.ends_with(['r', 'z']) => format!("{word}es"),
        "pt" => format!("{word}s"),
        "it" if word.ends_with("io") => cut(1, ""),
        // "tecnici", "medici", but "banchi": where the stress lies decides, and these endings tell.
        "it" if word.ends_with("ico") => cut(1, "i"),
        "it" if word.ends_with("co") || word.ends_with("go") => cut(1, "hi"),
        "it" if word.ends_with("ca") || word.ends_with("ga") => cut(1, "he"),
        "it" if word.ends_with('o') || word.ends_with('e') => cut(1, "i"),
        "it" if word.ends_with('a') => cut(1, "e"),
        "ca" if word.ends_with('a') => cut(1, "es"),
        "ca" => format!("{word}s"),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet_and_others_do_not() {
        for (a, b, l) in [
            ("battery", "Batteries", "en"),
            ("canción", "canciones", "es"),
            ("rojo", "rojas", "es"),
            ("reunião", "reuniões", "pt"),
            ("banco", "banchi", "it"),
            ("cheval", "chevaux", "fr"),
        ] {
            assert_eq!(stem(a, l), stem(b, l), "{a} {b}");
        }
        assert_ne!(stem("cat", "en"), stem("car", "en"));
        assert_ne!(stem("mesa", "es"), stem("misa", "es"));
    }

    #[test]
    fn plurals_of_phrases() {
        assert_eq!(plural("tasa de abandono", "es"), "tasas de abandono");
        assert_eq!(plural("reunião geral", "pt"), "reuniões gerais");
        assert_eq!(plural("status report", "en"), "status reports");
        for (one, many) in [
            ("banco di missaggio", "banchi di missaggio"),
            ("tecnico del suono", "tecnici del suono"),
            ("archivio", "archivi"),
            ("attività", "attività"),
            ("richiesta di modifica", "richieste di modifica"),
            ("barca", "barche"),
        ] {
            assert_eq!(plural(one, "it"), many);
        }
        assert_eq!(plural("tableau de bord", "fr"), "tableaux de bord");
        assert_eq!(plural("canal", "fr"), "canaux");
        assert_eq!(plural("festival", "fr"), "festivals");
    }
}
