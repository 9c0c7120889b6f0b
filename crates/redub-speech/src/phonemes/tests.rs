use super::*;

fn installed() -> bool {
    let found = std::process::Command::new("espeak-ng").arg("--version").output().is_ok();
    if !found {
        println!("skipped: espeak-ng is not installed");
    }
    found
}

fn read(text: &str, tag: &str) -> Phonemes {
    phonemize(text, &tag.parse().unwrap()).unwrap()
}

#[test]
fn punctuation_and_words_survive() {
    if !installed() {
        return;
    }
    let spoken = read("Hello, world! In the end, yes.", "en");
    assert_eq!(spoken.text(), "həlˈO, wˈɜɹld! ɪn ðɪ ˈɛnd, jˈɛs.");
    assert_eq!(spoken.words.len(), 6);
    let word = |i: usize| -> String {
        spoken.symbols.iter().filter(|s| s.word == Some(i)).map(|s| s.symbol).collect()
    };
    assert_eq!((word(2), word(3), word(4)), ("ɪn".into(), "ðɪ".into(), "ˈɛnd".into()));
}

#[test]
fn one_result_per_line_whatever_the_lines_hold() {
    if !installed() {
        return;
    }
    let lines = ["", "...", "[[t_t_t_t_t_t]]", "U.S.A. (a) — b", "«¿Qué?»", "ok"].map(str::to_owned);
    let spoken = phonemize_many(&lines, &"es".parse().unwrap()).unwrap();
    assert_eq!(spoken.len(), lines.len());
    assert_eq!(spoken[5].text(), "ˈok");
    assert!(spoken[0].symbols.is_empty());
}

#[test]
fn unspoken_languages_are_refused() {
    let error = phonemize("xin chào", &"vi".parse().unwrap()).unwrap_err();
    assert!(error.to_string().contains("vi"));
}
