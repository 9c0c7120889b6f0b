//! Capitals and final punctuation: recognised speech may have neither, and engines translate better with both.

/// What a source sentence looked like before [`prepare`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// A full stop was added for the engine.
    pub stop_added: bool,
    /// The first letter was made a capital for the engine.
    pub raised: bool,
}

/// Marks that close a quotation or a bracket; a sentence's final mark may stand on either side of them.
const CLOSING: [char; 7] = ['"', '”', '»', ')', ']', '\'', '’'];

/// Gives a sentence a capital and a full stop if it has none, and a lone English "i" its capital. Text in all
/// capitals (captions) is brought to sentence case, which engines know better.
pub fn prepare(sentence: &str, from: &str) -> (String, Shape) {
    let mut text = sentence.trim().trim_start_matches(['-', '–', '—', '♪']).trim().to_owned();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters > 12 && text.split_whitespace().count() > 2 && !text.chars().any(char::is_lowercase) {
        text = text.to_lowercase();
    }
    if from == "en" {
        text = text.split(' ').map(english_i).collect::<Vec<_>>().join(" ");
    }
    let raised = text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase);
    if raised {
        text = raise(&text);
    }
    let stop_added = text.trim_end_matches(CLOSING).ends_with(char::is_alphanumeric);
    if stop_added {
        text.push('.');
    }
    (text, Shape { stop_added, raised })
}

fn english_i(word: &str) -> String {
    match word {
        "i" | "i'm" | "i'll" | "i've" | "i'd" | "i’m" | "i’ll" | "i’ve" | "i’d" => {
            format!("I{}", &word[1..])
        }
        _ => word.to_owned(),
    }
}

/// Makes the first letter a capital.
pub fn raise(text: &str) -> String {
    let Some((at, first)) = text.char_indices().find(|(_, c)| c.is_alphanumeric()) else {
        return text.to_owned();
    };
    let mut raised = text[..at].to_owned();
    raised.extend(first.to_uppercase());
    raised.push_str(&text[at + first.len_utf8()..]);
    raised
}

/// Gives a translated sentence a capital, and the source's final mark when the engine lost or invented one.
pub fn restore(text: &str, source: &str) -> String {
    let mut text = raise(text.trim());
    let wanted = final_mark(source);
    let found = final_mark(&text);
    match (wanted, found) {
        (Some(mark), None) if !text.is_empty() => text.push(mark),
        (Some(mark @ ('?' | '!')), Some('.')) => {
            let stop = text.trim_end_matches(CLOSING).len();
            text.replace_range(stop - 1..stop, mark.encode_utf8(&mut [0; 4]));
        }
        _ => {}
    }
    text
}

fn final_mark(text: &str) -> Option<char> {
    let text = text.trim_end().trim_end_matches(CLOSING);
    text.chars().last().filter(|c| matches!(c, '.' | '?' | '!' | '…' | ',' | ';' | ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prepares_bare_speech() {
        let (text, shape) = prepare("well i think so", "en");
        assert_eq!((text.as_str(), shape), ("Well I think so.", Shape { stop_added: true, raised: true }));
        assert_eq!(prepare("WHAT A LOVELY DAY!", "en").0, "What a lovely day!");
        assert_eq!(prepare("Is it?", "en").1, Shape { stop_added: false, raised: false });
    }

    #[test]
    fn restores_final_marks() {
        assert_eq!(restore("de verdad.", "Really?"), "De verdad?");
        assert_eq!(restore("sí", "Yes."), "Sí.");
        assert_eq!(restore("It is \"absurd.\"", "É \"absurdo\"."), "It is \"absurd.\"");
        assert_eq!(restore("He says \"no.\"", "Diz \"não?\""), "He says \"no?\"");
        assert_eq!(restore("dijo «no»", "He said \"no.\""), "Dijo «no».");
    }
}
