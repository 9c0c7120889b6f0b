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
    let text = contract(&both(text));
    let text = vowels(&text);
    open_marks(&text)
}

/// The Portuguese "tanto … quanto …" is "tanto … como …", and "tanto como … quanto como …" is "como … y como …".
fn both(text: &str) -> String {
    let lower = text.to_lowercase();
    let second =
        ["cuánto", "cuanto"].iter().find_map(|word| Some((lower.find(&format!(" {word} "))? + 1, *word)));
    let (Some((second, word)), Some(first)) = (second, lower.find("tanto ")) else { return text.to_owned() };
    // Lower case of another length would put the places off.
    if lower.len() != text.len() || first > second {
        return text.to_owned();
    }
    let whole = first == 0 || lower[..first].ends_with([' ', '¿', '¡', '"', '(']);
    // "en tanto en cuanto", "tanto que no sé cuánto": another cuánto.
    let others = ["que", "en", "por", "no", "sé", "y"];
    let words: Vec<&str> = lower[first..second].split_whitespace().collect();
    let one_clause = !lower[first..second].contains(['.', '?', ';', ',']) && words.len() <= 6;
    if !whole || !one_clause || words.iter().any(|word| others.contains(word)) {
        return text.to_owned();
    }
    let (between, rest) = (&text[first + "tanto ".len()..second], &text[second + word.len()..]);
    let raised = text[first..].starts_with('T');
    match (between.strip_prefix("como "), rest.strip_prefix(" como ")) {
        (Some(one), Some(other)) => {
            let como = if raised { "Como" } else { "como" };
            format!("{}{como} {one}y como {other}", &text[..first])
        }
        _ => format!("{}como{rest}", &text[..second]),
    }
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
        assert_eq!(finish("Tanto el rey cuanto la reina."), "Tanto el rey como la reina.");
        assert_eq!(
            finish("Una doble, tanto como agentes discretos cuánto como un sistema."),
            "Una doble, como agentes discretos y como un sistema."
        );
        assert_eq!(finish("Gasta tanto que no sé cuánto queda."), "Gasta tanto que no sé cuánto queda.");
        assert_eq!(finish("Tanto trabajo. ¿Y cuánto vale?"), "Tanto trabajo. ¿Y cuánto vale?");
        assert_eq!(finish("Siete o ocho, agua y hielo."), "Siete u ocho, agua y hielo.");
    }
}
