//! The Portuguese future subjunctive, which the pair leaves as an infinitive after "cuando" and as a subjunctive after "si".

/// Present indicative for the present subjunctive after "si".
const INDICATIVE: &[(&str, &str)] = &[
    ("tenga", "tiene"),
    ("tengan", "tienen"),
    ("sea", "es"),
    ("sean", "son"),
    ("esté", "está"),
    ("estén", "están"),
    ("pueda", "puede"),
    ("puedan", "pueden"),
    ("haga", "hace"),
    ("hagan", "hacen"),
    ("vaya", "va"),
    ("vayan", "van"),
    ("quiera", "quiere"),
    ("quieran", "quieren"),
    ("haya", "hay"),
    ("venga", "viene"),
    ("vengan", "vienen"),
    ("sepa", "sabe"),
    ("sepan", "saben"),
    ("diga", "dice"),
    ("digan", "dicen"),
    ("vea", "ve"),
    ("vean", "ven"),
    ("dé", "da"),
    ("den", "dan"),
];
/// Present subjunctive, third person, of verbs the regular endings do not give.
const IRREGULAR: &[(&str, &str)] = &[
    ("ser", "sea"),
    ("estar", "esté"),
    ("ir", "vaya"),
    ("haber", "haya"),
    ("tener", "tenga"),
    ("hacer", "haga"),
    ("poder", "pueda"),
    ("querer", "quiera"),
    ("venir", "venga"),
    ("saber", "sepa"),
    ("decir", "diga"),
    ("ver", "vea"),
    ("dar", "dé"),
    ("salir", "salga"),
    ("poner", "ponga"),
    ("traer", "traiga"),
    ("oír", "oiga"),
    ("volver", "vuelva"),
    ("encontrar", "encuentre"),
    ("empezar", "empiece"),
    ("comenzar", "comience"),
    ("pensar", "piense"),
    ("sentir", "sienta"),
    ("dormir", "duerma"),
    ("morir", "muera"),
    ("pedir", "pida"),
    ("conseguir", "consiga"),
    ("seguir", "siga"),
    ("perder", "pierda"),
    ("entender", "entienda"),
    ("cerrar", "cierre"),
    ("despertar", "despierte"),
    ("jugar", "juegue"),
    ("conocer", "conozca"),
    ("crecer", "crezca"),
    ("nacer", "nazca"),
    ("conducir", "conduzca"),
    ("mostrar", "muestre"),
];
const OPENERS: &[&str] = &["cuando", "siempre", "mientras"];
const SUBJECTS: &[&str] = &["usted", "él", "ella"];
const PLURALS: &[&str] = &["ustedes", "ellos", "ellas"];
const FILLERS: &[&str] = &["no", "se", "me", "le", "lo", "la", "les", "nos"];

/// Puts the verb after "cuando" and "si" into the mood Spanish uses.
pub fn mend(sentence: &str) -> String {
    let mut words: Vec<String> = sentence.split(' ').map(str::to_owned).collect();
    for i in 0..words.len() {
        let opener = words[i].trim_start_matches(['¿', '"']).to_lowercase();
        let temporal = OPENERS.contains(&opener.as_str());
        if !temporal && opener != "si" {
            continue;
        }
        let subject = words.get(i + 1).map(|w| w.to_lowercase()).unwrap_or_default();
        let plural = PLURALS.contains(&subject.as_str());
        let named = plural || SUBJECTS.contains(&subject.as_str());
        let mut at = i + 1 + usize::from(named);
        while words.get(at).is_some_and(|w| FILLERS.contains(&w.as_str())) {
            at += 1;
        }
        let Some(word) = words.get(at).cloned() else { continue };
        let verb = word.trim_end_matches(|c: char| !c.is_alphabetic());
        // Without a subject an infinitive may be right ("cuando llegar" is rare, "si" + infinitive is not Spanish).
        let better =
            if temporal { named.then(|| subjunctive(verb, plural)).flatten() } else { indicative(verb) };
        if let Some(better) = better {
            words[at] = format!("{better}{}", &word[verb.len()..]);
            let home = words.get(at + 1).is_some_and(|w| w == "en")
                && words.get(at + 2).is_some_and(|w| w.starts_with("casa"));
            if home && better.starts_with("llegue") {
                words[at + 1] = "a".to_owned();
            }
        }
    }
    words.join(" ")
}

fn indicative(verb: &str) -> Option<String> {
    INDICATIVE.iter().find(|(wrong, _)| *wrong == verb).map(|(_, right)| (*right).to_owned())
}

/// Third person present subjunctive of an infinitive.
fn subjunctive(infinitive: &str, plural: bool) -> Option<String> {
    let irregular =
        IRREGULAR.iter().find(|(verb, _)| *verb == infinitive).map(|(_, form)| (*form).to_owned());
    let form = irregular.or_else(|| {
        let stem = infinitive.get(..infinitive.len().checked_sub(2)?)?;
        if stem.len() < 2 {
            return None;
        }
        match infinitive.get(stem.len()..)? {
            "ar" => Some(match stem.chars().last()? {
                'g' => format!("{stem}ue"),
                'c' => format!("{}que", &stem[..stem.len() - 1]),
                'z' => format!("{}ce", &stem[..stem.len() - 1]),
                _ => format!("{stem}e"),
            }),
            "er" | "ir" => Some(match stem.chars().last()? {
                'g' => format!("{}ja", &stem[..stem.len() - 1]),
                _ => format!("{stem}a"),
            }),
            _ => None,
        }
    })?;
    Some(if plural { form.replace('é', "e") + "n" } else { form })
}
