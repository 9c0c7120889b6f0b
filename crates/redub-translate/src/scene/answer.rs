//! The form of an answer, and reading it.

use serde_json::{Map, Value, json};

/// Characters of one line, at most: more than anybody says in one breath.
const MOST_CHARACTERS: usize = 600;

/// Controls and blanks, as a class of GBNF writes them: what no string begins with.
const BLANK: &str = "\\x00-\\x20\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028-\\u2029\\u202f\\u205f\\u3000";

/// The form of an answer: one string for each line, under the line's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Names of the lines, in order.
    pub lines: Vec<String>,
}

impl Form {
    /// JSON schema of the answer: an object with one string for each line and nothing else.
    pub fn schema(&self) -> Value {
        let properties: Map<String, Value> =
            self.lines.iter().map(|id| (id.clone(), json!({ "type": "string" }))).collect();
        json!({ "type": "object", "properties": properties, "required": self.lines, "additionalProperties": false })
    }

    /// Reads an answer: the strings of the lines in order, `None` for those that are missing or empty. Text around the
    /// object is passed over.
    pub fn read(&self, answer: &str) -> Vec<Option<String>> {
        let object = answer.find('{').zip(answer.rfind('}')).and_then(|(from, to)| answer.get(from..=to));
        let value =
            object.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok()).unwrap_or_default();
        let string = |id: &String| {
            let text = value.get(id)?.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(text).filter(|t| !t.is_empty())
        };
        self.lines.iter().map(string).collect()
    }
}

/// A place in a text that a model fills: one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What stands before it.
    pub lead: String,
    /// Its characters, at most.
    pub most: usize,
}

impl Gap {
    /// What may fill it as a GBNF grammar (llama.cpp): one line that begins with no blank but the
    /// one after the colon, ended by a line break.
    pub fn grammar(&self) -> String {
        let more = self.most.clamp(1, MOST_CHARACTERS) - 1;
        format!("root ::= \" \"? [^{BLANK}] [^\\x00-\\x1f\\x7f-\\x9f]{{0,{more}}} \"\\n\"\n")
    }

    /// Reads what filled gaps, one a line: `None` for an empty one. The grammar lets none be empty.
    pub fn read(text: &str, gaps: usize) -> Vec<Option<String>> {
        let one = |line: &str| Some(line.trim().to_owned()).filter(|t| !t.is_empty());
        let mut lines: Vec<Option<String>> = text.split('\n').map(one).collect();
        lines.resize(gaps, None);
        lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn form() -> Form {
        Form { lines: vec!["L1".into(), "L2".into()] }
    }

    #[test]
    fn a_schema_holds_the_ids() {
        assert_eq!(form().schema()["required"], json!(["L1", "L2"]));
    }

    #[test]
    fn answers_are_read_whatever_stands_around_them() {
        let answer = "Sure!\n```json\n{\"L1\": \"Hola,\\n mundo\", \"L3\": \"x\"}\n```";
        assert_eq!(form().read(answer), [Some("Hola, mundo".to_owned()), None]);
        assert_eq!(form().read("no"), [None, None]);
    }

    /// The grammar as a regular expression: its one rule is classes, a count and a text.
    fn admitted(most: usize) -> Regex {
        let grammar = Gap { lead: String::new(), most }.grammar();
        let rule = grammar.strip_prefix("root ::= ").unwrap().trim_end();
        Regex::new(&format!(
            "^(?:{})$",
            rule.replace("\" \"?", "\\x20?").replace(' ', "").replace("\"\\n\"", "\\n")
        ))
        .unwrap()
    }

    proptest! {
        /// Whatever is let through is read as one line a gap, and whatever says something in one line is let through.
        #[test]
        fn the_grammar_admits_what_the_reader_reads(texts in prop::collection::vec("(?s) {0,2}.{0,14}", 1..5)) {
            let admitted = admitted(12);
            let through = |t: &String| admitted.is_match(&format!("{t}\n"));
            let one_line = |t: &str| !t.chars().any(char::is_control) && t.chars().count() <= 12;
            let says_something = |t: &String| {
                let t = t.strip_prefix(' ').unwrap_or(t);
                !t.trim().is_empty() && t.trim_start() == t && one_line(t)
            };
            for text in &texts {
                prop_assert_eq!(through(text), says_something(text), "{:?}", text);
            }
            if texts.iter().all(through) {
                let read = Gap::read(&texts.join("\n"), texts.len());
                let said: Vec<_> = texts.iter().map(|t| Some(t.trim().to_owned())).collect();
                prop_assert_eq!(read, said);
            }
        }
    }
}
