//! Whose verb an English word is: enough grammar to tell "you" from everybody else.

/// A word of a sentence and its place in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Lower case, with its apostrophe ("you're").
    pub text: String,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Whether a mark that ends a clause follows.
    pub clause_ends: bool,
}

/// The subject of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// "you", one person or several.
    You,
    /// Somebody or something else.
    Other,
    /// Nobody is named: a command.
    Nobody,
    /// Not to be told.
    Unknown,
}

/// Words that may stand between a subject and its verb, and verbs that take another verb.
const BETWEEN: &[&str] = &[
    "do",
    "don't",
    "did",
    "didn't",
    "can",
    "can't",
    "cannot",
    "could",
    "couldn't",
    "will",
    "won't",
    "would",
    "wouldn't",
    "'ll",
    "are",
    "aren't",
    "were",
    "weren't",
    "have",
    "haven't",
    "had",
    "hadn't",
    "may",
    "might",
    "must",
    "should",
    "shouldn't",
    "not",
    "to",
    "be",
    "been",
    "get",
    "got",
    "just",
    "really",
    "also",
    "ever",
    "never",
    "always",
    "even",
    "still",
    "all",
    "guys",
    "both",
    "probably",
    "actually",
    "only",
    "already",
    "gonna",
    "wanna",
    "gotta",
    "going",
    "want",
    "need",
    "like",
    "ever",
    "sometimes",
    "usually",
    "definitely",
    "totally",
    "kind",
    "of",
    "sort",
    "maybe",
    "possibly",
    "then",
    "now",
    "basically",
    "obviously",
    "either",
];
/// Words that may stand before a command.
const BEFORE_COMMAND: &[&str] = &[
    "please", "and", "but", "so", "just", "don't", "never", "always", "do", "not", "then", "or", "okay",
    "ok", "well", "go", "ahead", "now", "also", "first", "yeah", "yes", "no", "oh", "alright", "sure",
];
/// Subjects that are not "you".
const OTHERS: &[&str] = &[
    "i",
    "he",
    "she",
    "it",
    "we",
    "they",
    "this",
    "that",
    "these",
    "those",
    "who",
    "which",
    "there",
    "what",
    "everyone",
    "everybody",
    "someone",
    "somebody",
    "nobody",
    "everything",
    "something",
    "nothing",
    "one",
];
/// Forms that "you" never takes.
const NOT_YOURS: &[&str] = &["is", "isn't", "was", "wasn't", "has", "hasn't", "does", "doesn't", "am"];
/// Forms that stand before "you" in questions.
const INVERTED: &[&str] = &[
    "are", "do", "did", "can", "could", "will", "would", "have", "were", "should", "may", "must", "had",
    "aren't", "don't", "didn't", "can't", "couldn't", "won't", "wouldn't", "haven't",
];

/// The words of a sentence.
pub fn words(sentence: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    let ends = sentence.char_indices().chain(std::iter::once((sentence.len(), ' ')));
    for (at, c) in ends {
        let inside = c.is_alphanumeric() || (matches!(c, '\'' | '’') && start.is_some());
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let text = sentence[from..at].replace('’', "'").to_lowercase();
                words.push(Word { text, start: from, end: at, clause_ends: false });
                start = None;
            }
            _ => {}
        }
        if matches!(c, '.' | ',' | ';' | ':' | '?' | '!' | '–' | '—' | '"' | '(' | ')')
            && let Some(last) = words.last_mut()
        {
            last.clause_ends = true;
        }
    }
    words
}

/// Whether a word is "you" or contracted with it.
pub fn is_you(word: &str) -> bool {
    matches!(word, "you" | "ya" | "yourself" | "y'all" | "u") || word.starts_with("you'")
}

/// Whether a word is "your" or "yours".
pub fn is_your(word: &str) -> bool {
    matches!(word, "your" | "yours" | "ur")
}

/// The subject of the verb at `at`.
pub fn subject(words: &[Word], at: usize) -> Subject {
    let Some(word) = words.get(at) else { return Subject::Unknown };
    if is_you(&word.text) {
        return Subject::You;
    }
    if NOT_YOURS.contains(&word.text.as_str()) {
        return Subject::Other;
    }
    // "it's", "he'll": the subject is in the word itself.
    if word.text.split_once('\'').is_some_and(|(head, _)| OTHERS.contains(&head)) {
        return Subject::Other;
    }
    let next = words.get(at + 1).filter(|_| !word.clause_ends);
    if INVERTED.contains(&word.text.as_str()) && next.is_some_and(|w| is_you(&w.text)) {
        return Subject::You;
    }
    let mut between: Vec<&str> = Vec::new();
    for before in words[..at].iter().rev() {
        let text = before.text.as_str();
        if before.clause_ends {
            break;
        }
        if is_you(text) {
            return Subject::You;
        }
        let head = text.split('\'').next().unwrap_or(text);
        if OTHERS.contains(&head) {
            return Subject::Other;
        }
        if !BETWEEN.contains(&text) && !BEFORE_COMMAND.contains(&text) {
            return Subject::Unknown;
        }
        between.push(text);
    }
    if between.iter().all(|w| BEFORE_COMMAND.contains(w)) { Subject::Nobody } else { Subject::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sentence: &str, verb: &str) -> Subject {
        let words = words(sentence);
        subject(&words, words.iter().position(|w| w.text == verb).unwrap())
    }

    #[test]
    fn finds_who_a_verb_belongs_to() {
        assert_eq!(of("Where do you really want to go?", "go"), Subject::You);
        assert_eq!(of("Are you sure?", "are"), Subject::You);
        assert_eq!(of("You're welcome.", "you're"), Subject::You);
        assert_eq!(of("If she calls, tell me.", "tell"), Subject::Nobody);
        assert_eq!(of("If she calls, tell me.", "calls"), Subject::Other);
        assert_eq!(of("What I told you was great.", "was"), Subject::Other);
        assert_eq!(of("Your doctor said no.", "said"), Subject::Unknown);
        assert_eq!(of("When you flip it, it's a screen.", "it's"), Subject::Other);
    }
}
