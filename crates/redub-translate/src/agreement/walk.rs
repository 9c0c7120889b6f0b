//! One sentence, word by word: whose predicate are we in?

use redub_core::Gender;

use super::Addressed;
use super::verbs::{ELLIPTIC, is_auxiliary, is_degree, links, links_object, links_reflexive, stresses};
use crate::morphology::{Morphology, Piece, like};

/// Of whom something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Speaker,
    Addressee,
    Other,
}

/// Where in the sentence we are.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// The last subject that was said.
    subject: Option<Who>,
    /// The unstressed object before the verb.
    object: Option<Who>,
    /// Subject of the last finite verb.
    verb: Option<Who>,
    /// Subject of an auxiliary whose participle is awaited.
    auxiliary: Option<Who>,
    /// Of whom adjectives are said here.
    predicate: Option<Who>,
    /// A preposition stands just before.
    after_preposition: bool,
    /// A stressed pronoun stands just before.
    stressed: Option<Who>,
    /// The clause depends on another: its subject is more likely somebody else.
    subordinate: bool,
}

/// A text on its way to agreement.
pub struct Walk<'a> {
    language: &'a str,
    morphology: &'a Morphology,
    line: &'a Addressed,
    pieces: &'a [Piece],
    words: Vec<String>,
    state: State,
}

impl<'a> Walk<'a> {
    pub fn new(
        language: &'a str,
        morphology: &'a Morphology,
        line: &'a Addressed,
        pieces: &'a [Piece],
    ) -> Self {
        let words = pieces.iter().map(|p| p.surface.clone()).collect();
        Self { language, morphology, line, pieces, words, state: State::default() }
    }

    /// The text with agreement.
    pub fn text(mut self) -> String {
        let mut at = 0;
        while at < self.pieces.len() {
            at = self.step(at).max(at + 1);
        }
        self.words.concat()
    }

    /// Looks at one piece; gives the place to go on from.
    fn step(&mut self, at: usize) -> usize {
        let piece = &self.pieces[at];
        if !piece.word {
            if piece.surface.contains(['.', '!', '?', ';', ':', '…', '"', '«', '»', '“', '”', '(', ')', '—'])
            {
                self.state = State::default();
            }
            return at;
        }
        if piece.may_be(&["sent"]) {
            self.state = State::default();
            return at;
        }
        self.elliptic(at);
        if is_degree(&piece.lower()) {
            // "molto contenta": an adverb, whatever else the dictionary has it for.
            return at;
        }
        if let Some(who) = self.stress(at) {
            self.agree(at, who);
            return at;
        }
        let stressed = std::mem::take(&mut self.state.stressed);
        let after_preposition = std::mem::take(&mut self.state.after_preposition);
        if piece.may_be(&["cm"]) {
            self.state.object = None;
        } else if self.pronoun(at, after_preposition) || self.verb(at) {
        } else if let Some(end) = self.phrase(at) {
            return end;
        } else if let (Some(who), true) = (self.state.predicate, self.says(at)) {
            if !self.own_object(at) {
                self.agree(at, who);
            }
        } else if piece.may_be(&["preadv"]) {
            // "si nerveux", "tan cansado": what is said still comes.
        } else if piece.is_one_of(&["cnjsub", "rel", "cnjadv"]) {
            self.state = State { subordinate: true, ..State::default() };
        } else if piece.may_be(&["pr"]) {
            self.state.predicate = None;
            self.state.after_preposition = true;
        } else if piece.may_be(&["n"]) || piece.may_be(&["np"]) {
            let air = self.language == "fr" && piece.lower() == "air";
            self.state.predicate = self.state.verb.filter(|_| air);
            if self.state.verb.is_none() && !after_preposition && stressed.is_none() {
                self.state.subject = Some(Who::Other);
            }
        } else if piece.may_be(&["det"]) {
            self.state.predicate = None;
            // "de un amigo": the noun belongs to the preposition.
            self.state.after_preposition = after_preposition;
        } else if piece.readings.is_empty() {
            self.unknown(at);
        }
        at
    }

    /// Pronouns name the subject, or the object of the verb that follows.
    fn pronoun(&mut self, at: usize, after_preposition: bool) -> bool {
        let piece = &self.pieces[at];
        let Some(reading) = piece.readings.iter().find(|r| r.has("prn") && (r.has("tn") || r.has("pro")))
        else {
            return false;
        };
        if piece.readings.iter().any(|r| r.has("det") || r.has("cnjsub") || r.has("rel") || r.has("pos")) {
            return false;
        }
        let polite = ["você", "usted", "vostè"].contains(&reading.lemma.to_lowercase().as_str())
            || (self.language == "it" && piece.surface == "Lei" && at > 0);
        let who = match (reading.has("p1"), reading.has("p2"), reading.has("sg")) {
            (true, _, true) => Who::Speaker,
            (_, true, true) => Who::Addressee,
            (_, true, _) if self.language == "fr" => Who::Addressee,
            _ if polite => Who::Addressee,
            _ => Who::Other,
        };
        let both = piece.may_be(&["tn"]) && piece.may_be(&["pro"]);
        let clitic = !piece.may_be(&["tn"]) || (both && self.state.subject.is_some());
        if clitic {
            self.state.object = Some(who);
        } else {
            self.state.stressed = Some(who);
            if !after_preposition {
                self.state.subject = Some(who);
                self.state.predicate = None;
                self.state.verb = None;
            }
        }
        true
    }

    /// Verbs open and close predicates.
    fn verb(&mut self, at: usize) -> bool {
        let piece = &self.pieces[at];
        let verbal = |r: &&crate::morphology::Reading| r.tags.first().is_some_and(|t| t.starts_with("vb"));
        let finite: Vec<_> = piece
            .readings
            .iter()
            .filter(verbal)
            .filter(|r| r.has("p1") || r.has("p2") || r.has("p3"))
            .collect();
        let lemma = |test: &dyn Fn(&str) -> bool| {
            piece.readings.iter().filter(verbal).any(|r| test(&r.lemma.to_lowercase()))
        };
        let linking = |l: &str| links(self.language, l);
        let nonfinite = piece.may_be(&["inf"]) || piece.may_be(&["ger"]);
        if finite.is_empty() {
            let participle = piece.readings.iter().any(|r| verbal(&r) && r.has("pp"));
            if participle && self.state.auxiliary.is_some() && lemma(&linking) {
                self.state.predicate = self.state.auxiliary.take();
                return true;
            }
            if nonfinite && !(piece.may_be(&["n"]) && self.determined(at)) {
                self.state.predicate = self.state.verb.filter(|_| lemma(&linking));
                return true;
            }
            return false;
        }
        // "content" may be a form of "conter": inside a predicate the adjective is meant.
        if self.state.predicate.is_some() && self.says(at) && !lemma(&linking) {
            return false;
        }
        if piece.may_be(&["det"]) || (piece.may_be(&["n"]) && self.determined(at)) {
            return false;
        }
        let who = self.subject_of(&finite);
        let attached = finite.iter().any(|r| match who {
            Who::Speaker => r.rest.starts_with("+me<prn>"),
            Who::Addressee => r.rest.starts_with("+te<prn>") || r.rest.starts_with("+se<prn>"),
            Who::Other => false,
        });
        let reflexive =
            (attached || self.state.object == Some(who)) && lemma(&|l| links_reflexive(self.language, l));
        let of_object = self.state.object.filter(|o| *o != who && lemma(&|l| links_object(self.language, l)));
        self.state.verb = Some(who);
        self.state.auxiliary = lemma(&is_auxiliary).then_some(who);
        self.state.predicate = if lemma(&linking) || reflexive { Some(who) } else { of_object };
        self.state.object = None;
        true
    }

    /// Whose verb a finite form is.
    fn subject_of(&self, finite: &[&crate::morphology::Reading]) -> Who {
        let any = |person: &str, number: &str| finite.iter().any(|r| r.has(person) && r.has(number));
        let first = any("p1", "sg");
        let second = finite.iter().any(|r| r.has("p2") && r.has("sg") && !r.has("imp"));
        let third = any("p3", "sg");
        let polite = third || any("p2", "pl");
        match self.state.subject {
            Some(Who::Speaker) if first => Who::Speaker,
            Some(Who::Addressee) if second || polite => Who::Addressee,
            Some(Who::Other) if third => Who::Other,
            _ if first && !third && !(self.language == "fr" && self.state.subject.is_none()) => Who::Speaker,
            _ if second && !third => Who::Addressee,
            _ if first && !self.state.subordinate && self.source_says_i() => Who::Speaker,
            _ => Who::Other,
        }
    }

    /// Whether the (English) source speaks of "I" and of nobody else in the singular.
    fn source_says_i(&self) -> bool {
        let source = self.line.source.replace('’', "'");
        let mut words = source.split(|c: char| !c.is_alphabetic() && c != '\'').map(str::to_lowercase);
        let mut i = false;
        let other = words.any(|w| {
            i |= w == "i" || w.starts_with("i'");
            ["he", "she", "he's", "she's"].contains(&w.as_str())
        });
        i && !other
    }

    /// A word that can be said of somebody: an adjective or a participle.
    fn says(&self, at: usize) -> bool {
        self.pieces[at].may_be(&["adj"]) || self.pieces[at].may_be(&["pp"])
    }

    fn determined(&self, at: usize) -> bool {
        self.previous(at).is_some_and(|p| p.may_be(&["det"]) || p.may_be(&["pr"]))
    }

    fn previous(&self, at: usize) -> Option<&Piece> {
        self.pieces[..at].iter().rev().find(|p| p.word)
    }

    fn next(&self, at: usize) -> Option<usize> {
        (at + 1..self.pieces.len()).find(|&i| self.pieces[i].word)
    }

    /// "je me suis lavé les mains": the participle agrees with an object that follows.
    fn own_object(&self, at: usize) -> bool {
        self.language == "fr"
            && self.pieces[at].may_be(&["pp"])
            && self.next(at).is_some_and(|i| self.pieces[i].may_be(&["det"]))
            && self.pieces[..at].iter().any(|p| ["me", "m'", "te", "t'"].contains(&p.lower().as_str()))
    }

    /// "un buen médico", "el famoso", "il più alto": a phrase with an article that is said of somebody. Gives the
    /// place after it.
    fn phrase(&mut self, at: usize) -> Option<usize> {
        let who = self.state.predicate?;
        if !self.pieces[at].may_be(&["det"]) || self.pieces[at].may_be(&["pl"]) {
            return None;
        }
        let mut members = vec![at];
        let mut noun = None;
        let mut next = self.next(at);
        while let Some(i) = next {
            let piece = &self.pieces[i];
            let following = self
                .next(i)
                .is_some_and(|j| self.pieces[j].may_be(&["n"]) && !self.pieces[j].may_be(&["pr"]));
            if piece.may_be(&["n"]) && noun.is_none() && !(piece.may_be(&["adj"]) && following) {
                noun = Some(i);
            } else if is_degree(&piece.lower()) {
            } else if self.says(i) {
                members.push(i);
            } else if !(piece.may_be(&["adv"]) || piece.may_be(&["preadv"])) || noun.is_some() {
                break;
            }
            next = self.next(i);
        }
        let end = next.unwrap_or(self.pieces.len());
        self.state.predicate = None;
        if members.len() == 1 && noun.is_none() {
            return None;
        }
        if let Some(noun) = noun {
            let common = self.pieces[noun].may_be(&["n", "mf"]);
            let changed = self.agreed(noun, who, "n");
            let adjective = self.pieces[noun].may_be(&["adj"]) && members.len() == 1;
            let changed = changed.or_else(|| if adjective { self.agreed(noun, who, "adj") } else { None });
            match changed {
                Some(word) => self.words[noun] = word,
                None if common => {}
                None => return Some(end),
            }
        }
        for member in members {
            self.agree(member, who);
        }
        Some(end)
    }

    /// "yo mismo", "con te stesso", "da solo".
    fn stress(&self, at: usize) -> Option<Who> {
        let piece = &self.pieces[at];
        let stressing = piece.readings.iter().any(|r| stresses(&r.lemma.to_lowercase()));
        if !stressing {
            return None;
        }
        let alone = self.language == "it" && self.previous(at).is_some_and(|p| p.lower() == "da");
        self.state.stressed.or(self.state.verb.filter(|_| alone)).filter(|w| *w != Who::Other)
    }

    /// "Encantado de conocerte": the sentence begins with what is said of the speaker.
    fn elliptic(&mut self, at: usize) {
        let lower = self.pieces[at].lower();
        let rows = ELLIPTIC.iter().filter(|(l, ..)| *l == self.language);
        let opens = at == 0
            || self.state.verb.is_none() && self.state.subject.is_none() && self.state.predicate.is_none();
        for (_, man, woman) in rows {
            if opens && (lower == *man || lower == *woman) {
                let word = match self.line.speaker {
                    Some(Gender::Female) => woman,
                    Some(Gender::Male) => man,
                    None => return,
                };
                self.words[at] = like(word, &self.pieces[at].surface);
            }
        }
    }

    /// A word the dictionary lacks, with an ending that tells its gender.
    fn unknown(&mut self, at: usize) {
        let Some(who) = self.state.predicate else { return };
        let word = &self.pieces[at].surface;
        let endings =
            [("ado", "ada"), ("ido", "ida"), ("oso", "osa"), ("ato", "ata"), ("uto", "uta"), ("ito", "ita")];
        for (man, woman) in endings.iter().filter(|_| self.language != "fr") {
            let (from, to) = match self.gender(who) {
                Some(Gender::Female) => (man, woman),
                Some(Gender::Male) => (woman, man),
                None => return,
            };
            if let Some(stem) = word.strip_suffix(from).filter(|s| s.chars().count() > 2) {
                self.words[at] = format!("{stem}{to}");
                return;
            }
        }
        self.state.predicate = None;
    }

    fn gender(&self, who: Who) -> Option<Gender> {
        match who {
            Who::Speaker => self.line.speaker,
            Who::Addressee => self.line.addressee,
            Who::Other => None,
        }
    }

    fn agree(&mut self, at: usize, who: Who) {
        let word = ["adj", "pp", "det", "prn"].iter().find_map(|kind| self.agreed(at, who, kind));
        if let Some(word) = word {
            self.words[at] = word;
        }
    }

    /// The piece as a `kind` of word in the gender of `who`; `None` when it is so already or has no such form.
    fn agreed(&self, at: usize, who: Who, kind: &str) -> Option<String> {
        let readings = turned(&self.pieces[at], self.gender(who)?, kind);
        let word = self.morphology.generate(&readings).into_iter().flatten().next()?;
        Some(like(&word, &self.pieces[at].surface))
    }
}

/// Readings of a piece as a `kind` of word, turned into the other gender where they are not of `gender`.
fn turned(piece: &Piece, gender: Gender, kind: &str) -> Vec<String> {
    let (from, to) = match gender {
        Gender::Female => ("m", "f"),
        Gender::Male => ("f", "m"),
    };
    let fits = |r: &&crate::morphology::Reading| {
        r.has(kind) && r.has(from) && (r.has("sg") || r.has("sp")) && !r.has("pos")
    };
    piece.readings.iter().filter(fits).map(|r| r.with(&[(from, to), ("sp", "sg")])).collect()
}

/// Everything that agreement may ask the generator for in a text, so that it is asked once.
pub(super) fn possible<'p>(pieces: &'p [Piece], line: &Addressed) -> impl Iterator<Item = String> + 'p {
    let genders: Vec<Gender> = [line.speaker, line.addressee].into_iter().flatten().collect();
    pieces.iter().flat_map(move |piece| {
        let kinds = ["adj", "pp", "det", "prn", "n"];
        let each =
            |gender: &Gender| kinds.iter().flat_map(|kind| turned(piece, *gender, kind)).collect::<Vec<_>>();
        genders.iter().flat_map(each).collect::<Vec<_>>()
    })
}
