//! What changes the words of a translation: a brand glossary, who speaks, how people are addressed.

use serde_json::json;

use crate::host::Host;
use crate::proofread::six_seconds;
use crate::support::{Server, data};

/// What is said instead of what is heard: a line in which people matter, and a line with a term.
const SAID: &str = "1\n00:00:00,500 --> 00:00:02,700\nI am very tired, but I would like to tell you something.\n\n\
                    2\n00:00:03,600 --> 00:00:05,900\nDo you see our old lighthouse?\n";

#[test]
fn glossary_gender_and_register_are_followed() {
    let (data, host) = (data(), Host::start());
    let server = Server::start(data.path(), &[]);
    let terms = json!({ "name": "Coast", "terms": [{ "source": "lighthouse", "target": "torre", "language": "Spanish" }] });
    let glossary = server.post("/v3/brand-glossaries", &terms).ok()["data"]["brand_glossary_id"].clone();
    let listed = server.get("/v3/brand-glossaries").ok();
    assert_eq!(
        (&listed["data"][0]["brand_glossary_id"], &listed["data"][0]["name"]),
        (&glossary, &json!("Coast"))
    );
    let body = json!({
        "video": { "type": "url", "url": six_seconds(&host, data.path()) },
        "output_languages": ["es"], "title": "Talk", "brand_glossary_id": glossary,
        "srt": { "type": "url", "url": host.put("/said.srt", "text/plain", SAID.into()) },
    });
    let made = server.post("/v3/video-translations/proofreads", &body).ok();
    let id = made["data"]["proofread_ids"][0].as_str().unwrap().to_owned();
    server.completed(&format!("/v3/video-translations/proofreads/{id}"));
    let lines = server.get(&format!("/v3/redub/proofreads/{id}/lines")).ok()["data"]["lines"].clone();
    let line =
        lines.as_array().unwrap().iter().find(|l| l["source_text"].as_str().unwrap().contains("lighthouse"));
    let text = line.unwrap()["text"].as_str().unwrap();
    assert!(text.contains("torre") && !text.contains("faro"), "{lines}");

    // Lines are translated anew as their people want it, and the glossary is still followed.
    let patch = |line: u32, change: serde_json::Value| {
        let path = format!("/v3/redub/proofreads/{id}/lines/{line}");
        server.json("PATCH", &path, &[], &change)
    };
    let text = |line: u32, change: serde_json::Value| {
        patch(line, change).ok()["data"]["text"].as_str().unwrap().to_lowercase()
    };
    let (woman, man) = (text(1, json!({ "gender": "female" })), text(1, json!({ "gender": "male" })));
    assert!(woman.contains("cansada") && man.contains("cansado"), "{woman} {man}");
    let (tu, usted) = (text(2, json!({ "register": "informal" })), text(2, json!({ "register": "formal" })));
    assert!(tu.contains("ves") && tu.contains("torre"), "{tu}");
    assert!(usted.contains("ve ") && usted.contains("torre"), "{usted}");
    let (tu, usted) = (text(1, json!({ "register": "informal" })), text(1, json!({ "register": "formal" })));
    assert!(tu.contains("arte ") || tu.contains("irte "), "{tu}");
    assert!(usted.contains("arle ") || usted.contains("irle "), "{usted}");
    let changed = patch(1, json!({ "register": "auto" })).ok()["data"].clone();
    assert_eq!((&changed["register"], &changed["gender"]), (&json!("auto"), &json!("male")));
    assert!(changed.get("measured_seconds").is_none() && changed["engine"] != "reviewer", "{changed}");
    // What a person wrote stays until it is given back.
    assert_eq!(text(1, json!({ "text": "Estoy aquí.", "register": "formal" })), "estoy aquí.");
    assert_eq!(text(1, json!({ "gender": "female" })), "estoy aquí.");
    let again = text(1, json!({ "text": null }));
    assert!(again.contains("cansada") && !again.contains("rte "), "{again}");
    patch(1, json!({ "register": "rude" })).fails(400, "invalid_parameter").about("register");
    let shown = server.get(&format!("/v3/redub/proofreads/{id}/lines")).ok()["data"]["lines"][0].clone();
    assert_eq!((&shown["register"], &shown["gender"]), (&json!("formal"), &json!("female")));
    let heard =
        server.post(&format!("/v3/redub/proofreads/{id}/lines/1/preview"), &json!({})).ok()["data"].clone();
    assert!(heard["heard"].as_str().unwrap().to_lowercase().contains("cansada"), "{heard}");

    let path = format!("/v3/brand-glossaries/{}", glossary.as_str().unwrap());
    let changed = server.json("PATCH", &path, &[], &json!({ "name": "Sea" })).ok();
    assert_eq!((&changed["data"]["name"], &changed["data"]["terms"]), (&json!("Sea"), &terms["terms"]));
    server.send("DELETE", &path, &[], b"").ok();
    server.get(&path).fails(404, "resource_not_found");
}
