//! Verbs whose complement agrees with their subject or object.

/// What is said with these is said of the subject ("estoy cansado", "je suis allé").
pub fn links(language: &str, lemma: &str) -> bool {
    let verbs: &[&str] = match language {
        "es" => &[
            "ser",
            "estar",
            "quedar",
            "parecer",
            "nacer",
            "seguir",
            "andar",
            "permanecer",
            "resultar",
            "acabar",
            "terminar",
        ],
        "pt" => &[
            "ser",
            "estar",
            "ficar",
            "andar",
            "nascer",
            "crescer",
            "parecer",
            "continuar",
            "permanecer",
            "acabar",
        ],
        "it" => &[
            "essere",
            "stare",
            "diventare",
            "restare",
            "rimanere",
            "sembrare",
            "parere",
            "nascere",
            "crescere",
        ],
        "fr" => &["être", "rester", "devenir", "sembler", "paraître", "demeurer", "naître", "tomber"],
        _ => &[],
    };
    verbs.contains(&lemma)
}

/// These do so when they act on their own subject ("me siento cansado").
pub fn links_reflexive(language: &str, lemma: &str) -> bool {
    let verbs: &[&str] = match language {
        "es" => {
            &["sentir", "volver", "poner", "hacer", "creer", "considerar", "ver", "encontrar", "mantener"]
        }
        "pt" => &["sentir", "tornar", "considerar", "achar", "ver", "encontrar", "manter"],
        "it" => &["sentire", "considerare", "ritenere", "trovare", "rendere", "vedere", "tenere"],
        "fr" => &["sentir", "trouver", "croire", "rendre", "considérer", "retrouver"],
        _ => &[],
    };
    verbs.contains(&lemma)
}

/// What is said with these is said of the object ("me dejó cansado").
pub fn links_object(language: &str, lemma: &str) -> bool {
    let verbs: &[&str] = match language {
        "es" => &["dejar", "volver", "poner", "hacer", "tener", "encontrar"],
        "pt" => &["deixar", "tornar", "fazer", "pôr", "encontrar"],
        "it" => &["rendere", "fare", "lasciare", "trovare"],
        "fr" => &["rendre", "laisser", "trouver"],
        _ => &[],
    };
    verbs.contains(&lemma)
}

/// Auxiliaries whose participle does not agree, but whose compound with a linking verb links ("he estado cansado").
pub fn is_auxiliary(lemma: &str) -> bool {
    ["haber", "ter", "haver", "avere", "avoir"].contains(&lemma)
}

/// Adverbs of degree that look like adjectives and do not agree.
pub fn is_degree(word: &str) -> bool {
    [
        "muito",
        "pouco",
        "tão",
        "bem",
        "mais",
        "menos",
        "molto",
        "poco",
        "tanto",
        "troppo",
        "più",
        "mucho",
        "demasiado",
    ]
    .contains(&word)
}

/// Words that stress a pronoun and agree with it ("yo mismo", "da solo").
pub fn stresses(lemma: &str) -> bool {
    ["mismo", "solo", "mesmo", "próprio", "sozinho", "stesso", "seul", "só"].contains(&lemma)
}

/// Words that say of the speaker what the sentence leaves unsaid, at its start ("Encantado de…", "Désolé,").
pub const ELLIPTIC: &[(&str, &str, &str)] = &[
    ("es", "encantado", "encantada"),
    ("es", "agradecido", "agradecida"),
    ("pt", "obrigado", "obrigada"),
    ("pt", "grato", "grata"),
    ("pt", "encantado", "encantada"),
    ("it", "lieto", "lieta"),
    ("it", "grato", "grata"),
    ("it", "felicissimo", "felicissima"),
    ("fr", "désolé", "désolée"),
    ("fr", "enchanté", "enchantée"),
    ("fr", "ravi", "ravie"),
    ("fr", "navré", "navrée"),
];
