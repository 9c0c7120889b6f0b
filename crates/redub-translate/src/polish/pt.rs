//! Portuguese: Brazilian spelling and everyday words, unless another region is asked for.

/// European → Brazilian, whole lower-case words whose meaning does not depend on context.
const BRAZILIAN: &[(&str, &str)] = &[
    ("facto", "fato"),
    ("factos", "fatos"),
    ("contacto", "contato"),
    ("contactos", "contatos"),
    ("equipa", "equipe"),
    ("equipas", "equipes"),
    ("telemóvel", "celular"),
    ("telemóveis", "celulares"),
    ("autocarro", "ônibus"),
    ("autocarros", "ônibus"),
    ("comboio", "trem"),
    ("comboios", "trens"),
    ("ecrã", "tela"),
    ("ecrãs", "telas"),
    ("económico", "econômico"),
    ("económica", "econômica"),
    ("económicos", "econômicos"),
    ("económicas", "econômicas"),
    ("académico", "acadêmico"),
    ("académica", "acadêmica"),
    ("electrónico", "eletrônico"),
    ("eletrónico", "eletrônico"),
    ("eletrónica", "eletrônica"),
    ("prémio", "prêmio"),
    ("prémios", "prêmios"),
    ("género", "gênero"),
    ("géneros", "gêneros"),
    ("fenómeno", "fenômeno"),
    ("fenómenos", "fenômenos"),
    ("génio", "gênio"),
    ("milénio", "milênio"),
    ("oxigénio", "oxigênio"),
    ("hidrogénio", "hidrogênio"),
    ("ténis", "tênis"),
    ("bebé", "bebê"),
    ("bebés", "bebês"),
    ("registo", "registro"),
    ("registos", "registros"),
    ("planear", "planejar"),
    ("planeamento", "planejamento"),
    ("utilizador", "usuário"),
    ("utilizadores", "usuários"),
    ("desporto", "esporte"),
    ("desportos", "esportes"),
    ("desportivo", "esportivo"),
    ("desportiva", "esportiva"),
    ("connosco", "conosco"),
    ("quotidiano", "cotidiano"),
    ("dezasseis", "dezesseis"),
    ("dezassete", "dezessete"),
    ("dezanove", "dezenove"),
    ("catorze", "quatorze"),
    ("acção", "ação"),
    ("acções", "ações"),
    ("direcção", "direção"),
    ("actual", "atual"),
    ("objectivo", "objetivo"),
    ("projecto", "projeto"),
    ("óptimo", "ótimo"),
    ("óptima", "ótima"),
    ("António", "Antônio"),
    ("polémica", "polêmica"),
    ("polémico", "polêmico"),
    ("ténue", "tênue"),
    ("cómico", "cômico"),
    ("cómoda", "cômoda"),
    ("sótão", "sótão"),
    ("abdómen", "abdômen"),
    ("tónico", "tônico"),
    ("autónomo", "autônomo"),
    ("autónoma", "autônoma"),
    ("autónomos", "autônomos"),
    ("quilómetro", "quilômetro"),
    ("quilómetros", "quilômetros"),
    ("sinónimo", "sinônimo"),
    ("anónimo", "anônimo"),
    ("anónimos", "anônimos"),
    ("crónica", "crônica"),
    ("crónico", "crônico"),
    ("cénico", "cênico"),
    ("higiénico", "higiênico"),
    ("endémico", "endêmico"),
    ("pandémico", "pandêmico"),
    ("pequeno-almoço", "café da manhã"),
    ("casa de banho", "banheiro"),
    ("Polónia", "Polônia"),
    ("Roménia", "Romênia"),
    ("Arménia", "Armênia"),
    ("Irão", "Irã"),
    ("Moscovo", "Moscou"),
    ("Amesterdão", "Amsterdã"),
    ("Madrid", "Madri"),
    ("húmido", "úmido"),
    ("húmida", "úmida"),
    ("secção", "seção"),
    ("secções", "seções"),
    ("recepcionista", "recepcionista"),
    ("aterrar", "aterrissar"),
];

/// Contractions engines may leave open.
const CONTRACTIONS: &[(&str, &str)] = &[
    (" de o ", " do "),
    (" de a ", " da "),
    (" de os ", " dos "),
    (" de as ", " das "),
    (" em o ", " no "),
    (" em a ", " na "),
    (" em os ", " nos "),
    (" em as ", " nas "),
    (" por o ", " pelo "),
    (" por a ", " pela "),
    (" a o ", " ao "),
    (" a os ", " aos "),
];

/// Brings a sentence to the customs of `region` (Brazil when none is named).
pub fn finish(text: &str, region: Option<&str>) -> String {
    let text = CONTRACTIONS.iter().fold(text.to_owned(), |text, (open, closed)| text.replace(open, closed));
    if region.is_none_or(|r| r == "BR") { brazilian(&text) } else { text }
}

fn brazilian(text: &str) -> String {
    let mut fixed = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_alphabetic() || (c == '-' && !word.is_empty()) {
            word.push(c);
            continue;
        }
        fixed.push_str(&brazilian_word(&word));
        word.clear();
        fixed.push(c);
    }
    fixed.pop();
    fixed.replace("casa de banho", "banheiro")
}

fn brazilian_word(word: &str) -> String {
    let lower = word.to_lowercase();
    match BRAZILIAN.iter().find(|(european, _)| *european == word || *european == lower) {
        Some((european, here)) if *european != word => super::casing::raise(here),
        Some((_, here)) => (*here).to_owned(),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_brazilian_unless_told_otherwise() {
        let text = "Facto: a equipa foi de comboio para o Porto.";
        assert_eq!(finish(text, Some("BR")), "Fato: a equipe foi de trem para o Porto.");
        assert_eq!(finish(text, Some("PT")), text);
        assert_eq!(finish("na mesa de o pai", None), "na mesa do pai");
    }
}
