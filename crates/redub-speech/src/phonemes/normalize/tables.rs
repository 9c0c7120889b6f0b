//! What each language calls its currencies, units and abbreviations.

use redub_core::Language;

/// A currency: its sign, its name for one and for many.
pub struct Currency {
    pub sign: &'static str,
    pub one: &'static str,
    pub many: &'static str,
}

/// The words of one language.
pub struct Tables {
    /// Decimal mark.
    pub decimal: char,
    /// Said between whole units and hundredths, with a space after it.
    pub and_cents: &'static str,
    /// Words such as `million` that stand between a number and its currency.
    pub scales: &'static [&'static str],
    /// Said between such a word and the currency, with a space after it.
    pub of_scale: &'static str,
    /// Longer signs before the shorter ones they contain.
    pub currencies: &'static [Currency],
    /// Sign, name for one, name for many. Case matters.
    pub units: &'static [(&'static str, &'static str, &'static str)],
    /// As written, and as read.
    pub abbreviations: &'static [(&'static str, &'static str)],
    /// `hour`, `hours` where times are written `10h30`.
    pub hours: Option<(&'static str, &'static str)>,
    /// Whether years before 2000 are read in pairs of digits.
    pub paired_years: bool,
    /// Whether ordinals are written `XXIe`.
    pub roman_ordinals: bool,
}

/// The tables of a language; `None` where everything is left to the phonemizer.
pub fn of(language: &Language) -> Option<&'static Tables> {
    Some(match language.primary() {
        "en" => &ENGLISH,
        "es" => &SPANISH,
        "fr" => &FRENCH,
        "it" => &ITALIAN,
        "pt" => &PORTUGUESE,
        "de" => &GERMAN,
        _ => return None,
    })
}

const fn currency(sign: &'static str, one: &'static str, many: &'static str) -> Currency {
    Currency { sign, one, many }
}

static ENGLISH: Tables = Tables {
    decimal: '.',
    and_cents: "",
    scales: &["thousand", "million", "billion", "trillion"],
    of_scale: "",
    currencies: &[
        currency("US$", "dollar", "dollars"),
        currency("$", "dollar", "dollars"),
        currency("£", "pound", "pounds"),
        currency("€", "euro", "euros"),
        currency("¥", "yen", "yen"),
    ],
    units: &[
        ("km/h", "kilometer per hour", "kilometers per hour"),
        ("mph", "mile per hour", "miles per hour"),
        ("km", "kilometer", "kilometers"),
        ("cm", "centimeter", "centimeters"),
        ("mm", "millimeter", "millimeters"),
        ("m", "meter", "meters"),
        ("kg", "kilogram", "kilograms"),
        ("mg", "milligram", "milligrams"),
        ("ft", "foot", "feet"),
        ("lb", "pound", "pounds"),
        ("lbs", "pound", "pounds"),
        ("GB", "gigabyte", "gigabytes"),
        ("MB", "megabyte", "megabytes"),
        ("kHz", "kilohertz", "kilohertz"),
        ("Hz", "hertz", "hertz"),
        ("°C", "degree Celsius", "degrees Celsius"),
        ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ],
    abbreviations: &[
        ("Dr.", "Doctor"),
        ("Mr.", "Mister"),
        ("Mrs.", "Missis"),
        ("Ms.", "Miz"),
        ("Prof.", "Professor"),
        ("St.", "Saint"),
        ("Jr.", "Junior"),
        ("Sr.", "Senior"),
        ("vs.", "versus"),
        ("vs", "versus"),
        ("etc.", "et cetera"),
        ("e.g.", "for example"),
        ("i.e.", "that is"),
        ("approx.", "approximately"),
        ("Inc.", "Incorporated"),
        ("Ltd.", "Limited"),
        ("Gov.", "Governor"),
        ("Sen.", "Senator"),
        ("Gen.", "General"),
    ],
    hours: None,
    paired_years: true,
    roman_ordinals: false,
};

static SPANISH: Tables = Tables {
    decimal: ',',
    and_cents: "",
    scales: &["millón", "millones"],
    of_scale: "de ",
    currencies: &[
        currency("US$", "dólar", "dólares"),
        currency("$", "dólar", "dólares"),
        currency("€", "euro", "euros"),
        currency("£", "libra", "libras"),
        currency("¥", "yen", "yenes"),
    ],
    units: &[
        ("km/h", "kilómetro por hora", "kilómetros por hora"),
        ("km", "kilómetro", "kilómetros"),
        ("cm", "centímetro", "centímetros"),
        ("mm", "milímetro", "milímetros"),
        ("m", "metro", "metros"),
        ("kg", "kilo", "kilos"),
        ("mg", "miligramo", "miligramos"),
        ("°C", "grado", "grados"),
    ],
    abbreviations: &[
        ("EE. UU.", "Estados Unidos"),
        ("EE.UU.", "Estados Unidos"),
        ("p. ej.", "por ejemplo"),
        ("Sra.", "señora"),
        ("Sr.", "señor"),
        ("Dra.", "doctora"),
        ("Dr.", "doctor"),
        ("Ud.", "usted"),
        ("Uds.", "ustedes"),
        ("Prof.", "profesor"),
        ("etc.", "etcétera"),
        ("nº", "número"),
        ("n.º", "número"),
        ("N.º", "número"),
        ("1.º", "primero"),
        ("1.ª", "primera"),
    ],
    hours: Some(("hora", "horas")),
    paired_years: false,
    roman_ordinals: false,
};

static FRENCH: Tables = Tables {
    decimal: ',',
    and_cents: "",
    scales: &["million", "millions", "milliard", "milliards"],
    of_scale: "de ",
    currencies: &[
        currency("$", "dollar", "dollars"),
        currency("€", "euro", "euros"),
        currency("£", "livre", "livres"),
    ],
    units: &[
        ("km/h", "kilomètre heure", "kilomètres heure"),
        ("cm", "centimètre", "centimètres"),
        ("mm", "millimètre", "millimètres"),
        ("m", "mètre", "mètres"),
        ("°C", "degré", "degrés"),
    ],
    abbreviations: &[
        ("p. ex.", "par exemple"),
        ("MM.", "Messieurs"),
        ("M.", "Monsieur"),
        ("Mme", "Madame"),
        ("Mlle", "Mademoiselle"),
        ("Dr", "docteur"),
        ("Pr", "professeur"),
        ("etc.", "et cetera"),
        ("n°", "numéro"),
        ("N°", "numéro"),
    ],
    hours: Some(("heure", "heures")),
    paired_years: false,
    roman_ordinals: true,
};

static ITALIAN: Tables = Tables {
    decimal: ',',
    and_cents: "e ",
    scales: &["milione", "milioni", "miliardo", "miliardi"],
    of_scale: "di ",
    currencies: &[
        currency("$", "dollaro", "dollari"),
        currency("€", "euro", "euro"),
        currency("£", "sterlina", "sterline"),
    ],
    units: &[
        ("km/h", "chilometro orario", "chilometri orari"),
        ("km", "chilometro", "chilometri"),
        ("cm", "centimetro", "centimetri"),
        ("mm", "millimetro", "millimetri"),
        ("m", "metro", "metri"),
        ("kg", "chilo", "chili"),
        ("°C", "grado", "gradi"),
    ],
    abbreviations: &[
        ("p. es.", "per esempio"),
        ("dott.ssa", "dottoressa"),
        ("dott.", "dottor"),
        ("Dott.", "Dottor"),
        ("sig.ra", "signora"),
        ("sig.", "signor"),
        ("Sig.ra", "Signora"),
        ("Sig.", "Signor"),
        ("prof.", "professor"),
        ("Prof.", "Professor"),
        ("ecc.", "eccetera"),
        ("n.", "numero"),
    ],
    hours: None,
    paired_years: false,
    roman_ordinals: false,
};

static PORTUGUESE: Tables = Tables {
    decimal: ',',
    and_cents: "e ",
    scales: &["milhão", "milhões", "bilhão", "bilhões"],
    of_scale: "de ",
    currencies: &[
        currency("R$", "real", "reais"),
        currency("US$", "dólar", "dólares"),
        currency("$", "dólar", "dólares"),
        currency("€", "euro", "euros"),
        currency("£", "libra", "libras"),
    ],
    units: &[
        ("km/h", "quilômetro por hora", "quilômetros por hora"),
        ("km", "quilômetro", "quilômetros"),
        ("cm", "centímetro", "centímetros"),
        ("mm", "milímetro", "milímetros"),
        ("m", "metro", "metros"),
        ("kg", "quilo", "quilos"),
        ("°C", "grau", "graus"),
    ],
    abbreviations: &[
        ("p. ex.", "por exemplo"),
        ("Sra.", "senhora"),
        ("Sr.", "senhor"),
        ("Dra.", "doutora"),
        ("Dr.", "doutor"),
        ("Prof.", "professor"),
        ("Profa.", "professora"),
        ("etc.", "etcétera"),
    ],
    hours: Some(("hora", "horas")),
    paired_years: false,
    roman_ordinals: false,
};

static GERMAN: Tables = Tables {
    decimal: ',',
    and_cents: "",
    scales: &["Million", "Millionen", "Milliarde", "Milliarden"],
    of_scale: "",
    currencies: &[
        currency("$", "Dollar", "Dollar"),
        currency("€", "Euro", "Euro"),
        currency("£", "Pfund", "Pfund"),
    ],
    units: &[
        ("km/h", "Kilometer pro Stunde", "Kilometer pro Stunde"),
        ("km", "Kilometer", "Kilometer"),
        ("cm", "Zentimeter", "Zentimeter"),
        ("mm", "Millimeter", "Millimeter"),
        ("m", "Meter", "Meter"),
        ("kg", "Kilogramm", "Kilogramm"),
        ("°C", "Grad", "Grad"),
    ],
    abbreviations: &[
        ("z. B.", "zum Beispiel"),
        ("z.B.", "zum Beispiel"),
        ("d. h.", "das heißt"),
        ("d.h.", "das heißt"),
        ("Dr.", "Doktor"),
        ("Prof.", "Professor"),
        ("Nr.", "Nummer"),
        ("usw.", "und so weiter"),
        ("bzw.", "beziehungsweise"),
        ("ca.", "zirka"),
    ],
    hours: None,
    paired_years: false,
    roman_ordinals: false,
};
