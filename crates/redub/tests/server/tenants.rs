//! One key's things are nothing to another key, on every route there is.

use serde_json::{Value, json};

use crate::support::{Server, data, redub};

const SRT: &str = "1\n00:00:01,000 --> 00:00:02,000\nHello\n";

fn key(data: &std::path::Path, name: &str) -> String {
    let made = redub(data).args(["keys", "create", name]).output().unwrap();
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// Makes one of everything; gives an id for every name that a path can hold.
fn things(server: &Server) -> Vec<(&'static str, String)> {
    let id = |answer: Value, at: &str| answer.pointer(at).and_then(Value::as_str).unwrap().to_owned();
    let video = json!({ "type": "url", "url": "https://example.org/a.mp4" });
    let translation = json!({ "video": video, "output_languages": ["es"], "title": "t" });
    let lipsync = json!({ "video": video, "audio": video });
    let form = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.srt\"\r\n\r\n{SRT}\r\n--x--\r\n"
    );
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let asset = server.send("POST", "/v3/assets", &kind, form.as_bytes()).ok();
    let hook = json!({ "url": "https://example.org/hook" });
    let term = json!({ "name": "g", "terms": [{ "source": "Reformer" }] });
    vec![
        (
            "video_translation_id",
            id(server.post("/v3/video-translations", &translation).ok(), "/data/video_translation_ids/0"),
        ),
        (
            "proofread_id",
            id(server.post("/v3/video-translations/proofreads", &translation).ok(), "/data/proofread_ids/0"),
        ),
        ("lipsync_id", id(server.post("/v3/lipsyncs", &lipsync).ok(), "/data/lipsync_id")),
        ("asset_id", id(asset, "/data/asset_id")),
        ("endpoint_id", id(server.post("/v3/webhooks/endpoints", &hook).ok(), "/data/endpoint_id")),
        ("brand_glossary_id", id(server.post("/v3/brand-glossaries", &term).ok(), "/data/brand_glossary_id")),
        ("line_id", "1".to_owned()),
    ]
}

fn batches(server: &Server) -> [(&'static str, String); 3] {
    let id = |answer: Value| answer["data"]["batch_id"].as_str().unwrap().to_owned();
    let video = json!({ "type": "url", "url": "https://example.org/a.mp4" });
    let translations = json!({ "video_translations": [{ "video": video, "output_languages": ["es"] }] });
    let lipsyncs = json!({ "lipsyncs": [{ "video": video, "audio": video }] });
    let files = json!({ "files": [{ "filename": "a.mp4", "content_type": "video/mp4", "size_bytes": 9 }] });
    [
        ("/v3/video-translations/", id(server.post("/v3/video-translations/batches", &translations).ok())),
        ("/v3/lipsyncs/", id(server.post("/v3/lipsyncs/batches", &lipsyncs).ok())),
        ("/v3/assets/", id(server.post("/v3/assets/direct-uploads/batches", &files).ok())),
    ]
}

#[test]
fn another_key_finds_nothing_anywhere() {
    let data = data();
    let (mine, other) = (key(data.path(), "mine"), key(data.path(), "other"));
    let mut server = Server::start(data.path(), &["--workers", "0"]);
    server.key = Some(mine.clone());
    let (things, batches) = (things(&server), batches(&server));
    let spec = server.get("/openapi.json").ok();
    server.key = Some(other.clone());
    let mut asked = 0;
    for (path, operations) in spec["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys().map(|m| m.to_uppercase()) {
            let mut url = path.clone();
            for (name, id) in &things {
                url = url.replace(&format!("{{{name}}}"), id);
            }
            for (prefix, id) in &batches {
                if url.starts_with(prefix) {
                    url = url.replace("{batch_id}", id);
                }
            }
            url = url.replace("{id}", &things[0].1);
            if url == *path || path.starts_with("/uploads/") || path.contains("{voice_id}") {
                continue;
            }
            let body = json!({ "title": "x", "name": "x", "url": "https://example.org", "text": "x",
                               "srt": { "type": "url", "url": "https://example.org/a.srt" } });
            let answer = server.json(&method, &url, &[], if method == "GET" { &Value::Null } else { &body });
            assert_eq!(answer.status, 404, "{method} {url}: {answer:?}");
            assert!(answer.body["error"]["code"].as_str().unwrap().ends_with("_not_found"), "{answer:?}");
            asked += 1;
        }
    }
    assert!(asked > 25, "only {asked} routes were asked");

    // Lists are empty, bulk questions know nothing, inputs cannot be borrowed.
    for (path, operations) in spec["paths"].as_object().unwrap() {
        let kept =
            ["/v3/voices", "/v3/webhooks/event-types", "/v3/users/me", "/v3/video-translations/languages"];
        if path.contains('{')
            || path.ends_with("statuses")
            || kept.contains(&path.as_str())
            || operations["get"].is_null()
        {
            continue;
        }
        assert_eq!(server.get(path).ok()["data"], json!([]), "{path}");
    }
    let find = |name: &str| &things.iter().find(|t| t.0 == name).unwrap().1;
    for (path, name, id) in [
        ("/v3/video-translations/statuses", "video_translation_ids", find("video_translation_id")),
        ("/v3/lipsyncs/statuses", "lipsync_ids", find("lipsync_id")),
        ("/v3/assets/statuses", "asset_ids", find("asset_id")),
    ] {
        let batch = &batches.iter().find(|b| path.starts_with(b.0)).unwrap().1;
        let answer = server.get(&format!("{path}?{name}={id}&batch_ids={batch}")).ok();
        assert!(answer["data"].as_array().unwrap().iter().all(|d| d["status"] == "not_found"), "{answer}");
    }
    let borrowed =
        json!({ "video": { "type": "asset_id", "asset_id": find("asset_id") }, "output_languages": ["es"] });
    server.post("/v3/video-translations", &borrowed).fails(404, "asset_not_found");
    let glossary = json!({ "video": { "type": "url", "url": "https://example.org/a.mp4" }, "output_languages": ["es"],
                           "brand_glossary_id": find("brand_glossary_id") });
    server
        .post("/v3/video-translations", &glossary)
        .fails(404, "resource_not_found")
        .about("brand_glossary_id");

    // Nothing was changed by the asking, and without a key nothing is told at all.
    server.key = Some(mine);
    for (path, name) in [
        ("/v3/video-translations", "video_translation_id"),
        ("/v3/lipsyncs", "lipsync_id"),
        ("/v3/assets", "asset_id"),
        ("/v3/brand-glossaries", "brand_glossary_id"),
    ] {
        server.get(&format!("{path}/{}", find(name))).ok();
    }
    assert_eq!(
        server.get("/v3/webhooks/endpoints").ok()["data"][0]["endpoint_id"],
        json!(find("endpoint_id"))
    );
    server.key = None;
    for (path, operations) in
        spec["paths"].as_object().unwrap().iter().filter(|p| !p.0.starts_with("/uploads/"))
    {
        for method in operations.as_object().unwrap().keys() {
            let url = path.split('{').next().unwrap().to_owned() + if path.contains('{') { "x" } else { "" };
            let answer = server.send(&method.to_uppercase(), &url, &[], b"");
            assert!(matches!(answer.status, 401 | 404 | 405), "{method} {url}: {answer:?}");
        }
    }
}
