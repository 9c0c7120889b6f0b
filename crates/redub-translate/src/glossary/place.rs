//! Putting a term where the engine translated it its own way.

use std::ops::Range;

use super::Match;
use super::inflection::plural;
use crate::engine::AlignedText;
use crate::morphology::Morphology;

/// Stands for a term on its way through engines that leave unknown names alone; one letter more per term.
const STAND_IN: &str = "Kqz";

/// A sentence with stand-ins for its terms.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// The text with stand-ins, aligned as before where it was.
    pub sentence: AlignedText,
    /// Stand-in, what it stands for, and whether that is a name.
    terms: Vec<(String, String, bool)>,
}

impl Placed {
    /// Replaces what `found` (terms of the source, by their bytes in it) became in an aligned translation. `None`
    /// when some term cannot be traced.
    pub fn trace(sentence: &AlignedText, found: &[Match], to: &str) -> Option<Self> {
        let mut places: Vec<(Range<usize>, &Match)> = Vec::new();
        for term in found {
            places.push((words_around(&sentence.target, span(sentence, &term.range)?), term));
        }
        places.sort_by_key(|(range, _)| range.start);
        if places.windows(2).any(|w| w[0].0.end > w[1].0.start) {
            return None;
        }
        let mut placed = Self::build(&sentence.target, &places, to);
        placed.sentence.source.clone_from(&sentence.source);
        placed.sentence.links = sentence.links.iter().filter_map(|link| moved(link, &places)).collect();
        Some(placed)
    }

    /// Replaces the terms in the source itself, for engines that copy names.
    pub fn in_source(source: &str, found: &[Match], to: &str) -> Self {
        let places: Vec<_> = found.iter().map(|m| (m.range.clone(), m)).collect();
        Self::build(source, &places, to)
    }

    fn build(text: &str, places: &[(Range<usize>, &Match)], to: &str) -> Self {
        let (mut out, mut from, mut terms) = (String::new(), 0, Vec::new());
        for (at, (range, term)) in places.iter().enumerate() {
            let stand_in = format!("{STAND_IN}{}", (b'a' + (at % 26) as u8) as char);
            out.push_str(&text[from..range.start]);
            out.push_str(&stand_in);
            from = range.end;
            let wanted =
                if term.plural && !term.keep { plural(&term.wanted, to) } else { term.wanted.clone() };
            terms.push((stand_in, wanted, term.keep));
        }
        out.push_str(&text[from..]);
        Self { sentence: AlignedText::unaligned(text, out), terms }
    }

    /// Puts the terms into the finished translation and makes the articles before them agree. `None` when a stand-in
    /// did not come through.
    pub fn finish(&self, translated: &str, to: &str, morphology: Option<&Morphology>) -> Option<String> {
        let mut text = translated.to_owned();
        for (stand_in, wanted, name) in &self.terms {
            let at = find(&text, stand_in)?;
            let starts = text[..at].trim_end_matches(['¿', '¡', '"', '«', '“', ' ']).is_empty()
                || text[..at].trim_end().ends_with(['.', '!', '?']);
            let word = if starts { crate::polish::raise(wanted) } else { wanted.clone() };
            text.replace_range(at..at + stand_in.len(), &word);
            let gender = morphology.and_then(|m| gender(m, wanted));
            if to == "fr" && starts && !name {
                text = subject(&text, at..at + word.len(), wanted, gender.unwrap_or_default());
            } else if let Some(gender) = gender {
                text = article(&text, at, to, gender);
            }
        }
        Some(text)
    }
}

/// A link as it is when `places` hold stand-ins; none inside of them.
fn moved(
    (target, source): &(Range<usize>, Range<usize>),
    places: &[(Range<usize>, &Match)],
) -> Option<(Range<usize>, Range<usize>)> {
    if places.iter().any(|(place, _)| place.start < target.end && target.start < place.end) {
        return None;
    }
    let before = places.iter().filter(|(place, _)| place.end <= target.start);
    let (gone, new) =
        before.fold((0, 0), |(gone, new), (place, _)| (gone + place.len(), new + STAND_IN.len() + 1));
    Some((target.start + new - gone..target.end + new - gone, source.clone()))
}

/// Where a stand-in stands, whatever an engine did to its capitals.
fn find(text: &str, stand_in: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let size = stand_in.len();
    (0..bytes.len().saturating_sub(size - 1))
        .find(|&at| bytes[at..at + size].eq_ignore_ascii_case(stand_in.as_bytes()))
}

/// The bytes of the target that come from `range` of the source.
fn span(sentence: &AlignedText, range: &Range<usize>) -> Option<Range<usize>> {
    let from_there = |(_, s): &&(Range<usize>, Range<usize>)| s.start < range.end && s.end > range.start;
    let mut targets: Vec<&Range<usize>> = sentence.links.iter().filter(from_there).map(|(t, _)| t).collect();
    targets.sort_by_key(|t| t.start);
    let first = targets.first()?.start;
    // A stray link far away would swallow the sentence: the run must hold together.
    let mut end = targets[0].end;
    for target in &targets[1..] {
        let between = sentence.target.get(end..target.start).unwrap_or_default();
        if between.split_whitespace().count() > 2 {
            break;
        }
        end = end.max(target.end);
    }
    Some(first..end)
}

/// Widens a range to whole words and leaves spaces, marks, and leading articles out.
fn words_around(text: &str, range: Range<usize>) -> Range<usize> {
    let letter = |c: char| c.is_alphanumeric() || c == '-';
    let start = text[..range.start].trim_end_matches(letter).len();
    let inner = text[start..].len() - text[start..].trim_start_matches(|c| !letter(c)).len();
    let start = start + inner;
    let mut end = range.end.max(start);
    end += text[end..].len() - text[end..].trim_start_matches(letter).len();
    end = text[..end].trim_end_matches(|c: char| !letter(c)).len().max(start);
    const LEADING: &[&str] =
        &["o", "a", "os", "as", "um", "uma", "de", "do", "da", "dos", "das", "no", "na", "the"];
    let mut from = start;
    while let Some((word, _)) = text[from..end].split_once(' ') {
        if !LEADING.contains(&word.to_lowercase().as_str()) {
            break;
        }
        from += word.len() + 1;
    }
    from..end
}

/// The gender of a term's head, `m` or `f`.
fn gender(morphology: &Morphology, term: &str) -> Option<(bool, bool)> {
    let pieces = morphology.analyse(&[term.to_lowercase()]).remove(0);
    let noun = pieces.iter().find(|p| p.may_be(&["n"]))?;
    let reading = noun.readings.iter().find(|r| r.has("n") && (r.has("m") || r.has("f")))?;
    Some((reading.has("f"), reading.has("pl")))
}

/// Articles and the like: masculine and feminine, singular then plural.
const ARTICLES: &[(&str, [&str; 4])] = &[
    ("es", ["el", "la", "los", "las"]),
    ("es", ["un", "una", "unos", "unas"]),
    ("es", ["del", "de la", "de los", "de las"]),
    ("es", ["al", "a la", "a los", "a las"]),
    ("es", ["este", "esta", "estos", "estas"]),
    ("es", ["ese", "esa", "esos", "esas"]),
    ("es", ["nuestro", "nuestra", "nuestros", "nuestras"]),
    ("pt", ["o", "a", "os", "as"]),
    ("pt", ["um", "uma", "uns", "umas"]),
    ("pt", ["do", "da", "dos", "das"]),
    ("pt", ["ao", "à", "aos", "às"]),
    ("pt", ["no", "na", "nos", "nas"]),
    ("pt", ["pelo", "pela", "pelos", "pelas"]),
    ("pt", ["este", "esta", "estes", "estas"]),
    ("pt", ["esse", "essa", "esses", "essas"]),
    ("pt", ["nosso", "nossa", "nossos", "nossas"]),
    ("pt", ["seu", "sua", "seus", "suas"]),
    ("it", ["il", "la", "i", "le"]),
    ("it", ["un", "una", "dei", "delle"]),
    ("it", ["del", "della", "dei", "delle"]),
    ("it", ["al", "alla", "ai", "alle"]),
    ("it", ["nel", "nella", "nei", "nelle"]),
    ("it", ["questo", "questa", "questi", "queste"]),
    ("fr", ["le", "la", "les", "les"]),
    ("fr", ["un", "une", "des", "des"]),
    ("fr", ["du", "de la", "des", "des"]),
    ("fr", ["au", "à la", "aux", "aux"]),
    ("fr", ["ce", "cette", "ces", "ces"]),
];

/// Makes the article before byte `at` agree with a term that is feminine, plural.
fn article(text: &str, at: usize, to: &str, (feminine, plural): (bool, bool)) -> String {
    let before = text[..at].trim_end();
    for (_, forms) in ARTICLES.iter().filter(|(l, _)| *l == to) {
        let mut by_length: Vec<(usize, &str)> = forms.iter().copied().enumerate().collect();
        by_length.sort_by_key(|(_, f)| std::cmp::Reverse(f.len()));
        for (form, word) in by_length {
            let Some(head) = strip_word(before, word) else { continue };
            // "de la" ends in "la": the longer row goes first.
            if ["la", "los", "las", "les"].contains(&word)
                && (head.ends_with("de ") || head.ends_with("a ") || head.ends_with("à "))
            {
                continue;
            }
            let plural = plural || form > 1;
            let wanted = forms[usize::from(feminine) + 2 * usize::from(plural)];
            let wanted = crate::morphology::like(wanted, &before[head.len()..]);
            let (wanted, space) = joined(&wanted, text[before.len()..].trim_start(), to);
            return format!("{head}{wanted}{space}{}", text[before.len()..].trim_start());
        }
    }
    text.to_owned()
}

/// French engines take a stand-in for a person: no article, and a pronoun before the verb ("Kqza il était"). The term that
/// opens a sentence at `at` loses the pronoun and gets its article.
fn subject(text: &str, at: Range<usize>, term: &str, (feminine, plural): (bool, bool)) -> String {
    let behind = &text[at.end..];
    let pronouns = [" il ", " elle ", " ils ", " elles "];
    let rest = pronouns.iter().find_map(|p| behind.strip_prefix(p));
    // "Réunion il y a deux jours" says when.
    let Some(rest) = rest.filter(|r| !r.starts_with("y a ")) else { return text.to_owned() };
    let form = if plural {
        "Les"
    } else if feminine {
        "La"
    } else {
        "Le"
    };
    let (form, space) = joined(form, term, "fr");
    format!("{}{form}{space}{term} {rest}", &text[..at.start])
}

/// An article as it is before `next` ("il" → "l'", "lo"), and what stands between the two.
fn joined(article: &str, next: &str, to: &str) -> (String, &'static str) {
    let next = next.to_lowercase();
    let second = next.chars().nth(1);
    let vowel = next.starts_with(['a', 'e', 'i', 'o', 'u', 'à', 'â', 'é', 'è', 'ê', 'î', 'ô', 'û', 'œ']);
    // "lo zaino", "lo studio", "gli psicologi".
    let hard = next.starts_with('z')
        || next.starts_with('s') && second.is_some_and(|c| !"aeiou".contains(c))
        || ["gn", "ps", "pn", "x", "y"].iter().any(|start| next.starts_with(start));
    let lower = article.to_lowercase();
    let stem = |cut: usize, end: &str| format!("{}{end}", &article[..article.len() - cut]);
    match (to, lower.as_str()) {
        ("it", "il") if vowel => (crate::morphology::like("l'", article), ""),
        ("it", "il") if hard => (crate::morphology::like("lo", article), " "),
        ("it", "del" | "al" | "nel") if vowel => (stem(0, "l'"), ""),
        ("it", "del" | "al" | "nel") if hard => (stem(0, "lo"), " "),
        ("it", "la" | "della" | "alla" | "nella" | "una" | "questo" | "questa") if vowel => {
            (stem(1, "'"), "")
        }
        ("it", "un") if hard => (stem(0, "o"), " "),
        ("it", "i") if vowel || hard => (crate::morphology::like("gli", article), " "),
        ("it", "dei" | "ai" | "nei") if vowel || hard => (stem(1, "gli"), " "),
        ("fr", "le" | "la" | "de la" | "à la") if vowel => (stem(1, "'"), ""),
        ("fr", "du") if vowel => (crate::morphology::like("de l'", article), ""),
        ("fr", "au") if vowel => (crate::morphology::like("à l'", article), ""),
        ("fr", "ce") if vowel => (stem(0, "t"), " "),
        _ => (article.to_owned(), " "),
    }
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.len().checked_sub(word.len())?;
    let tail = text.get(head..)?;
    let bounded = text[..head].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    (tail.to_lowercase() == word && bounded).then(|| &text[..head])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_agree_with_the_term() {
        assert_eq!(article("El tasa sube.", 3, "es", (true, false)), "La tasa sube.");
        assert_eq!(article("El precio del tasa.", 14, "es", (true, false)), "El precio de la tasa.");
        assert_eq!(article("Voy a la coche.", 9, "es", (false, false)), "Voy al coche.");
        assert_eq!(article("Os taxas caem.", 3, "pt", (true, false)), "As taxas caem.");
        let it = |text: &str, at| article(text, at, "it", (false, false));
        assert_eq!(it("La effetto è noto.", 3), "L'effetto è noto.");
        assert_eq!(it("Il prezzo della strato.", 16), "Il prezzo dello strato.");
        assert_eq!(article("Le empreinte baisse.", 3, "fr", (true, false)), "L'empreinte baisse.");
        assert_eq!(article("Le prix du intégration.", 11, "fr", (true, false)), "Le prix de l'intégration.");
    }

    #[test]
    fn french_subjects_are_no_persons() {
        let fr = |text: &str, term: &str, gender| subject(text, 0..term.len(), term, gender);
        let pressure = "tension artérielle";
        assert_eq!(
            fr("Tension artérielle il était haute.", pressure, (true, false)),
            "La tension artérielle était haute."
        );
        let engineer = fr("Ingénieur du son il viendra.", "ingénieur du son", (false, false));
        assert_eq!(engineer, "L'ingénieur du son viendra.");
        assert_eq!(fr("Réunion il y a deux jours.", "réunion", (true, false)), "Réunion il y a deux jours.");
        assert_eq!(fr("ADN il change.", "ADN", (false, false)), "L'ADN change.");
        assert_eq!(fr("Tension artérielle normale.", pressure, (true, false)), "Tension artérielle normale.");
    }

    #[test]
    fn a_term_is_traced_through_its_alignment() {
        let sentence = AlignedText {
            source: "The churn rate fell.".into(),
            target: "A rotatividade caiu.".into(),
            links: vec![(0..1, 0..3), (2..8, 4..9), (8..14, 10..14), (15..19, 15..19)],
        };
        let found = Match {
            range: 4..14,
            wanted: "tasa de abandono".into(),
            term: "churn rate".into(),
            plural: false,
            keep: false,
        };
        let placed = Placed::trace(&sentence, &[found], "es").unwrap();
        assert_eq!(placed.sentence.target, "A Kqza caiu.");
        assert_eq!(placed.sentence.links, [(0..1, 0..3), (7..11, 15..19)]);
        assert_eq!(placed.finish("La kqza cayó.", "es", None).unwrap(), "La tasa de abandono cayó.");
        assert!(placed.finish("Cayó.", "es", None).is_none());
    }
}
