//! Subject pronouns: Portuguese says them, Spanish leaves them out where the verb tells.

/// Dropped wherever they are the subject.
const IMPLIED: &[&str] = &["yo", "nosotros", "nosotras"];
/// Said once in a sentence, then dropped.
const ONCE: &[&str] = &["usted", "ustedes", "él", "ella", "ellos", "ellas"];
/// Words after which a subject stands.
const OPENERS: &[&str] = &[
    "que", "cuando", "si", "como", "porque", "y", "e", "pero", "donde", "mientras", "aunque", "pues",
    "entonces", "qué", "cómo", "dónde", "ahora", "también", "así", "hoy",
];
/// Words that show the pronoun is not a bare subject ("yo mismo", "nosotros dos", "él y yo").
const KEEP_BEFORE: &[&str] =
    &["mismo", "misma", "mismos", "mismas", "y", "o", "también", "solo", "dos", "tres", "que", "no,", "aún"];

/// Drops subject pronouns the verb implies.
pub fn drop(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    let mut said: Vec<String> = Vec::new();
    let mut raise_next = false;
    for (i, word) in words.iter().enumerate() {
        let plain = word.to_lowercase();
        let next = words.get(i + 1).map(|w| w.to_lowercase());
        let previous = i.checked_sub(1).map(|i| words[i]);
        let opens = previous.is_none_or(|p| {
            let bare = p.trim_start_matches(['¿', '¡', '"']).to_lowercase();
            p.ends_with([',', ';', ':', '.', '?', '!']) || OPENERS.contains(&bare.as_str())
        });
        let verb_follows = next
            .as_ref()
            .is_some_and(|n| n.starts_with(char::is_alphabetic) && !KEEP_BEFORE.contains(&n.as_str()));
        let subject = opens && verb_follows;
        let implied = subject && IMPLIED.contains(&plain.as_str());
        let again =
            subject && ONCE.contains(&plain.as_str()) && said.last() == Some(&plain) && previous.is_some();
        if ONCE.contains(&plain.as_str()) {
            said.push(plain);
        }
        if implied || again {
            raise_next |= word.starts_with(char::is_uppercase);
            continue;
        }
        kept.push(if raise_next { crate::polish::raise(word) } else { (*word).to_owned() });
        raise_next = false;
    }
    kept.join(" ")
}
