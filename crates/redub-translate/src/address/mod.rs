//! How the one spoken to is addressed.
//!
//! English has one "you". The Portuguese the routes lead through says "você" and the third person, which Spanish and
//! Italian keep as their polite form. Where another form is wanted, the Portuguese is rewritten: verbs, pronouns and
//! possessives that stand for "you", told by the words they are aligned to, get the second person, and the
//! rules of the next step carry it on. Singular ("tu vais") gives the familiar form, plural ("vós ides") French "vous".

pub mod english;
mod rewrite;

use redub_core::{Gender, Language};
use serde::{Deserialize, Serialize};

use crate::engine::AlignedText;
use crate::morphology::Morphology;
use rewrite::Rewrite;

/// Polite or familiar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Register {
    /// usted, vous, Lei, Sie, o senhor.
    Formal,
    /// tú, tu, du.
    Informal,
}

/// What stands for "you" in the Portuguese of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// tu: second person singular.
    Tu,
    /// vós: second person plural.
    Vos,
    /// o senhor, a senhora: third person, of a known gender.
    Senhor(Gender),
}

/// The form the Portuguese needs so that `to` comes out in `register`; `None` when "você" is right.
pub(crate) fn form(to: &Language, register: Option<Register>, addressee: Option<Gender>) -> Option<Form> {
    match (to.primary(), register) {
        ("fr", Some(Register::Informal)) => Some(Form::Tu),
        // What French makes of "você" is neither: the polite form is the safe one.
        ("fr", _) => Some(Form::Vos),
        ("es" | "it" | "ca", Some(Register::Informal)) => Some(Form::Tu),
        ("pt", Some(Register::Informal)) if to.region() == Some("PT") => Some(Form::Tu),
        ("pt", Some(Register::Formal)) => addressee.map(Form::Senhor),
        _ => None,
    }
}

/// Rewrites Portuguese sentences for a form of address.
pub(crate) struct Address {
    morphology: Morphology,
    to: Language,
}

impl Address {
    /// `None` when the Portuguese dictionaries are not installed.
    pub(crate) fn open(to: &Language) -> Option<Self> {
        Some(Self { morphology: Morphology::open("pt")?, to: to.clone() })
    }

    /// Rewrites each sentence for its form.
    pub(crate) fn rewrite(&self, sentences: &[(AlignedText, Form)]) -> Vec<String> {
        let targets: Vec<String> = sentences.iter().map(|(s, _)| s.target.clone()).collect();
        let analysed = self.morphology.analyse(&targets);
        let possible: Vec<String> = analysed.iter().flatten().flat_map(rewrite::possible).collect();
        self.morphology.generate(&possible);
        // French says its subject pronouns, the others leave them to the verb.
        let drop = self.to.primary() != "fr";
        let plural = matches!(self.to.primary(), "fr" | "it" | "ca");
        let rewritten = sentences.iter().zip(&analysed).map(|((sentence, form), pieces)| {
            Rewrite::new(&self.morphology, sentence, pieces, *form, drop, plural).text()
        });
        rewritten.collect()
    }
}

/// Whether an English sentence speaks to somebody: only such need rewriting.
pub(crate) fn speaks_to_somebody(sentence: &str) -> bool {
    let words = english::words(sentence);
    let opens = |at: usize| at == 0 || words[at - 1].clause_ends;
    words.iter().any(|w| english::is_you(&w.text) || english::is_your(&w.text))
        || (0..words.len()).any(|at| opens(at) && english::subject(&words, at) == english::Subject::Nobody)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Aligned word by word.
    fn aligned(source: &str, target: &str, links: &[(&str, &str)]) -> AlignedText {
        let range = |text: &str, word: &str| {
            let at = text.find(word).unwrap();
            at..at + word.len()
        };
        let links = links.iter().map(|(t, s)| (range(target, t), range(source, s))).collect();
        AlignedText { source: source.to_owned(), target: target.to_owned(), links }
    }

    #[test]
    fn verbs_pronouns_and_possessives_follow() {
        let es = "es".parse().unwrap();
        let Some(address) = Address::open(&es) else { return };
        let cases = [
            (
                aligned(
                    "You want your money.",
                    "Você quer o seu dinheiro.",
                    &[("quer", "want"), ("seu", "your")],
                ),
                "Queres o teu dinheiro.",
            ),
            (aligned("Tell me.", "Diga-me.", &[("Diga-me", "Tell")]), "Diz-me."),
            (
                aligned(
                    "He wants his money.",
                    "Ele quer o seu dinheiro.",
                    &[("quer", "wants"), ("seu", "his")],
                ),
                "Ele quer o seu dinheiro.",
            ),
            (
                aligned("This is for you.", "Isto é para você.", &[("é", "is"), ("você", "you")]),
                "Isto é para ti.",
            ),
            (
                aligned("Do you know where it is?", "Sabe onde está?", &[("Sabe", "know"), ("está", "is")]),
                "Sabes onde está?",
            ),
            (
                aligned("You have to go.", "Você tem que ir.", &[("tem que", "have to"), ("ir", "go")]),
                "Tens que ir.",
            ),
            (
                aligned(
                    "If you decide, I can help you.",
                    "Se você decidir, eu posso ajudá-lo.",
                    &[("Se", "If"), ("decidir", "decide"), ("posso", "can"), ("ajudá-lo", "you")],
                ),
                "Se decidires, eu posso ajudar-te.",
            ),
            (
                aligned(
                    "You don't have to worry about anything.",
                    "Você não tem de se preocupar com nada.",
                    &[("tem de", "have to"), ("preocupar", "worry"), ("nada", "anything")],
                ),
                "Não tens de te preocupar com nada.",
            ),
            (
                aligned(
                    "If you hear it, feel free.",
                    "Se você ouvir isso, sinta-se livre.",
                    &[("Se", "If"), ("ouvir", "hear"), ("sinta-se", "feel"), ("livre", "free")],
                ),
                "Se ouvires isso, sente-te livre.",
            ),
            (
                aligned("I will send you this.", "Vou enviar-lhe isto.", &[("enviar-lhe", "send you")]),
                "Vou enviar-te isto.",
            ),
        ];
        for (sentence, wanted) in cases {
            assert_eq!(address.rewrite(&[(sentence, Form::Tu)]), [wanted]);
        }
    }
}
