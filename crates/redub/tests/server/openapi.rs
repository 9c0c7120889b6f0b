//! The API's own description: what it says is what HeyGen's clients expect, and more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{Server, data};

/// HeyGen's v3 API as far as video translation needs it, one operation or field per line: operation, place (`query`,
/// `path`, `header`, `body`, `answer`), field, required or optional, type, values. Rebuilt from what its official clients
/// send and read.
const CONTRACT: &str = include_str!("contract.tsv");

/// What of the same API is not offered: these are about making voices and pictures, not about dubbing.
const NOT_OFFERED: [&str; 6] = [
    "GET /v3/assets/search",
    "GET /v3/brand-kits",
    "POST /v3/voices",
    "POST /v3/voices/clone",
    "POST /v3/voices/speech",
    "DELETE /v3/voices/{voice_id}",
];

/// Fields that are left out or different on purpose, with the reason.
const DIFFERENT: [(&str, &str); 9] = [
    ("GET /v3/users/me answer data.billing_type", "nothing is billed"),
    ("GET /v3/users/me answer data.subscription", "nothing is billed"),
    ("GET /v3/users/me answer data.usage_based", "nothing is billed"),
    ("GET /v3/users/me answer data.wallet", "nothing is billed"),
    ("GET /v3/voices answer data[].preview_audio_url", "there are no previews of voices"),
    ("GET /v3/voices/{voice_id} answer data.preview_audio_url", "there are no previews of voices"),
    ("GET /v3/voices/{voice_id} answer data.created_at", "stock voices come with the program"),
    ("GET /v3/voices/{voice_id} answer data.failure_message", "stock voices cannot fail"),
    ("DELETE /v3/webhooks/endpoints/{endpoint_id} answer error", "an error is an answer of its own"),
];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Field {
    required: bool,
    types: BTreeSet<String>,
    values: BTreeSet<String>,
}

/// `METHOD path place field` → what is known of it.
type Fields = BTreeMap<String, Field>;

fn contract() -> Fields {
    let split = |text: &str, by: char| -> BTreeSet<String> {
        text.split(by).filter(|t| *t != "-").map(str::to_owned).collect()
    };
    let mut fields = Fields::new();
    for line in CONTRACT.lines() {
        let [op, place, field, required, types, values] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let known = fields.entry(format!("{op} {place} {field}")).or_default();
        known.required |= required == "required";
        known.types.extend(split(types, '|'));
        known.values.extend(split(values, ','));
    }
    fields
}

struct Spec(Value);

impl Spec {
    fn deref<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(path) => {
                self.deref(self.0.pointer(path.trim_start_matches('#')).unwrap_or_else(|| panic!("{path}")))
            }
            None => schema,
        }
    }

    /// A schema and the alternatives it is made of.
    fn parts<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.deref(schema);
        let inner =
            ["oneOf", "anyOf", "allOf"].iter().flat_map(|k| schema[*k].as_array().into_iter().flatten());
        inner.flat_map(|s| self.parts(s)).chain([schema]).collect()
    }

    fn describe(&self, schema: &Value) -> Field {
        let mut field = Field::default();
        for part in self.parts(schema) {
            match &part["type"] {
                Value::String(one) => drop(field.types.insert(one.clone())),
                Value::Array(many) => {
                    field.types.extend(many.iter().filter_map(|t| Some(t.as_str()?.to_owned())))
                }
                _ => {}
            }
            let values = part["enum"].as_array().into_iter().flatten().chain(part.get("const"));
            field.values.extend(values.filter_map(|v| Some(v.as_str()?.to_owned())));
        }
        field.types.remove("null");
        field
    }

    fn walk(&self, at: &str, path: &str, schema: &Value, fields: &mut Fields) {
        for part in self.parts(schema) {
            let required: Vec<&str> =
                part["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (name, schema) in part["properties"].as_object().into_iter().flatten() {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let described = self.describe(schema);
                let known = fields.entry(format!("{at} {path}")).or_default();
                known.required |= required.contains(&name.as_str());
                known.types.extend(described.types);
                known.values.extend(described.values);
                self.walk(at, &path, schema, fields);
                for part in self.parts(schema) {
                    if let Some(items) = part.get("items") {
                        self.walk(at, &format!("{path}[]"), items, fields);
                    }
                }
            }
        }
    }

    fn fields(&self) -> Fields {
        let mut fields = Fields::new();
        for (path, operations) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let op = format!("{} {path}", method.to_uppercase());
                fields.insert(format!("{op} operation -"), Field::default());
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let mut field = self.describe(&parameter["schema"]);
                    field.required = parameter["required"] == true;
                    let at = format!(
                        "{op} {} {}",
                        parameter["in"].as_str().unwrap(),
                        parameter["name"].as_str().unwrap()
                    );
                    fields.insert(at, field);
                }
                for content in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                    self.walk(&format!("{op} body"), "", &content.1["schema"], &mut fields);
                }
                for (status, answer) in operation["responses"].as_object().unwrap() {
                    for content in answer["content"]
                        .as_object()
                        .into_iter()
                        .flatten()
                        .filter(|_| status.starts_with('2'))
                    {
                        self.walk(&format!("{op} answer"), "", &content.1["schema"], &mut fields);
                    }
                }
            }
        }
        fields
    }
}

fn served() -> (Server, tempfile::TempDir, Spec) {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let spec = Spec(server.get("/openapi.json").ok());
    (server, data, spec)
}

#[test]
fn every_path_field_and_value_of_the_contract_is_there() {
    let (_server, _data, spec) = served();
    let (ours, theirs) = (spec.fields(), contract());
    let mut wrong = Vec::new();
    for (name, their) in &theirs {
        if NOT_OFFERED.iter().any(|op| name.starts_with(&format!("{op} ")))
            || DIFFERENT.iter().any(|d| name.starts_with(d.0))
        {
            continue;
        }
        let Some(our) = ours.get(name) else {
            wrong.push(format!("{name} is missing"));
            continue;
        };
        let answer = name.contains(" answer ");
        if our.required && !their.required && !answer {
            wrong.push(format!("{name} is required here"));
        }
        if !their.types.is_empty() && !our.types.is_superset(&their.types) {
            wrong.push(format!("{name} is {:?}, not {:?}", our.types, their.types));
        }
        let fits = if answer {
            their.values.is_superset(&our.values)
        } else {
            our.values.is_superset(&their.values)
        };
        // A text of ours may be anything; only a list of values can be too short.
        if !their.values.is_empty() && !our.values.is_empty() && !fits {
            wrong.push(format!("{name} has the values {:?}, not {:?}", our.values, their.values));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What goes beyond the contract, so that nothing does by accident.
#[test]
fn supersets_are_intended() {
    let (_server, _data, spec) = served();
    let theirs = contract();
    let beyond: Vec<String> = spec.fields().into_keys().filter(|name| !theirs.contains_key(name)).collect();
    insta::assert_snapshot!(beyond.join("\n"));
}

/// A change of the wire cannot be silent.
#[test]
fn the_description_is_as_it_was() {
    let (_server, _data, spec) = served();
    insta::assert_snapshot!(serde_json::to_string_pretty(&spec.0).unwrap());
}

#[test]
fn every_operation_says_what_it_does_and_how_it_fails() {
    let (server, _data, spec) = served();
    for (path, operations) in spec.0["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let text =
                operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
            assert!(text.len() >= 8, "{method} {path} says nothing");
            let answers = operation["responses"].as_object().unwrap();
            let open = path.starts_with("/uploads/");
            assert!(open || answers.contains_key("401"), "{method} {path} has no 401");
            assert!(
                operation["requestBody"].is_null() || answers.contains_key("413"),
                "{method} {path} has no 413"
            );
        }
    }
    let page = server.get("/docs");
    assert!(page.body.as_str().unwrap().contains("/openapi.json") && page.status == 200);
}
