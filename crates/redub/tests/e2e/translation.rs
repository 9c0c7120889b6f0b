//! Translation: a language model's server that is really spoken to, the bench, glossaries, and silence on the network.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};

use crate::support::{finish, redub};

#[path = "../../../redub-llama/tests/tiny/mod.rs"]
mod tiny;

/// Three lines of each kind of reference, as a bench wants them.
fn references(folder: &Path) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("ntrex/eng.txt", "The house is big.\nShe bought 30 books.\nIt rained yesterday.\n");
    write("ntrex/spa.txt", "La casa es grande.\nCompró 30 libros.\nAyer llovió.\n");
    write("cocoa/es.txt", "You understand.\nHow was your day?\nDo you want your coffee?\n");
    write("cocoa/es.formal.txt", "Usted entiende.\n¿Qué tal su día?\n¿Quiere su café?\n");
    write("cocoa/es.informal.txt", "Tú entiendes.\n¿Qué tal tu día?\n¿Quieres tu café?\n");
}

fn bench(folder: &Path, more: &[&str]) -> Command {
    let mut command = redub();
    command
        .args(["bench", "translation", "--pairs", "en-es", "--json", "--references"])
        .arg(folder)
        .args(more);
    command
}

#[test]
fn the_bench_measures_register_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    references(folder.path());
    for (register, reference) in [("formal", 0), ("informal", 1)] {
        let run = finish(&mut bench(folder.path(), &["--register", register])).ok();
        let figures: Value = serde_json::from_str(&run.stdout).unwrap();
        let spoken = &figures["pairs"][0]["sets"]["cocoa"];
        assert_eq!(spoken["register"]["accuracy"], 1.0, "{register}: {figures}");
        assert_eq!(spoken["untranslated"], 0);
        let scores: Vec<f64> =
            spoken["chrf_by_reference"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
        assert!(scores[reference] > scores[1 - reference], "{register}: {scores:?}");
    }
    finish(&mut bench(folder.path(), &["--pairs", "en-it"])).fails(1, "no references from en to it");
}

/// A server that answers as an OpenAI-compatible one does; what it was asked goes to the channel.
fn serve() -> (String, Receiver<(Vec<String>, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let (asked, requests) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = Vec::new();
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let line = line.trim().to_owned();
                if line.is_empty() {
                    break;
                }
                if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
                    length = n.trim().parse().unwrap();
                }
                head.push(line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let request: Value = serde_json::from_slice(&body).unwrap();
            let content = answer(&request);
            asked.send((head, request)).ok();
            let reply = json!({ "choices": [{ "message": { "role": "assistant", "content": content } }] })
                .to_string();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", reply.len());
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(reply.as_bytes()).unwrap();
        }
    });
    (address, requests)
}

/// Good answers for the first line of each set, a wrong number for the second, nothing for the third.
fn answer(request: &Value) -> String {
    let schema = &request["response_format"]["json_schema"]["schema"];
    let user = request["messages"][1]["content"].as_str().unwrap();
    let mut lines = serde_json::Map::new();
    for id in schema["required"].as_array().unwrap() {
        let id = id.as_str().unwrap();
        let text = if user.contains(&format!("{id} (S1): The house is big.")) {
            "La casa es muy grande."
        } else if user.contains(&format!("{id} (S2): She bought 30 books.")) {
            "Ella compró 13 libros."
        } else {
            ""
        };
        lines.insert(id.to_owned(), text.into());
    }
    Value::Object(lines).to_string()
}

#[test]
fn a_language_model_is_asked_held_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    references(folder.path());
    let glossary = folder.path().join("terms.csv");
    std::fs::write(&glossary, "source,target\nbook,libro\n").unwrap();
    let texts = folder.path().join("texts");
    let (address, requests) = serve();
    let more =
        ["--translator", "openai", "--base-url", &address, "--model", "tester", "--register", "formal"];
    let mut command = bench(folder.path(), &more);
    command.arg("--glossary").arg(&glossary).arg("--texts").arg(&texts).env("REDUB_OPENAI_API_KEY", "secret");
    let run = finish(&mut command).ok();
    let figures: Value = serde_json::from_str(&run.stdout).unwrap();
    let engines = &figures["pairs"][0]["sets"]["ntrex"]["engines"];
    assert_eq!((&engines["openai:tester"], &engines["firefox-en-pt+apertium-pt-es"]), (&json!(1), &json!(2)));
    let made = std::fs::read_to_string(texts.join("en-es.ntrex.tsv")).unwrap();
    assert!(made.contains("La casa es muy grande.") && made.contains("30 libros"), "{made}");
    assert!(!run.stdout.contains("secret") && !run.stderr.contains("secret"));

    let (head, first) = requests.recv().unwrap();
    assert!(head[0].starts_with("POST /v1/chat/completions"), "{head:?}");
    assert!(head.iter().any(|h| h.eq_ignore_ascii_case("authorization: Bearer secret")), "{head:?}");
    assert_eq!(first["model"], "tester");
    let schema = &first["response_format"]["json_schema"]["schema"];
    assert_eq!(schema["required"], json!(["L1", "L2", "L3"]));
    assert_eq!(schema["additionalProperties"], false);
    let said = |request: &Value, at: usize| request["messages"][at]["content"].as_str().unwrap().to_owned();
    assert!(said(&first, 0).contains("English into Spanish") && said(&first, 0).contains("usted"));
    assert!(said(&first, 1).contains("draft: ") && said(&first, 1).contains("- book = libro"));
    // The wrong lines are asked for again, with what was wrong; the right one is not.
    let (_, second) = requests.recv().unwrap();
    assert_eq!(second["response_format"]["json_schema"]["schema"]["required"], json!(["L2", "L3"]));
    assert!(said(&second, 1).contains("numbers differ: 30 / 13"), "{}", said(&second, 1));
}

#[test]
fn an_endpoint_that_is_missing_or_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    references(folder.path());
    finish(&mut bench(folder.path(), &["--translator", "openai"])).fails(2, "--base-url");
    finish(&mut bench(folder.path(), &["--base-url", "http://127.0.0.1:9/v1"]))
        .fails(2, "--translator openai");
    let more = ["--translator", "openai", "--model", "m", "--base-url"];
    let with = |url| [&more[..], &[url]].concat();
    finish(&mut bench(folder.path(), &with("localhost"))).fails(2, "no http or https address");
    finish(&mut bench(folder.path(), &with("http://127.0.0.1:9/v1"))).fails(1, "is the server running");
}

/// The program where there is no network: in a name space without one, or, where nobody may make such a thing, with every
/// proxy variable leading to a door at which nobody may knock.
fn without_network() -> (Command, Option<TcpListener>) {
    let cut = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net"]).arg(program);
        command
    };
    if cut("true").stderr(Stdio::null()).status().is_ok_and(|s| s.success()) {
        return (cut(env!("CARGO_BIN_EXE_redub")), None);
    }
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    door.set_nonblocking(true).unwrap();
    let address = format!("http://{}", door.local_addr().unwrap());
    let mut command = redub();
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(name, &address);
    }
    (command, Some(door))
}

/// What a bench without a network says; nobody knocked meanwhile.
fn bench_without_network(folder: &Path, more: &[&str]) -> Value {
    let (mut command, door) = without_network();
    command.args(["bench", "translation", "--json", "--references"]).arg(folder).args(more);
    command.env("REDUB_OPENAI_BASE_URL", "http://127.0.0.1:9/v1").env("REDUB_OPENAI_MODEL", "m");
    let run = finish(&mut command).ok();
    assert!(door.is_none_or(|d| d.accept().is_err()), "something was sent");
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn nothing_is_sent_without_an_endpoint() {
    let folder = tempfile::tempdir().unwrap();
    references(folder.path());
    let figures = bench_without_network(folder.path(), &["--pairs", "en-es"]);
    assert!(figures["pairs"][0]["sets"]["ntrex"]["chrf"].as_f64().unwrap() > 50.0, "{figures}");
}

/// A model of random numbers, run by the real library: whatever it says has the form asked for, none of it is spoken
/// where there is something better, and nothing is sent.
#[test]
fn a_local_model_fills_every_gap_and_its_nonsense_is_not_spoken() {
    let libraries = finish(redub().args(["models", "path", "llama-cpp"])).ok().stdout;
    if !Path::new(libraries.trim()).is_dir() {
        eprintln!("skipped: llama-cpp is not there (redub models pull llama-cpp)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    references(folder.path());
    std::fs::write(
        folder.path().join("ntrex/deu.txt"),
        "Das Haus ist groß.\nSie kaufte 30 Bücher.\nGestern regnete es.\n",
    )
    .unwrap();
    let model = folder.path().join("tiny.gguf");
    tiny::write(&model);
    let model = model.display().to_string();
    let more = ["--translator", "llm", "--llm-model", &model, "--pairs", "en-es,en-de"];
    let figures = bench_without_network(folder.path(), &more);
    let engines = |pair: usize| figures["pairs"][pair]["sets"]["ntrex"]["engines"].clone();
    assert_eq!(engines(0), json!({ "firefox-en-pt+apertium-pt-es": 3 }));
    // There is no other way to German; the report says who is to blame, and that every line wants a look.
    assert_eq!(engines(1), json!({ "llm:tiny": 3 }));
    assert_eq!(figures["pairs"][1]["sets"]["ntrex"]["issues"], 3);

    let rows = bench_without_network(folder.path(), &[&more[..], &["--strategies"]].concat());
    for row in rows.as_array().unwrap() {
        let ways = row["ways"].as_object().unwrap();
        assert!(ways.len() >= 2 && ways.values().all(|way| way["unparsed"] == 0), "{row}");
    }
    finish(&mut bench(folder.path(), &["--llm-model", &model])).fails(2, "--translator llm");
    finish(&mut bench(folder.path(), &["--translator", "llm", "--llm-model", "/nowhere.gguf"]))
        .fails(1, "there is no such file");
}

#[test]
fn glossaries_are_checked_and_terms_offered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("terms.csv");
    std::fs::write(&file, "source,target,to\nlead,cable,es\nLead,plomo,es\n").unwrap();
    let run = finish(redub().args(["glossary", "check"]).arg(&file));
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("'Lead' is 'cable' and 'plomo'"), "{}", run.stdout);
    let srt = folder.path().join("talk.srt");
    let cue = "1\n00:00:00,000 --> 00:00:02,000\nWe at Acme Cloud call it churn rate. The churn rate fell.\n";
    std::fs::write(&srt, cue).unwrap();
    let run = finish(redub().args(["glossary", "candidates"]).arg(&srt)).ok();
    assert_eq!(run.stdout, "source,target,keep,count\nchurn rate,,,2\nAcme Cloud,,yes,1\n");
    std::fs::write(&file, run.stdout).unwrap();
    finish(redub().args(["glossary", "check"]).arg(&file)).ok().says("2 terms, 1 without a translation");
}
