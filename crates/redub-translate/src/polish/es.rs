//! Spanish: opening question and exclamation marks, contractions, vowels that change before a like vowel, tag questions.

/// Question tags as engines leave them, and as Spanish asks them.
const TAGS: &[(&str, &str)] = &[
    (", no es verdad?", ", ¿verdad?"),
    (", no es cierto?", ", ¿cierto?"),
    (", no es?", ", ¿verdad?"),
    (", no?", ", ¿no?"),
    (", verdad?", ", ¿verdad?"),
    (", cierto?", ", ¿cierto?"),
    (", correcto?", ", ¿correcto?"),
    (", de acuerdo?", ", ¿de acuerdo?"),
    (", está bien?", ", ¿está bien?"),
    (", bien?", ", ¿bien?"),
    (", vale?", ", ¿vale?"),
];

/// Words after which the question proper begins ("Pero, ¿vienes?").
const LEADS: &[&str] =
    &["pero", "bueno", "bien", "entonces", "así que", "oye", "mira", "perdón", "disculpe", "hola", "y bien"];

/// Brings a sentence to Spanish customs.
pub fn finish(text: &str) -> String {
    let text = contract(text);
    let text = vowels(&text);
    open_marks(&text)
}

/// "de el" → "del", "a el" → "al" (not before a capital: "de El Salvador"), "con mí" → "conmigo".
fn contract(text: &str) -> String {
    let pairs = [
        (" de el ", " del "),
        (" a el ", " al "),
        ("De el ", "Del "),
        ("A el ", "Al "),
        (" con mí ", " conmigo "),
        (" con ti ", " contigo "),
    ];
    pairs.iter().fold(text.to_owned(), |text, (open, closed)| text.replace(open, closed))
}

/// "y" before an i-sound is "e", "o" before an o-sound is "u".
fn vowels(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut fixed = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let next = words
            .get(i + 1)
            .map(|w| w.trim_start_matches(['"', '«', '¿', '¡', '(']).to_lowercase())
            .unwrap_or_default();
        let i_sound = next.starts_with(['i', 'í']) || (next.starts_with("hi") && !next.starts_with("hie"));
        let o_sound = next.starts_with(['o', 'ó']) || next.starts_with("ho");
        // A lone "i" is a Roman numeral or a variable; "io…" as in "ion" takes "e" too rarely to matter.
        fixed.push(match *word {
            "y" if i_sound && next.len() > 1 => "e",
            "o" if o_sound && next.len() > 1 => "u",
            other => other,
        });
    }
    fixed.join(" ")
}

/// Puts `¿` or `¡` where the question or exclamation begins.
fn open_marks(sentence: &str) -> String {
    let core = sentence.trim_end_matches(['"', '”', '»', ')', '\'']);
    let (open, close) = match core.chars().last() {
        Some('?') => ('¿', '?'),
        Some('!') => ('¡', '!'),
        _ => return sentence.to_owned(),
    };
    if sentence.contains(open) {
        return sentence.to_owned();
    }
    if close == '?'
        && let Some((tag, asked)) = TAGS.iter().find(|(tag, _)| core.to_lowercase().ends_with(tag))
    {
        return format!("{}{asked}{}", &core[..core.len() - tag.len()], &sentence[core.len()..]);
    }
    let at = quoted(core).unwrap_or_else(|| opening(sentence));
    format!("{}{open}{}", &sentence[..at], &sentence[at..])
}

/// Where the quotation begins that a final mark inside quotes belongs to.
fn quoted(core: &str) -> Option<usize> {
    let (at, quote) = core.char_indices().rfind(|(_, c)| matches!(c, '"' | '“' | '«'))?;
    let at = at + quote.len_utf8();
    core[at..].starts_with(char::is_alphabetic).then_some(at)
}

/// Byte where the opening mark goes: after opening quotes and after a leading connective with its comma.
fn opening(sentence: &str) -> usize {
    let quotes = sentence.len() - sentence.trim_start_matches(['"', '“', '«', '(', '\'', '-', ' ']).len();
    let body = &sentence[quotes..];
    let Some((lead, _)) = body.split_once(", ") else { return quotes };
    if LEADS.contains(&lead.to_lowercase().as_str()) { quotes + lead.len() + 2 } else { quotes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_questions() {
        assert_eq!(finish("Vienes mañana?"), "¿Vienes mañana?");
        assert_eq!(finish("Es bonito, no es?"), "Es bonito, ¿verdad?");
        assert_eq!(finish("Pero, quién lo dijo?"), "Pero, ¿quién lo dijo?");
        assert_eq!(finish("\"Qué sorpresa!\""), "\"¡Qué sorpresa!\"");
    }

    #[test]
    fn contracts_and_changes_vowels() {
        assert_eq!(
            finish("El coche de el padre y hijo de El Salvador."),
            "El coche del padre e hijo de El Salvador."
        );
        assert_eq!(finish("Siete o ocho, agua y hielo."), "Siete u ocho, agua y hielo.");
    }
}
