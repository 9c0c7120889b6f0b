//! Every answer has the contract's form.

use serde_json::json;

use crate::support::{Server, data, redub};

#[test]
fn errors_have_the_envelope_whatever_is_sent() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let create = "/v3/video-translations";
    server.get("/v3/nothing").fails(404, "not_found");
    server.send("PUT", create, &[], b"").fails(405, "method_not_allowed");
    server.send("POST", create, &[("content-type", "text/plain")], b"x").fails(415, "unsupported_media_type");
    server
        .send("POST", create, &[("content-type", "application/json")], b"{")
        .fails(400, "invalid_parameter");
    server.send("POST", create, &[("content-type", "application/json")], b"").fails(400, "invalid_parameter");
    let huge = vec![b' '; 5 << 20];
    server
        .send("POST", create, &[("content-type", "application/json")], &huge)
        .fails(413, "payload_too_large");

    let video = json!({ "type": "url", "url": "https://example.org/a.mp4" });
    let good = json!({ "video": video, "output_languages": ["es"] });
    let cases = [
        ("video", json!(null)),
        ("video.type", json!({ "type": "base64", "url": "x" })),
        ("video", json!({ "type": "url", "url": "file:///etc/passwd" })),
        ("video", json!({ "type": "url" })),
        ("video", json!({ "type": "url", "url": "http://169.254.169.254/latest" })),
        ("output_languages", json!([])),
        ("output_languages", json!("es")),
        ("output_languages", json!(["Klingon"])),
        ("output_languages", json!(["English"])),
        ("output_languages[0]", json!([7])),
        ("input_language", json!("Klingon")),
        ("mode", json!("best")),
        ("speaker_num", json!(-1)),
        ("speaker_num", json!("two")),
        ("start_time", json!(-1)),
        ("end_time", json!(0)),
        ("srt_role", json!("both")),
        ("fps_mode", json!("fast")),
        ("callback_url", json!("example.org")),
        ("title", json!("x".repeat(3000))),
        ("title", json!(["x"])),
        ("translate_audio_only", json!("yes")),
        ("stock_voice_config.preferred_stock_voice_ids", json!(null)),
    ];
    for (field, value) in cases {
        let mut body = good.clone();
        let name = field.split(['.', '[']).next().unwrap();
        body[name] = match field {
            "stock_voice_config.preferred_stock_voice_ids" => {
                json!({ "use_stock_voice": true, "preferred_stock_voice_ids": ["nobody"] })
            }
            _ => value,
        };
        if field == "output_languages" && body["output_languages"] == json!(["English"]) {
            body["input_language"] = json!("en");
        }
        let answer = server.post(create, &body);
        answer.fails(400, "invalid_parameter");
        let param = answer.body["error"]["param"].as_str().unwrap_or_default();
        assert!(param.starts_with(name), "{field}: {answer:?}");
    }
    server
        .post(create, &json!({ "output_languages": ["es"] }))
        .fails(400, "invalid_parameter")
        .about("video");
    let mut body = good.clone();
    body["video"] = json!({ "type": "asset_id", "asset_id": "none" });
    server.post(create, &body).fails(404, "asset_not_found").about("video");
    body = good.clone();
    body["output_languages"] = json!(["Zulu (South Africa)"]);
    server.post(create, &body).fails(400, "invalid_parameter").says("Available: ");

    server.get("/v3/video-translations/none").fails(404, "resource_not_found");
    server.get("/v3/video-translations?limit=0").fails(400, "invalid_parameter").about("limit");
    server.get("/v3/video-translations?limit=x").fails(400, "invalid_parameter").about("limit");
    server.get("/v3/video-translations?token=x").fails(400, "invalid_parameter").about("token");
    server.get("/v3/video-translations/%FF").fails(404, "resource_not_found");
    server.get("/v3/video-translations/statuses").fails(400, "invalid_parameter");
    server
        .post("/v3/video-translations/proofreads/none/generate", &json!({}))
        .fails(404, "resource_not_found");
}

#[test]
fn what_clients_really_send_is_understood() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let languages = server.get("/v3/video-translations/languages").ok();
    let languages = languages["data"]["languages"].as_array().unwrap();
    assert!(
        languages.contains(&json!("Spanish")) && languages.contains(&json!("Spanish (Spain)")),
        "{languages:?}"
    );
    assert!(!languages.contains(&json!("Zulu (South Africa)")));

    // As the n8n node sends it, with its older words and fields of its own.
    let body = json!({
        "video": { "type": "url", "url": "https://example.org/a.mp4" },
        "output_languages": ["es-ES", "portuguese (brazil)", "SPANISH", "es"],
        "mode": "fast", "speaker_num": 0, "validate_only": false, "create_collection": false,
        "srt_url": "", "callback_url": "", "brand_voice_id": null, "enable_caption": null,
        "title": "a", "callback_id": "mine", "folder_id": "f",
    });
    let ids = server.post("/v3/video-translations", &body).ok()["data"]["video_translation_ids"].clone();
    let ids: Vec<&str> = ids.as_array().unwrap().iter().map(|i| i.as_str().unwrap()).collect();
    let endings: Vec<&str> = ids.iter().map(|id| &id[32..]).collect();
    assert_eq!(endings, ["-es-es", "-pt-br", "-es", "-es-2"]);
    let names: Vec<_> =
        ids.iter().map(|id| server.get(&format!("/v3/video-translations/{id}")).ok()).collect();
    let names: Vec<_> = names.iter().map(|n| n["data"]["output_language"].as_str().unwrap()).collect();
    assert_eq!(names, ["Spanish (Spain)", "Portuguese (Brazil)", "Spanish", "Spanish"]);
    let shown = server.get(&format!("/v3/video-translations/{}", ids[2])).ok()["data"].clone();
    assert_eq!((&shown["status"], &shown["mode"]), (&json!("pending"), &json!("speed")));
    assert_eq!((&shown["callback_id"], &shown["folder_id"]), (&json!("mine"), &json!("f")));
    assert_eq!(shown["progress"]["queue_position"], 2);
    assert!(shown.get("video_url").is_none() && shown.get("failure_message").is_none(), "{shown}");

    // Newest first, by pages.
    let first = server.get("/v3/video-translations?limit=3").ok();
    assert_eq!((first["data"].as_array().unwrap().len(), &first["has_more"]), (3, &json!(true)));
    let token = first["next_token"].as_str().unwrap();
    let second = server.get(&format!("/v3/video-translations?limit=3&token={token}")).ok();
    assert_eq!(second["data"][0]["id"], ids[0]);
    assert_eq!((&second["has_more"], &second["next_token"]), (&json!(false), &json!(null)));

    let path = format!("/v3/video-translations/{}", ids[0]);
    let renamed = server.json("PATCH", &path, &[], &json!({ "title": "other" })).ok();
    assert_eq!(renamed["data"]["title"], "other");
    server.json("PATCH", &path, &[], &json!({})).fails(400, "invalid_parameter").about("title");
    server.get(&format!("{path}/caption?format=srt")).fails(409, "resource_not_ready");
    let list = format!("/v3/video-translations/statuses?video_translation_ids={}%2Cnone", ids[0]);
    let statuses = server.get(&list).ok()["data"].clone();
    assert_eq!((&statuses[0]["status"], &statuses[1]["status"]), (&json!("queued"), &json!("not_found")));
    assert_eq!(server.send("DELETE", &path, &[], b"").ok(), json!({ "data": { "id": ids[0] } }));
    server.get(&path).fails(404, "resource_not_found");
    server.send("DELETE", &path, &[], b"").fails(404, "resource_not_found");
}

#[test]
fn batches_hold_what_can_be_done_and_why_the_rest_cannot() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let item = |languages: &[&str]| json!({ "video": { "type": "url", "url": "https://example.org/a.mp4" }, "output_languages": languages });
    let body = json!({ "title": "week", "video_translations": [item(&["es", "pt"]), item(&["Klingon"])] });
    let answer = server.post("/v3/video-translations/batches", &body);
    assert_eq!(answer.status, 202, "{answer:?}");
    let id = answer.body["data"]["batch_id"].as_str().unwrap().to_owned();
    let batch = server.get(&format!("/v3/video-translations/batches/{id}?limit=2")).ok()["data"].clone();
    assert_eq!((&batch["status"], &batch["total_items"]), (&json!("processing"), &json!(3)));
    assert_eq!(batch["counts_by_status"], json!({ "queued": 2, "failed": 1 }));
    let token = batch["next_token"].as_str().unwrap();
    let rest = server.get(&format!("/v3/video-translations/batches/{id}?token={token}")).ok()["data"].clone();
    assert_eq!(rest["items"][0]["error"]["code"], "invalid_parameter");
    let first = batch["items"][0]["video_id"].as_str().unwrap();
    server.send("DELETE", &format!("/v3/video-translations/{first}"), &[], b"").ok();
    let all =
        server.get(&format!("/v3/video-translations/statuses?batch_ids={id},none")).ok()["data"].clone();
    let words: Vec<_> = all.as_array().unwrap().iter().map(|s| s["status"].as_str().unwrap()).collect();
    assert_eq!(words, ["failed", "queued", "failed", "not_found"]);
    let many = json!({ "video_translations": (0..101).map(|_| item(&["es"])).collect::<Vec<_>>() });
    server.post("/v3/video-translations/batches", &many).fails(400, "invalid_parameter");
}

#[test]
fn keys_keep_tenants_apart() {
    let data = data();
    let make = |name: &str| {
        let made = redub(data.path()).args(["keys", "create", name]).output().unwrap();
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    };
    let open = redub(data.path()).args(["serve", "--listen", "0.0.0.0:0"]).output().unwrap();
    assert!(!open.status.success() && String::from_utf8_lossy(&open.stderr).contains("redub keys create"));
    let (one, two) = (make("one"), make("two"));
    let mut server = Server::start(data.path(), &["--workers", "0"]);
    server.get("/v3/video-translations").fails(401, "unauthorized");
    server.key = Some("rdb_0_0".into());
    server.get("/v3/video-translations").fails(401, "unauthorized");
    server.key = None;
    let bearer = format!("Bearer {one}");
    assert_eq!(server.send("GET", "/v3/video-translations", &[("authorization", &bearer)], b"").status, 200);
    server.key = Some(one.clone());
    let body =
        json!({ "video": { "type": "url", "url": "https://example.org/a.mp4" }, "output_languages": ["es"] });
    let id = server.post("/v3/video-translations", &body).ok()["data"]["video_translation_ids"][0].clone();
    let path = format!("/v3/video-translations/{}", id.as_str().unwrap());
    server.key = Some(two);
    for (method, path) in [
        ("GET", path.clone()),
        ("DELETE", path.clone()),
        ("GET", format!("{path}/caption")),
        ("GET", format!("/v3/redub/jobs/{}/events", id.as_str().unwrap())),
    ] {
        server.send(method, &path, &[], b"").fails(404, "resource_not_found");
    }
    server.json("PATCH", &path, &[], &json!({ "title": "x" })).fails(404, "resource_not_found");
    assert_eq!(server.get("/v3/video-translations").ok()["data"], json!([]));
    let status = format!("/v3/video-translations/statuses?video_translation_ids={}", id.as_str().unwrap());
    assert_eq!(server.get(&status).ok()["data"][0]["status"], "not_found");
    assert!(redub(data.path()).args(["keys", "revoke", "one"]).status().unwrap().success());
    server.key = Some(one);
    server.get(&path).fails(401, "unauthorized");
    let listed = redub(data.path()).args(["keys", "list"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains("one") && listed.contains("revoked") && !listed.contains("rdb_"), "{listed}");
}
