//! The length budget of a line, and texts that say the same in fewer letters.
//!
//! Shortening is by rule and cautious: first what carries no meaning (discourse markers, question tags), then longer phrases that
//! have a shorter equal, then emphasis and pronouns a verb implies. Facts, names and numbers are never touched.

mod phrases;

use redub_core::Language;

use crate::checks::numbers;
use crate::polish::raise;
use phrases::{PHRASES, Place};

/// How long a line may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Seconds the line may take.
    pub seconds: f64,
    /// Characters (with spaces) the voice speaks in a second.
    pub characters_per_second: f64,
}

impl Budget {
    /// Characters that fit.
    pub fn characters(&self) -> usize {
        (self.seconds * self.characters_per_second).max(0.0).floor() as usize
    }
}

/// Whether `text` can be spoken within `budget`.
pub fn fits(text: &str, budget: &Budget) -> bool {
    text.chars().count() <= budget.characters()
}

/// Shorter ways to say `text`, the mildest (longest) first; each differs from the one before. Empty when no rule applies.
pub fn shorter(text: &str, language: &Language) -> Vec<String> {
    let mut shortened: Vec<String> = Vec::new();
    let mut current = text.trim().to_owned();
    for level in 1..=3u8 {
        let rules = PHRASES.iter().filter(|p| p.language == language.primary() && p.level == level);
        let next = rules.fold(current.clone(), |text, p| apply(&text, p.place, p.long, p.short));
        let next = tidy(&next);
        let harmless = next.split_whitespace().count() > 0 && numbers(&next) == numbers(text);
        if harmless && next.chars().count() < current.chars().count() {
            current = next;
            shortened.push(current.clone());
        }
    }
    shortened
}

/// How far over its budget a line may be.
pub const OVER_BUDGET: f64 = 1.10;

/// Characters of a line at most: its budget and what it may be over.
pub fn most(budget: usize) -> usize {
    (budget as f64 * OVER_BUDGET) as usize
}

/// A shorter text for a line that is over its budget: the mildest that fits, else the shortest. `None` when the line
/// fits, or nothing can go.
pub fn within(text: &str, language: &Language, budget: usize) -> Option<String> {
    let fits = |t: &str| t.chars().count() <= most(budget);
    if fits(text) {
        return None;
    }
    let shorter = shorter(text, language);
    shorter.iter().find(|t| fits(t)).or(shorter.last()).cloned()
}

fn apply(text: &str, place: Place, long: &str, short: &str) -> String {
    match place {
        Place::Start => crate::sentences::split(text)
            .iter()
            .map(|s| start(s, long).unwrap_or_else(|| s.clone()))
            .collect::<Vec<_>>()
            .join(" "),
        Place::Between => replace(text, &format!(", {long},"), ","),
        Place::Tag => ['?', '.', '!'].iter().fold(text.to_owned(), |text, mark| {
            replace(&replace(&text, &format!(", ¿{long}{mark}"), "."), &format!(", {long}{mark}"), ".")
        }),
        Place::Anywhere => replace_words(text, long, short),
        Place::Subject => subject(text, long),
    }
}

/// Words a clause may begin with, before its subject.
const OPENS: &[&str] = &[
    "que", "pero", "mas", "ma", "cuando", "quando", "mientras", "enquanto", "mentre", "si", "se", "porque",
    "perché", "como", "come", "che", "donde", "onde", "dove", "aunque", "embora",
];
/// Pronouns of others: inside a sentence it is they who say that somebody else acts now ("Él dijo que ella está").
const OTHERS: &[&str] = &[
    "él", "ella", "ellos", "ellas", "ele", "ela", "eles", "elas", "lui", "lei", "loro", "egli", "essi",
    "esse",
];
/// Words before which a pronoun is more than a verb's subject: "ella misma", "él y yo".
const STRESS: &[&str] = &[
    "y", "e", "o", "ou", "mismo", "misma", "mismos", "mismas", "mesmo", "mesma", "mesmos", "mesmas",
    "stesso", "stessa", "stessi", "stesse", "también", "tampoco", "também", "anche", "solo", "sola", "só",
    "sí", "no", "não", "non", "ni", "nem", "né", "de", "en", "que", "che", "con", "com", "próprio",
    "própria",
];

/// The text without the pronoun `word` where it is the subject of the verb behind it, which tells it.
fn subject(text: &str, word: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let plain = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut raised = false;
    for (at, said) in words.iter().enumerate() {
        let before = at.checked_sub(1).map(|i| words[i]);
        // "(" and quotation marks belong to a pronoun that opens a sentence; a mark behind it ends its clause.
        let bare = plain(said) == word && said.ends_with(char::is_alphanumeric);
        let begins = before.is_none_or(|b| b.ends_with(['.', '!', '?']));
        let goes_on = before.is_some_and(|b| b.ends_with([',', ';']) || OPENS.contains(&plain(b).as_str()));
        let opens = begins || goes_on && !OTHERS.contains(&word);
        let verb = words.get(at + 1).is_some_and(|next| {
            next.starts_with(char::is_lowercase) && !STRESS.contains(&plain(next).as_str())
        });
        if bare && opens && verb && said.starts_with(char::is_alphanumeric) {
            raised = said.starts_with(char::is_uppercase);
            continue;
        }
        out.push(if std::mem::take(&mut raised) { raise(said) } else { (*said).to_owned() });
    }
    out.join(" ")
}

/// The sentence without its opening `long` and the comma after it.
fn start(sentence: &str, long: &str) -> Option<String> {
    let open = sentence.len() - sentence.trim_start_matches(['¿', '¡', '"', '«', '“']).len();
    let body = &sentence[open..];
    let head = body.get(..long.len())?;
    let rest = body[long.len()..].strip_prefix(", ")?;
    (head.to_lowercase() == long && !rest.is_empty()).then(|| format!("{}{}", &sentence[..open], raise(rest)))
}

fn replace(text: &str, long: &str, short: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.to_lowercase().find(long).filter(|at| text.get(*at..at + long.len()).is_some())
    {
        text.replace_range(at..at + long.len(), short);
    }
    text
}

/// Replaces whole words; a capital at the phrase's start stays a capital.
fn replace_words(text: &str, long: &str, short: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.to_lowercase().find(long) {
        let end = at + long.len();
        let (Some(found), Some(after)) = (rest.get(at..end), rest.get(end..)) else { break };
        let whole = !rest[..at].ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        let capital = found.starts_with(char::is_uppercase);
        out.push_str(&rest[..at]);
        match (whole, capital) {
            (true, true) if short.is_empty() => {
                out.push_str(&raise(after.trim_start()));
                return out;
            }
            (true, true) => out.push_str(&raise(short)),
            (true, false) => out.push_str(short),
            (false, _) => out.push_str(found),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn tidy(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in [",", ".", "?", "!", ";"] {
        text = text.replace(&format!(" {mark}"), mark);
    }
    raise(text.replace(",,", ",").trim_start_matches([',', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_counts_characters() {
        let budget = Budget { seconds: 1.0, characters_per_second: 15.0 };
        assert!(fits("Buenos días.", &budget) && !fits("Buenos días a todos.", &budget));
    }

    #[test]
    fn drops_fillers_then_rephrases_then_emphasis() {
        let es = "es".parse().unwrap();
        let texts = shorter("Bueno, nosotros vamos a hacerlo con el fin de ahorrar 30 euros, ¿verdad?", &es);
        assert_eq!(texts[0], "Nosotros vamos a hacerlo con el fin de ahorrar 30 euros.");
        assert_eq!(texts[1], "Nosotros vamos a hacerlo para ahorrar 30 euros.");
        assert_eq!(texts[2], "Vamos a hacerlo para ahorrar 30 euros.");
        assert!(texts.windows(2).all(|w| w[1].len() < w[0].len()));
        assert!(shorter("Son 30.", &es).is_empty());
    }

    #[test]
    fn the_mildest_text_that_fits_is_taken() {
        let es = "es".parse().unwrap();
        let text = "Bueno, nosotros vamos a hacerlo con el fin de ahorrar.";
        let within = |budget| within(text, &es, budget);
        assert_eq!(within(60), None);
        assert_eq!(within(45).unwrap(), "Nosotros vamos a hacerlo con el fin de ahorrar.");
        assert_eq!(within(10).unwrap(), "Vamos a hacerlo para ahorrar.");
    }

    #[test]
    fn subjects_go_where_the_verb_tells_them() {
        let last = |text: &str, language: &str| shorter(text, &language.parse().unwrap()).pop();
        let kept = |text: &str, language: &str| assert_eq!(last(text, language), None, "{text}");
        assert_eq!(last("Él dijo que ella está aquí.", "es").unwrap(), "Dijo que ella está aquí.");
        assert_eq!(
            last("Lo sé, ellos llegaron. Nosotros vamos.", "es").unwrap(),
            "Lo sé, ellos llegaron. Vamos."
        );
        assert_eq!(last("Lui ha detto che noi andiamo.", "it").unwrap(), "Ha detto che andiamo.");
        for text in
            ["Voy con él ahora.", "Fue él.", "Ella y yo vamos.", "Él mismo dijo sí.", "Para ella es bueno."]
        {
            kept(text, "es");
        }
        kept("Lo ha visto lui stesso.", "it");
        kept("Er hat recht.", "de");
    }

    #[test]
    fn leaves_words_inside_words_alone() {
        let en = "en".parse().unwrap();
        assert!(shorter("Everybody sworn in.", &en).is_empty());
        assert_eq!(shorter("You know, it is very late, right?", &en).last().unwrap(), "It is late.");
    }
}
