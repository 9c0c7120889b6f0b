//! Apertium's stream format: `^surface/reading/reading$` with blanks between.

/// Characters that mean something in the stream.
const SPECIAL: &[char] = &['^', '$', '/', '<', '>', '[', ']', '{', '}', '\\', '@', '#', '+', '~', '*'];

/// A word with its readings, or what stands between two words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// As it stands in the text.
    pub surface: String,
    /// What the word may be; empty for blanks and unknown words.
    pub readings: Vec<Reading>,
    /// Whether it is a word (known or not).
    pub word: bool,
}

/// One reading: `estar<vblex><pri><p1><sg>`; contractions have the further parts in `rest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Dictionary form.
    pub lemma: String,
    /// Tags of the first part, in order.
    pub tags: Vec<String>,
    /// `+me<prn><enc>…`, `# que`: what is attached or belongs to the word, as it stands in the stream.
    pub rest: String,
}

impl Piece {
    /// A piece nothing is known about.
    pub fn plain(text: &str) -> Self {
        Self { surface: text.to_owned(), readings: Vec::new(), word: false }
    }

    /// The surface in lower case.
    pub fn lower(&self) -> String {
        self.surface.to_lowercase()
    }

    /// Whether some reading has all of `tags`.
    pub fn may_be(&self, tags: &[&str]) -> bool {
        self.readings.iter().any(|r| tags.iter().all(|t| r.has(t)))
    }

    /// Whether every reading has one of `tags`.
    pub fn is_one_of(&self, tags: &[&str]) -> bool {
        !self.readings.is_empty() && self.readings.iter().all(|r| tags.iter().any(|t| r.has(t)))
    }
}

impl Reading {
    /// Whether the first part has `tag`.
    pub fn has(&self, tag: &str) -> bool {
        self.tags.iter().any(|t| t == tag)
    }

    /// The reading with tags exchanged, for the generator.
    pub fn with(&self, changes: &[(&str, &str)]) -> String {
        let change = |tag: &String| {
            let changed = changes.iter().find(|(from, _)| from == tag).map(|(_, to)| (*to).to_owned());
            changed.unwrap_or_else(|| tag.clone())
        };
        let tags: String = self.tags.iter().map(|t| format!("<{}>", change(t))).collect();
        format!("{}{tags}{}", self.lemma.to_lowercase(), self.rest)
    }
}

/// Makes a text safe for the stream.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if SPECIAL.contains(&c) {
            escaped.push('\\');
        }
        // A line is a text: no break may stand in it.
        escaped.push(if c == '\n' { ' ' } else { c });
    }
    escaped
}

/// Reads one analysed line.
pub fn parse(line: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut blank = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => blank.extend(chars.next()),
            '^' => {
                if !blank.is_empty() {
                    pieces.push(Piece::plain(&std::mem::take(&mut blank)));
                }
                pieces.push(word(&mut chars));
            }
            other => blank.push(other),
        }
    }
    if !blank.is_empty() {
        pieces.push(Piece::plain(&blank));
    }
    pieces
}

/// Reads a word up to its closing mark.
fn word(chars: &mut std::str::Chars<'_>) -> Piece {
    let mut parts = vec![String::new()];
    let mut last = 0;
    while let Some(c) = chars.next() {
        match c {
            '\\' => parts[last].extend(chars.next()),
            '$' => break,
            '/' => {
                parts.push(String::new());
                last += 1;
            }
            other => parts[last].push(other),
        }
    }
    let surface = parts.remove(0);
    let readings = parts.iter().filter(|r| !r.starts_with('*')).map(|r| reading(r)).collect();
    Piece { surface, readings, word: true }
}

fn reading(text: &str) -> Reading {
    // The parts of a contraction or an enclitic follow a plus sign after a tag, further words of a verb a hash.
    let (first, rest) = match text.find(">+").into_iter().chain(text.find(">#")).min() {
        Some(at) => (&text[..=at], &text[at + 1..]),
        None => (text, ""),
    };
    let (lemma, tags) = first.split_once('<').unwrap_or((first, ""));
    let tags = tags.trim_end_matches('>').split("><").filter(|t| !t.is_empty()).map(str::to_owned).collect();
    Reading { lemma: lemma.to_owned(), tags, rest: rest.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_blanks_and_enclitics() {
        let pieces = parse("^Diga-me/Dizer<vblex><imp><p3><sg>+me<prn><enc>/*x$, \\[ok\\]^zz/*zz$");
        let surfaces: Vec<&str> = pieces.iter().map(|p| p.surface.as_str()).collect();
        assert_eq!(surfaces, ["Diga-me", ", [ok]", "zz"]);
        let reading = &pieces[0].readings[0];
        assert_eq!(reading.with(&[("p3", "p2")]), "dizer<vblex><imp><p2><sg>+me<prn><enc>");
        assert!(pieces[2].word && pieces[2].readings.is_empty());
        let must = &parse("^tem que/ter<vbmod><pri><p3><sg># que$")[0].readings[0];
        assert!(must.has("sg") && must.lemma == "ter");
        assert_eq!(must.with(&[("p3", "p2")]), "ter<vbmod><pri><p2><sg># que");
    }
}
