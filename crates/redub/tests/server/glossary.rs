//! A brand glossary changes what is said.

use serde_json::json;

use crate::host::Host;
use crate::proofread::six_seconds;
use crate::support::{Server, data};

#[test]
fn the_words_of_a_glossary_are_used() {
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
    });
    let made = server.post("/v3/video-translations/proofreads", &body).ok();
    let id = made["data"]["proofread_ids"][0].as_str().unwrap().to_owned();
    server.completed(&format!("/v3/video-translations/proofreads/{id}"));
    let lines = server.get(&format!("/v3/redub/proofreads/{id}/lines")).ok()["data"]["lines"].clone();
    let line =
        lines.as_array().unwrap().iter().find(|l| l["source_text"].as_str().unwrap().contains("lighthouse"));
    let text = line.unwrap()["text"].as_str().unwrap();
    assert!(text.contains("torre") && !text.contains("faro"), "{lines}");

    let path = format!("/v3/brand-glossaries/{}", glossary.as_str().unwrap());
    let changed = server.json("PATCH", &path, &[], &json!({ "name": "Sea" })).ok();
    assert_eq!((&changed["data"]["name"], &changed["data"]["terms"]), (&json!("Sea"), &terms["terms"]));
    server.send("DELETE", &path, &[], b"").ok();
    server.get(&path).fails(404, "resource_not_found");
}
