//! Question words: their accent, and "lo que" that should be "qué".

/// Words that take the accent when they ask: plain, asking.
const ASKING: &[(&str, &str)] = &[
    ("como", "cómo"),
    ("que", "qué"),
    ("quien", "quién"),
    ("quienes", "quiénes"),
    ("donde", "dónde"),
    ("cuando", "cuándo"),
    ("cuanto", "cuánto"),
    ("cuanta", "cuánta"),
    ("cuantos", "cuántos"),
    ("cuantas", "cuántas"),
    ("cual", "cuál"),
    ("cuales", "cuáles"),
];
/// Verbs (and "sobre") after which "como" is a question.
const KNOWING: &[&str] = &[
    "sé",
    "saber",
    "sabe",
    "saben",
    "sabes",
    "sabemos",
    "ver",
    "ve",
    "vea",
    "explicar",
    "explica",
    "explique",
    "decir",
    "dime",
    "dígame",
    "entender",
    "entiendo",
    "entiende",
    "imaginar",
    "imagino",
    "mostrar",
    "enseñar",
    "aprender",
    "preguntar",
    "pregunta",
    "pregunto",
    "descubrir",
    "sobre",
    "recuerdo",
    "recuerda",
];
/// Verbs that stand before their subject in a question.
const MOVED: &[&str] = &["usted", "ustedes", "él", "ella", "ellos", "ellas"];

/// Puts accents where words ask and takes them where they compare.
pub fn accents(sentence: &str) -> String {
    let asks = sentence.trim_end_matches(['"', '”', '»', ')', '\'']).ends_with('?');
    let exclaims = sentence.starts_with("Que bueno")
        || sentence.starts_with("Que bien")
        || sentence.starts_with("Que pena");
    let mut words: Vec<String> = sentence.split(' ').map(str::to_owned).collect();
    for i in 0..words.len() {
        let before = if i == 0 { String::new() } else { words[i - 1].to_lowercase() };
        if words[i] == "cómo" && i > 0 && !asks && !KNOWING.contains(&before.as_str()) {
            words[i] = "como".to_owned();
        } else if words[i] == "como" && KNOWING.contains(&before.as_str()) && before != "sobre" {
            words[i] = "cómo".to_owned();
        }
    }
    if asks || exclaims {
        first_word(&mut words, asks);
    }
    words.join(" ")
}

/// The word that opens the question.
fn first_word(words: &mut Vec<String>, asks: bool) {
    if asks && words.len() > 3 && words[0].to_lowercase() == "lo" && words[1] == "que" {
        words.splice(0..2, ["Qué".to_owned()]);
    } else if let Some((_, asking)) = ASKING.iter().find(|(plain, _)| *plain == words[0].to_lowercase()) {
        words[0] = crate::polish::raise(asking);
    } else {
        return;
    }
    // "Qué usted piensa" → "Qué piensa usted"; a clitic or a negation goes with the verb.
    let opener = words[0].to_lowercase();
    let movable = asks && words.len() > 2 && MOVED.contains(&words[1].as_str()) && opener != "cuál";
    if movable {
        let verb = words[2..].iter().take_while(|w| CLITICS.contains(&w.as_str())).count() + 2;
        if verb < words.len() {
            let subject = words.remove(1);
            let mark = words[verb - 1].trim_start_matches(char::is_alphabetic).to_owned();
            let bare = words[verb - 1].trim_end_matches(|c: char| !c.is_alphabetic()).to_owned();
            words[verb - 1] = bare;
            words.insert(verb, format!("{subject}{mark}"));
        }
    }
}

const CLITICS: &[&str] = &["no", "me", "te", "se", "le", "les", "lo", "la", "los", "las", "nos"];
