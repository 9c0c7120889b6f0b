//! One Portuguese sentence, word by word.

use redub_core::Gender;

use super::Form;
use super::english::{self, Subject, Word};
use crate::engine::AlignedText;
use crate::morphology::{Morphology, Piece, Reading, like};

/// Finite tenses that have a second person.
const TENSES: &[&str] = &["pri", "prs", "pii", "pis", "ifi", "fti", "cni", "fts", "pmp", "imp"];

/// Everything that may be asked of the generator for a piece, so that it is asked once.
pub fn possible(piece: &Piece) -> Vec<String> {
    let mut forms = Vec::new();
    for reading in piece.readings.iter().filter(|r| r.has("p3")) {
        for number in ["sg", "pl"] {
            for tense in ["imp", "prs"] {
                forms.push(reading.with(&[("imp", tense), ("prs", tense), ("p3", "p2"), ("sg", number)]));
            }
            forms.push(reading.with(&[("p3", "p2"), ("sg", number)]));
        }
    }
    forms
}

/// A sentence on its way to another form of address.
pub struct Rewrite<'a> {
    morphology: &'a Morphology,
    sentence: &'a AlignedText,
    pieces: &'a [Piece],
    form: Form,
    /// Whether the subject pronoun is left out.
    drop: bool,
    /// Whether "vocês" becomes "vós".
    plural: bool,
    english: Vec<Word>,
    starts: Vec<usize>,
    words: Vec<String>,
    subject: Option<Subject>,
    /// Whether the clause has had its verb.
    verb_seen: bool,
    /// Whether the clause is one that takes the future subjunctive, which looks like an infinitive.
    conditional: bool,
}

impl<'a> Rewrite<'a> {
    pub fn new(
        morphology: &'a Morphology,
        sentence: &'a AlignedText,
        pieces: &'a [Piece],
        form: Form,
        drop: bool,
        plural: bool,
    ) -> Self {
        let mut at = 0;
        let starts = pieces
            .iter()
            .map(|p| {
                let start = at;
                at += p.surface.len();
                start
            })
            .collect();
        Self {
            morphology,
            sentence,
            pieces,
            form,
            drop,
            plural,
            english: english::words(&sentence.source),
            starts,
            words: pieces.iter().map(|p| p.surface.clone()).collect(),
            subject: None,
            verb_seen: false,
            conditional: false,
        }
    }

    /// The sentence in the form wanted.
    pub fn text(mut self) -> String {
        for at in 0..self.pieces.len() {
            if self.pieces[at].word {
                self.step(at);
            } else if self.pieces[at].surface.contains(['.', '!', '?', ';', ':', '…', '"']) {
                self.clause();
            }
        }
        let text = self.words.concat();
        // A pronoun that was left out leaves its space.
        let text = text.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
        if self.sentence.target.starts_with(char::is_uppercase) { crate::polish::raise(&text) } else { text }
    }

    fn clause(&mut self) {
        self.subject = None;
        self.verb_seen = false;
        self.conditional = false;
    }

    fn step(&mut self, at: usize) {
        let piece = &self.pieces[at];
        let lower = piece.lower();
        if piece.may_be(&["sent"]) {
            return self.clause();
        }
        if lower == "você" {
            return self.voce(at);
        }
        if lower == "vocês" {
            return self.voces(at);
        }
        if let Form::Senhor(_) = self.form {
            return;
        }
        if self.possessive(at) || self.clitic(at) || self.reflexive_infinitive(at) {
            return;
        }
        if lower == "consigo" && self.aligned(at, english::is_you) {
            let word = if self.form == Form::Tu { "contigo" } else { "convosco" };
            self.words[at] = like(word, &piece.surface);
            return;
        }
        if lower == "si" && self.after_preposition(at) && self.aligned(at, english::is_you) {
            self.words[at] = if self.form == Form::Tu { "ti".into() } else { "vós".into() };
            return;
        }
        if self.finite(at) {
            return self.verb(at);
        }
        let subject_pronoun = piece.readings.iter().any(|r| r.has("prn") && r.has("tn") && !r.has("pos"));
        if subject_pronoun && !self.after_preposition(at) && !self.verb_seen {
            self.subject = Some(Subject::Other);
        } else if piece.is_one_of(&["cnjsub", "cnjadv", "rel"]) || piece.may_be(&["rel"]) || self.means_if(at)
        {
            self.clause();
            self.conditional = ["se", "quando", "enquanto", "quem", "onde", "como"].contains(&lower.as_str());
        } else if (piece.may_be(&["n"]) || piece.may_be(&["np"]))
            && !piece.may_be(&["adv"])
            && !self.verb_seen
            && !self.after_preposition(at)
        {
            self.subject = Some(Subject::Other);
        }
    }

    /// "se" that is no pronoun: "if", or with a subject behind it.
    fn means_if(&self, at: usize) -> bool {
        self.pieces[at].lower() == "se"
            && (self.aligned(at, |w| matches!(w, "if" | "whether"))
                || self
                    .next(at)
                    .is_some_and(|i| ["você", "vocês"].contains(&self.pieces[i].lower().as_str())))
    }

    /// "você": the subject of what follows, the object of what came, or what a preposition governs.
    fn voce(&mut self, at: usize) {
        let piece = &self.pieces[at];
        if let Form::Senhor(gender) = self.form {
            return self.senhor(at, gender);
        }
        let (subject, oblique, object) =
            if self.form == Form::Tu { ("tu", "ti", "te") } else { ("vós", "vós", "vos") };
        if self.after_preposition(at) {
            let with = self.previous(at).filter(|&i| self.pieces[i].lower() == "com");
            if let Some(i) = with {
                self.words[i] =
                    like(if self.form == Form::Tu { "contigo" } else { "convosco" }, &self.pieces[i].surface);
                self.words[at].clear();
            } else {
                self.words[at] = oblique.to_owned();
            }
            return;
        }
        let before = self.previous(at);
        let verb_before = before.filter(|&i| {
            self.pieces[i].readings.iter().any(|r| r.tags.first().is_some_and(|t| t.starts_with("vb")))
        });
        let follows = self.verb_follows(at);
        match verb_before {
            Some(i) if !follows && !self.inverted(i) => {
                // "ver você" → "ver-te", "eu vejo você" → "eu te vejo".
                if self.pieces[i].may_be(&["inf"]) {
                    self.words[i].push_str(&format!("-{object}"));
                } else {
                    self.words[i] = format!("{object} {}", self.words[i]);
                }
                self.words[at].clear();
            }
            _ => {
                self.subject = Some(Subject::You);
                self.verb_seen = false;
                let kept = !self.drop || !follows || self.stressed(at);
                self.words[at] = if kept { like(subject, &piece.surface) } else { String::new() };
            }
        }
    }

    /// Whether the verb at `at` may have its subject behind it: "Como está você?".
    fn inverted(&self, at: usize) -> bool {
        self.finite(at)
            && self.subject != Some(Subject::Other)
            && self.pieces[at].may_be(&["p3", "sg"])
            && self.sentence.target.trim_end().ends_with('?')
    }

    /// "o senhor" with its article drawn into the preposition.
    fn senhor(&mut self, at: usize, gender: Gender) {
        let (article, noun) = if gender == Gender::Female { ("a", "senhora") } else { ("o", "senhor") };
        let preposition = self.previous(at).map(|i| (i, self.pieces[i].lower()));
        let drawn = |base: &str| format!("{base}{article}");
        match preposition {
            Some((i, p)) if p == "de" => self.words[i] = drawn("d"),
            Some((i, p)) if p == "em" => self.words[i] = drawn("n"),
            Some((i, p)) if p == "a" => {
                self.words[i] = if article == "a" { "à".into() } else { "ao".into() }
            }
            Some((i, p)) if p == "por" => self.words[i] = drawn("pel"),
            _ => {
                self.words[at] = like(&format!("{article} {noun}"), &self.pieces[at].surface);
                return;
            }
        }
        self.words[at] = noun.to_owned();
    }

    /// "vocês": several people, who are "vous" and "voi" in either register.
    fn voces(&mut self, at: usize) {
        if matches!(self.form, Form::Senhor(_)) || !self.plural {
            self.subject = Some(Subject::Other);
            return;
        }
        self.words[at] = like("vós", &self.pieces[at].surface);
        let mut next = self.next(at);
        for _ in 0..4 {
            let Some(i) = next else { return };
            if self.finite(i) && self.pieces[i].may_be(&["p3", "pl"]) {
                let readings = self.changed(i, "pl", "pl", "p2");
                self.put(i, &readings);
                return;
            }
            next = self.next(i);
        }
    }

    /// Something after "você" that keeps it: "você mesmo", "você também", "você e eu".
    fn stressed(&self, at: usize) -> bool {
        const KEEP: &[&str] =
            &["mesmo", "mesma", "também", "e", "ou", "é", "próprio", "própria", "só", "que", "nem"];
        self.next(at)
            .is_some_and(|i| KEEP.contains(&self.pieces[i].lower().as_str()) && self.pieces[i].lower() != "é")
    }

    /// Whether a verb that may be "você"'s follows within a few words.
    fn verb_follows(&self, at: usize) -> bool {
        let mut next = self.next(at);
        for _ in 0..4 {
            let Some(i) = next else { return false };
            if self.finite(i) {
                return true;
            }
            let piece = &self.pieces[i];
            let light = piece.may_be(&["adv"])
                || piece.may_be(&["prn", "pro"])
                || piece.may_be(&["preadv"])
                || piece.lower() == "não";
            if !light {
                return false;
            }
            next = self.next(i);
        }
        false
    }

    fn verb(&mut self, at: usize) {
        let piece = &self.pieces[at];
        if !piece.may_be(&["p3", "sg"]) {
            self.subject = Some(Subject::Other);
            self.verb_seen = true;
            return;
        }
        let told = self.english_subject(at);
        let you = match self.subject {
            Some(Subject::You) => told != Subject::Other,
            Some(_) => false,
            None => matches!(told, Subject::You | Subject::Nobody),
        };
        // "se me ouvires mal, sinta-se livre": a command may follow what was said of "you".
        let free = self.subject.is_none() || (self.subject == Some(Subject::You) && self.verb_seen);
        let commands =
            told == Subject::Nobody && free && (piece.may_be(&["imp", "p3"]) || piece.may_be(&["prs", "p3"]));
        if told == Subject::Nobody && self.subject.is_none() && !commands {
            self.verb_seen = true;
            return;
        }
        if !you {
            self.subject = self.subject.or(Some(Subject::Other)).filter(|s| *s != Subject::You);
            self.verb_seen = true;
            return;
        }
        let number = if self.form == Form::Vos { "pl" } else { "sg" };
        let readings = if commands { self.command(at, number) } else { self.changed(at, "sg", number, "p2") };
        if self.put(at, &readings) {
            self.reflexive(at);
        }
        if !commands {
            self.subject = Some(Subject::You);
        }
        self.verb_seen = true;
    }

    /// "faça" → "faz"; "não faça" → "não faças".
    fn command(&self, at: usize, number: &str) -> Vec<String> {
        let negative =
            self.previous(at).is_some_and(|i| ["não", "nunca"].contains(&self.pieces[i].lower().as_str()));
        let readings =
            self.pieces[at].readings.iter().filter(|r| (r.has("imp") || r.has("prs")) && r.has("p3"));
        let tense = if negative { "prs" } else { "imp" };
        let changes = [("imp", tense), ("prs", tense), ("p3", "p2"), ("sg", number)];
        readings.map(|r| self.attached(r, r.with(&changes))).collect()
    }

    /// The third-person readings of a verb in another person.
    fn changed(&self, at: usize, from: &str, number: &str, person: &str) -> Vec<String> {
        let piece = &self.pieces[at];
        let finite = |r: &&Reading| {
            r.has("p3") && r.has(from) && r.tags.iter().any(|t| TENSES.contains(&t.as_str())) && !r.has("imp")
        };
        let readings = piece.readings.iter().filter(finite);
        readings.map(|r| self.attached(r, r.with(&[("p3", person), (from, number)]))).collect()
    }

    /// "-se" and "-lhe" on a verb that was changed are "you" too.
    fn attached(&self, reading: &Reading, changed: String) -> String {
        if reading.rest.starts_with("+se<prn>") || reading.rest.starts_with("+lhe<prn>") {
            let head = &changed[..changed.len() - reading.rest.len()];
            let tail = if self.form == Form::Vos {
                "+vos<prn><enc><p2><mf><pl>"
            } else {
                "+te<prn><enc><p2><mf><sg>"
            };
            return format!("{head}{tail}");
        }
        changed
    }

    /// "se" just before a verb that was changed.
    fn reflexive(&mut self, at: usize) {
        if let Some(i) = self.previous(at).filter(|&i| self.pieces[i].lower() == "se") {
            let earlier = self.previous(i);
            // "se você se lembra": only the second is a pronoun; "se quer" alone is "if".
            let conditional = self.pieces[i].may_be(&["cnjadv"])
                && earlier.is_none_or(|j| self.pieces[j].lower() != "você" && self.words[j] != "tu");
            if !conditional {
                self.words[i] =
                    like(if self.form == Form::Vos { "vos" } else { "te" }, &self.pieces[i].surface);
            }
        }
    }

    /// "você pode se habilitar", "obter-se": the infinitive's "se" is "you" too.
    fn reflexive_infinitive(&mut self, at: usize) -> bool {
        let piece = &self.pieces[at];
        if self.subject != Some(Subject::You) || !self.verb_seen {
            return false;
        }
        let to = if self.form == Form::Vos { "vos" } else { "te" };
        let before_infinitive = || self.next(at).is_some_and(|i| self.pieces[i].may_be(&["inf"]));
        if piece.lower() == "se" && before_infinitive() {
            self.words[at] = like(to, &piece.surface);
            return true;
        }
        let attached = piece.readings.iter().any(|r| r.has("inf") && r.rest.starts_with("+se<prn>"));
        if attached && let Some(stem) = piece.surface.strip_suffix("-se") {
            self.words[at] = format!("{stem}-{to}");
            return true;
        }
        false
    }

    fn put(&mut self, at: usize, readings: &[String]) -> bool {
        let Some(word) = self.morphology.generate(readings).into_iter().flatten().next() else {
            return false;
        };
        // Commands the dictionary has in their old form.
        const OLD: &[(&str, &str)] =
            &[("dize", "diz"), ("faze", "faz"), ("traze", "traz"), ("conduze", "conduz")];
        let (stem, rest) =
            word.split_once('-').map_or((word.as_str(), String::new()), |(s, r)| (s, format!("-{r}")));
        let stem = OLD.iter().find(|(old, _)| *old == stem).map_or(stem, |(_, new)| new);
        let word = format!("{stem}{rest}");
        self.words[at] = like(&word, &self.pieces[at].surface);
        true
    }

    /// "seu" that is "your".
    fn possessive(&mut self, at: usize) -> bool {
        const FORMS: &[(&str, &str, &str)] = &[
            ("seu", "teu", "vosso"),
            ("sua", "tua", "vossa"),
            ("seus", "teus", "vossos"),
            ("suas", "tuas", "vossas"),
        ];
        let surface = &self.pieces[at].surface;
        let last = surface.rsplit(' ').next().unwrap_or_default().to_lowercase();
        let Some((from, tu, vos)) = FORMS.iter().find(|(from, ..)| *from == last) else { return false };
        if !self.is_your(at) {
            return false;
        }
        let to = if self.form == Form::Vos { vos } else { tu };
        let head = &surface[..surface.len() - from.len()];
        self.words[at] = format!("{head}{}", like(to, &surface[head.len()..]));
        true
    }

    fn is_your(&self, at: usize) -> bool {
        if self.aligned(at, english::is_your) {
            return true;
        }
        let has = |test: &dyn Fn(&str) -> bool| self.english.iter().any(|w| test(&w.text));
        has(&english::is_your) && !has(&|w| ["his", "her", "their", "its", "hers", "theirs"].contains(&w))
    }

    /// "lhe" that is "you", and "lo" behind an infinitive.
    fn clitic(&mut self, at: usize) -> bool {
        let lower = self.pieces[at].lower();
        let others = |w: &str| ["him", "her", "it", "them"].contains(&w);
        let you = || {
            self.english.iter().any(|w| english::is_you(&w.text))
                && !self.english.iter().any(|w| others(&w.text))
        };
        let to = if self.form == Form::Vos { "vos" } else { "te" };
        if lower == "lhe" && you() {
            self.words[at] = like(to, &self.pieces[at].surface);
            return true;
        }
        // Of "disse-lhe" one may have been told by "you"; an infinitive looks like a third person, but is none.
        let infinitive = self.pieces[at].may_be(&["inf"]);
        let surface = &self.pieces[at].surface;
        if lower.ends_with("-lhe") && you() && (infinitive || !self.pieces[at].may_be(&["p3"])) {
            self.words[at] = format!("{}-{to}", &surface[..surface.len() - 4]);
            return true;
        }
        // "ajudá-lo" → "ajudar-te".
        let whole = [("á-l", "ar"), ("ê-l", "er"), ("i-l", "ir")];
        let object = lower.strip_suffix('o').or_else(|| lower.strip_suffix('a'));
        let ending = whole.iter().find(|(cut, _)| object.is_some_and(|o| o.ends_with(cut)));
        if let Some((cut, ending)) =
            ending.filter(|_| infinitive && you() && self.aligned(at, english::is_you))
        {
            self.words[at] = format!("{}{ending}-{to}", &surface[..surface.len() - cut.len() - 1]);
            return true;
        }
        false
    }

    fn finite(&self, at: usize) -> bool {
        let tense = |r: &Reading| {
            r.tags.first().is_some_and(|t| t.starts_with("vb"))
                && r.tags.iter().any(|t| TENSES.contains(&t.as_str()))
        };
        let piece = &self.pieces[at];
        let noun = piece.may_be(&["n"]) && self.previous(at).is_some_and(|i| self.pieces[i].may_be(&["det"]));
        // "se você optar" is the future subjunctive, "você pode optar" is not.
        let infinitive = piece.may_be(&["inf"]) && (!self.conditional || self.verb_seen);
        // "com nada", "em mente", "sinta-se livre": no verb follows a preposition, seldom one another verb.
        let other = |tags: &[&str]| tags.iter().any(|t| piece.may_be(&[t]));
        let noun = noun
            || self.after_preposition(at) && other(&["n", "prn", "adj"])
            || self.verb_seen && self.after_verb(at) && other(&["adj"]);
        piece.readings.iter().any(tense) && !noun && !infinitive && !piece.may_be(&["pr"])
    }

    fn after_verb(&self, at: usize) -> bool {
        let verbal = |r: &Reading| r.tags.first().is_some_and(|t| t.starts_with("vb"));
        self.previous(at).is_some_and(|i| self.pieces[i].readings.iter().any(verbal))
    }

    fn after_preposition(&self, at: usize) -> bool {
        self.previous(at).is_some_and(|i| self.pieces[i].may_be(&["pr"]))
    }

    fn previous(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|&i| self.pieces[i].word)
    }

    fn next(&self, at: usize) -> Option<usize> {
        (at + 1..self.pieces.len()).find(|&i| self.pieces[i].word)
    }

    /// The subject of the English words a piece is aligned to.
    fn english_subject(&self, at: usize) -> Subject {
        let told: Vec<Subject> =
            self.partners(at).iter().map(|&w| english::subject(&self.english, w)).collect();
        let first = |wanted: Subject| told.contains(&wanted).then_some(wanted);
        first(Subject::Other)
            .or_else(|| first(Subject::You))
            .or_else(|| first(Subject::Nobody))
            .unwrap_or(Subject::Unknown)
    }

    fn aligned(&self, at: usize, test: impl Fn(&str) -> bool) -> bool {
        self.partners(at).iter().any(|&w| test(&self.english[w].text))
    }

    /// The English words a piece is aligned to.
    fn partners(&self, at: usize) -> Vec<usize> {
        let (start, end) = (self.starts[at], self.starts[at] + self.pieces[at].surface.len());
        let links = self.sentence.links.iter().filter(|(t, _)| t.start < end && t.end > start);
        let mut found: Vec<usize> = links
            .filter_map(|(_, s)| self.english.iter().position(|w| w.start < s.end && w.end > s.start))
            .collect();
        found.dedup();
        found
    }
}
