//! The form of an answer, and reading it.

use serde_json::{Map, Value, json};

/// JSON schema of an answer: an object with one string for each of `ids` and nothing else.
pub fn schema(ids: &[String]) -> Value {
    let properties: Map<String, Value> =
        ids.iter().map(|id| (id.clone(), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "properties": properties, "required": ids, "additionalProperties": false })
}

/// The same as a GBNF grammar (llama.cpp), the names of the lines fixed in it.
pub fn grammar(ids: &[String]) -> String {
    let pairs: Vec<String> = ids.iter().map(|id| format!("\"\\\"{id}\\\":\" ws string")).collect();
    format!(
        "root ::= \"{{\" ws {} ws \"}}\"\nws ::= [ \\n]?\nstring ::= \"\\\"\" char* \"\\\"\"\n\
         char ::= [^\"\\\\\\x00-\\x1f] | \"\\\\\" [\"\\\\/bfnrt]\n",
        pairs.join(" ws \",\" ws ")
    )
}

/// Reads an answer: the strings of `ids` in order, `None` for those that are missing or empty. Text around the
/// object is passed over.
pub fn parse(answer: &str, ids: &[String]) -> Vec<Option<String>> {
    let object = answer.find('{').zip(answer.rfind('}')).and_then(|(from, to)| answer.get(from..=to));
    let value =
        object.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok()).unwrap_or_default();
    let string = |id: &String| {
        let text = value.get(id)?.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(text).filter(|t| !t.is_empty())
    };
    ids.iter().map(string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Vec<String> {
        vec!["L1".into(), "L2".into()]
    }

    #[test]
    fn schema_and_grammar_hold_the_ids() {
        assert_eq!(schema(&ids())["required"], json!(["L1", "L2"]));
        let grammar = grammar(&ids());
        assert!(
            grammar
                .starts_with(r#"root ::= "{" ws "\"L1\":" ws string ws "," ws "\"L2\":" ws string ws "}""#)
        );
    }

    #[test]
    fn answers_are_read_whatever_stands_around_them() {
        let answer = "Sure!\n```json\n{\"L1\": \"Hola,\\n mundo\", \"L3\": \"x\"}\n```";
        assert_eq!(parse(answer, &ids()), [Some("Hola, mundo".to_owned()), None]);
        assert_eq!(parse("no", &ids()), [None, None]);
    }
}
