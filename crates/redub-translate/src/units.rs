//! Units of measure and money: a number that keeps its value under another unit is wrong ("40 miles" is not "40 km").

use crate::checks::is_number_word;

/// Words of one unit system of one quantity, in all languages spoken (lower case; symbols as [`tokens`] gives them).
struct System {
    quantity: &'static str,
    words: &'static [&'static str],
}

/// Systems of one quantity exclude each other. Words that are more often something else ("mil", "oz", "t") are left out.
const SYSTEMS: &[System] = &[
    System {
        quantity: "length",
        words: &[
            "mile",
            "miles",
            "mi",
            "mph",
            "foot",
            "feet",
            "ft",
            "inch",
            "inches",
            "yard",
            "yards",
            "milla",
            "millas",
            "pie",
            "pies",
            "pulgada",
            "pulgadas",
            "yarda",
            "yardas",
            "mille",
            "milles",
            "pied",
            "pieds",
            "pouce",
            "pouces",
            "verge",
            "verges",
            "miglio",
            "miglia",
            "piede",
            "piedi",
            "pollice",
            "pollici",
            "iarda",
            "iarde",
            "milha",
            "milhas",
            "pé",
            "pés",
            "polegada",
            "polegadas",
            "jarda",
            "jardas",
            "meile",
            "meilen",
            "fuß",
            "fuss",
            "zoll",
            "peu",
            "peus",
            "polzada",
            "polzades",
        ],
    },
    System {
        quantity: "length",
        words: &[
            "km",
            "kms",
            "kmh",
            "cm",
            "mm",
            "kilometer",
            "kilometers",
            "kilometre",
            "kilometres",
            "meter",
            "meters",
            "metre",
            "metres",
            "centimeter",
            "centimeters",
            "centimetre",
            "centimetres",
            "kilómetro",
            "kilómetros",
            "metro",
            "metros",
            "centímetro",
            "centímetros",
            "kilomètre",
            "kilomètres",
            "mètre",
            "mètres",
            "centimètre",
            "centimètres",
            "chilometro",
            "chilometri",
            "metri",
            "centimetro",
            "centimetri",
            "quilômetro",
            "quilômetros",
            "quilómetro",
            "quilómetros",
            "kilometern",
            "metern",
            "zentimeter",
            "zentimetern",
            "quilòmetre",
            "quilòmetres",
            "centímetre",
            "centímetres",
        ],
    },
    System {
        quantity: "weight",
        words: &[
            "pound", "pounds", "lb", "lbs", "ounce", "ounces", "libra", "libras", "onza", "onzas", "livre",
            "livres", "once", "onces", "libbra", "libbre", "oncia", "onça", "onças", "pfund", "unze",
            "unzen", "lliura", "lliures", "unça", "unces",
        ],
    },
    System {
        quantity: "weight",
        words: &[
            "kg",
            "kilo",
            "kilos",
            "kilogram",
            "kilograms",
            "gram",
            "grams",
            "kilogramo",
            "kilogramos",
            "gramo",
            "gramos",
            "kilogramme",
            "kilogrammes",
            "gramme",
            "grammes",
            "chilo",
            "chili",
            "chilogrammo",
            "chilogrammi",
            "grammo",
            "grammi",
            "quilo",
            "quilos",
            "quilograma",
            "quilogramas",
            "grama",
            "gramas",
            "kilogramm",
            "gramm",
            "quilogram",
            "quilograms",
        ],
    },
    System {
        quantity: "volume",
        words: &[
            "gallon", "gallons", "pint", "pints", "galón", "galones", "pinta", "pintas", "pinte", "pintes",
            "gallone", "galloni", "galão", "galões", "gallonen", "galó", "galons",
        ],
    },
    System {
        quantity: "volume",
        words: &[
            "liter",
            "liters",
            "litre",
            "litres",
            "litro",
            "litros",
            "litri",
            "litern",
            "milliliter",
            "milliliters",
            "mililitros",
            "millilitres",
            "millilitri",
        ],
    },
    System { quantity: "temperature", words: &["fahrenheit", "°f"] },
    System {
        quantity: "temperature",
        words: &[
            "°c",
            "celsius",
            "centigrade",
            "centígrado",
            "centígrados",
            "centigrado",
            "centigradi",
            "centigrades",
        ],
    },
    System {
        quantity: "money",
        words: &[
            "$", "dollar", "dollars", "dólar", "dólares", "dollaro", "dollari", "dòlar", "dòlars", "bucks",
            "usd",
        ],
    },
    System { quantity: "money", words: &["€", "euro", "euros", "eur"] },
    System {
        quantity: "money",
        words: &[
            "£",
            "pound",
            "pounds",
            "libra",
            "libras",
            "livre",
            "livres",
            "sterlina",
            "sterline",
            "pfund",
            "lliura",
            "lliures",
            "esterlinas",
            "gbp",
        ],
    },
    System { quantity: "money", words: &["yen", "yens", "¥", "ienes", "jpy"] },
];

/// A unit that stands after a number in `source` and that `target` has exchanged for one of another system: both words.
pub fn exchanged(source: &str, target: &str) -> Option<(String, String)> {
    let (said, made) = (tokens(source), tokens(target));
    let of = |tokens: &[String], system: &System| {
        tokens.iter().find(|t| system.words.contains(&t.as_str())).cloned()
    };
    SYSTEMS.iter().find_map(|own| {
        let unit = measured(&said, own)?;
        if of(&made, own).is_some() {
            return None;
        }
        let other = |s: &&System| s.quantity == own.quantity && !std::ptr::eq(*s, own);
        let systems = SYSTEMS.iter().filter(other).filter(|s| of(&said, s).is_none());
        systems.filter_map(|s| of(&made, s)).next().map(|other| (unit, other))
    })
}

/// The system's first word with a number beside it: at most two words before, or, as of a sign, just behind.
fn measured(tokens: &[String], system: &System) -> Option<String> {
    let number = |t: &String| t.starts_with(|c: char| c.is_ascii_digit()) || is_number_word(t);
    (0..tokens.len()).find_map(|i| {
        let unit = &tokens[i];
        let before = tokens[i.saturating_sub(3)..i].iter().any(number);
        let behind = unit.chars().count() == 1 && tokens.get(i + 1).is_some_and(number);
        (system.words.contains(&unit.as_str()) && (before || behind)).then(|| unit.clone())
    })
}

/// Words, numbers and signs of a text in lower case: "40km, $5 or 70 °F" → 40, km, $, 5, or, 70, °f.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last = None;
    let mut chars =
        text.to_lowercase().replace("km/h", "kmh").chars().collect::<Vec<_>>().into_iter().peekable();
    while let Some(c) = chars.next() {
        let kind = match c {
            _ if c.is_alphabetic() => Some(0),
            _ if c.is_ascii_digit() => Some(1),
            '$' | '€' | '£' | '¥' => Some(2),
            '°' | 'º' => {
                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                    chars.next();
                }
                if let Some(scale @ ('c' | 'f')) = chars.peek().copied() {
                    chars.next();
                    tokens.push(format!("°{scale}"));
                }
                last = None;
                continue;
            }
            _ => None,
        };
        match (kind, tokens.last_mut()) {
            (Some(kind), Some(token)) if kind < 2 && last == Some(kind) => token.push(c),
            (Some(_), _) => tokens.push(c.to_string()),
            (None, _) => {}
        }
        last = kind;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_of_another_system_is_seen() {
        for (source, target) in [
            ("The town is 40 miles away.", "El pueblo está a 40 km."),
            ("The town is forty miles away.", "La ville est à quarante kilomètres."),
            ("He is 6 feet tall.", "Ele tem 6 metros de altura."),
            ("It weighs 200 pounds.", "Pesa 200 chili."),
            ("It weighs 200 pounds.", "Pesa 200 kg."),
            ("It was 90 degrees Fahrenheit.", "Es war 90 Grad Celsius."),
            ("It was 90 °F.", "Il faisait 90 °C."),
            ("That costs $5 million.", "Eso cuesta 5 millones de euros."),
            ("That costs 20 dollars.", "Isso custa 20 libras."),
            ("Está a 40 kilómetros.", "It is 40 miles away."),
            ("Cela coûte 15 euros.", "That is 15 dollars."),
            ("Das sind 30 Kilometer.", "That is 30 miles."),
            ("Costa 15 €.", "It costs $15."),
        ] {
            assert!(exchanged(source, target).is_some(), "{source} → {target}");
        }
    }

    #[test]
    fn the_same_unit_in_other_words_is_none() {
        for (source, target) in [
            ("The town is 40 miles away.", "El pueblo está a 40 millas."),
            ("It is 40 miles or 64 km away.", "Está a 64 km."),
            ("He is 6 feet tall.", "Mide 6 pies."),
            ("It weighs 200 pounds.", "Pesa 200 libras."),
            ("It costs 200 pounds.", "Costa 200 sterline."),
            ("That costs $5 million.", "Cela coûte 5 millions de dollars."),
            ("I took the metro with 5 friends on foot.", "Tomé el metro con 5 amigos."),
            ("There are miles to go.", "Faltan kilómetros."),
            ("It was 90 °F.", "Hacía 90 grados Fahrenheit."),
            ("Das sind 30 Kilometer.", "That is 30 kilometres."),
            ("Five thousand people came.", "Vinieron cinco mil personas."),
        ] {
            assert_eq!(exchanged(source, target), None, "{source} → {target}");
        }
    }
}
