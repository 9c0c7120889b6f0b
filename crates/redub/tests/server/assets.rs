//! Uploads: in one request, in three steps, many at a time; and what is refused.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, Server, data, project};

const SRT: &[u8] = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n";

fn sample() -> Vec<u8> {
    std::fs::read(project().join("assets/sample/presenter.mp4")).unwrap()
}

/// Sends a form with one part, as the official clients do: the part's type is always a vague one.
pub fn upload(server: &Server, name: &str, bytes: &[u8], kind: &str) -> Answer {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
    server.send("POST", "/v3/assets", &[("content-type", "multipart/form-data; boundary=edge")], &body)
}

fn announce(server: &Server, name: &str, kind: &str, bytes: &[u8], more: &Value) -> Value {
    let mut body = json!({ "filename": name, "content_type": kind, "size_bytes": bytes.len() });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.post("/v3/assets/direct-uploads", &body).ok()["data"].clone()
}

fn put(server: &Server, slot: &Value, bytes: &[u8]) -> Answer {
    let headers: Vec<(&str, &str)> = slot["upload_headers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str().unwrap()))
        .collect();
    server.send("PUT", slot["upload_url"].as_str().unwrap(), &headers, bytes)
}

#[test]
fn a_file_is_uploaded_read_in_parts_and_deleted() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let bytes = sample();
    let made = upload(&server, "../../días.mp4", &bytes, "application/octet-stream").ok()["data"].clone();
    assert_eq!((&made["mime_type"], &made["size_bytes"]), (&json!("video/mp4"), &json!(bytes.len())));
    let id = made["asset_id"].as_str().unwrap();
    let shown = server.get(&format!("/v3/assets/{id}")).ok()["data"].clone();
    assert_eq!(
        (&shown["id"], &shown["name"], &shown["type"]),
        (&json!(id), &json!("días.mp4"), &json!("video"))
    );
    let url = shown["url"].as_str().unwrap();
    assert!(server.download(url) == bytes);

    let part = |range: &str| server.send("GET", url, &[("range", range)], b"");
    let middle = part("bytes=10-19");
    assert_eq!((middle.status, middle.headers["content-length"].to_str().unwrap()), (206, "10"));
    assert_eq!(middle.headers["content-range"].to_str().unwrap(), format!("bytes 10-19/{}", bytes.len()));
    assert_eq!(middle.headers["content-type"], "video/mp4");
    assert!(middle.headers["content-disposition"].to_str().unwrap().contains("filename*=UTF-8''d%C3%ADas"));
    assert_eq!(part("bytes=-5").headers["content-length"], "5");
    part(&format!("bytes={}-", bytes.len())).fails(416, "invalid_parameter");

    // A link opens nothing else, and nobody can make one.
    for forged in
        [url.replace("días", "x"), url.replace("d%C3%ADas", "x"), url.replace("video%2Fmp4", "text%2Fhtml")]
    {
        assert!(forged == url || server.get(&forged).status == 403, "{forged}");
    }
    let (head, signature) = url.split_once("signature=").unwrap();
    let turned: String = signature.chars().rev().collect();
    server.get(&format!("{head}signature={turned}")).fails(403, "resource_access_denied");
    server.get(&format!("{head}signature=")).fails(403, "resource_access_denied");
    server.get(&head.replace("expires=", "expires=1")).fails(400, "invalid_parameter");

    for (asked, found) in [("", 1), ("?username=me", 1), ("?username=local", 1), ("?username=somebody", 0)] {
        let listed = server.get(&format!("/v3/assets{asked}")).ok();
        assert_eq!(listed["data"].as_array().unwrap().len(), found, "{asked}");
    }
    server.send("DELETE", &format!("/v3/assets/{id}"), &[], b"").ok();
    assert_eq!(server.get(url).status, 404);
    server.get(&format!("/v3/assets/{id}")).fails(404, "asset_not_found");
}

#[test]
fn the_bytes_decide_what_a_file_is() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0", "--max-upload-mb", "1"]);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert_eq!(
        upload(&server, "a.srt", SRT, "application/octet-stream").ok()["data"]["mime_type"],
        "application/x-subrip"
    );
    assert_eq!(upload(&server, "a", png, "image/png").ok()["data"]["mime_type"], "image/png");
    upload(&server, "a.jpg", png, "image/jpeg")
        .fails(400, "invalid_parameter")
        .says("image/jpeg != image/png");
    upload(&server, "a.mp4", b"PK\x03\x04\x14\0\0\0\x08\0", "video/mp4")
        .fails(400, "invalid_parameter")
        .about("file")
        .says("application/zip");
    upload(&server, "a.mp4", b"", "video/mp4").fails(400, "invalid_parameter");
    upload(&server, "a.mp4", &vec![0; 2 << 20], "video/mp4").fails(413, "payload_too_large");
    let form = [("content-type", "multipart/form-data; boundary=edge")];
    let other = b"--edge\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--edge--\r\n";
    server.send("POST", "/v3/assets", &form, other).fails(400, "invalid_parameter").says("File is required");
    server.send("POST", "/v3/assets", &form, b"--edge\r\nnonsense").fails(400, "invalid_parameter");
    server
        .send("POST", "/v3/assets", &[("content-type", "application/json")], b"{}")
        .fails(415, "unsupported_media_type");
    let stored = walk(&data.path().join("objects"));
    assert_eq!(stored, 2, "what was refused must not stay");
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|e| if e.path().is_dir() { walk(&e.path()) } else { 1 }).sum()
}

#[test]
fn large_files_come_in_three_steps() {
    let data = data();
    let server = Server::start(
        data.path(),
        &["--workers", "0", "--max-upload-mb", "1", "--max-direct-upload-mb", "8"],
    );
    let bytes = sample();
    let sum: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    let slot = announce(&server, "talk.mp4", "video/mp4", &bytes, &json!({ "checksum_sha256": sum }));
    assert_eq!((&slot["status"], &slot["max_bytes"]), (&json!("pending_upload"), &json!(8 << 20)));
    let id = slot["asset_id"].as_str().unwrap();
    let complete = format!("/v3/assets/{id}/complete");
    let use_it = json!({ "video": { "type": "asset_id", "asset_id": id }, "output_languages": ["es"] });

    server.post(&complete, &json!({})).fails(409, "resource_not_ready");
    server.post("/v3/video-translations", &use_it).fails(409, "resource_not_ready");
    put(&server, &slot, &bytes[1..]).fails(400, "invalid_parameter").about("size_bytes");
    put(&server, &slot, &vec![0; bytes.len()]).fails(400, "invalid_parameter").about("checksum_sha256");
    put(&server, &slot, &[bytes.as_slice(), b"x"].concat()).fails(413, "payload_too_large");
    let url = slot["upload_url"].as_str().unwrap();
    let forged = json!({ "upload_url": url.replace(id, &"0".repeat(32)), "upload_headers": {} });
    put(&server, &forged, &bytes).fails(403, "resource_access_denied");

    assert_eq!(put(&server, &slot, &bytes).ok()["data"]["size_bytes"], bytes.len());
    server.post(&complete, &json!({ "checksum_sha256": "0".repeat(64) })).fails(400, "invalid_parameter");
    let done = server.post(&complete, &json!({})).ok();
    assert_eq!(done["data"]["status"], "completed");
    assert_eq!(
        server.send("POST", &complete, &[], b"").ok()["data"]["asset_id"],
        json!(id),
        "an empty body, and again"
    );
    assert!(server.download(done["data"]["url"].as_str().unwrap()) == bytes);
    put(&server, &slot, &bytes).fails(409, "conflict");
    server.post("/v3/video-translations", &use_it).ok();

    let zip = b"PK\x03\x04\x14\0\0\0\x08\0";
    let slot = announce(&server, "a.mp4", "video/mp4", zip, &json!({}));
    put(&server, &slot, zip).ok();
    let complete = format!("/v3/assets/{}/complete", slot["asset_id"].as_str().unwrap());
    server.post(&complete, &json!({})).fails(400, "invalid_parameter").says("application/zip");
    server.post(&complete, &json!({})).fails(409, "resource_not_ready");
    for (field, value) in [
        ("filename", json!("")),
        ("content_type", json!("application/zip")),
        ("size_bytes", json!(0)),
        ("size_bytes", json!("many")),
        ("checksum_sha256", json!("abc")),
    ] {
        let mut body = json!({ "filename": "a.mp4", "content_type": "video/mp4", "size_bytes": 1 });
        body[field] = value;
        server.post("/v3/assets/direct-uploads", &body).fails(400, "invalid_parameter").about(field);
    }
    let huge = json!({ "filename": "a.mp4", "content_type": "video/mp4", "size_bytes": 5_000_000_000u64 });
    server.post("/v3/assets/direct-uploads", &huge).fails(413, "payload_too_large");
}

#[test]
fn many_files_are_announced_and_completed_together() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let file = |name: &str| json!({ "filename": name, "content_type": "application/x-subrip", "size_bytes": SRT.len() });
    let body = json!({ "files": [file("a.srt"), file("b.srt")], "title": "two" });
    let made = server.post("/v3/assets/direct-uploads/batches", &body).ok()["data"].clone();
    let batch = made["batch_id"].as_str().unwrap();
    put(&server, &made["items"][0], SRT).ok();
    let complete = json!({ "batch_id": batch });
    let half = server.post("/v3/assets/complete/batches", &complete).ok()["data"].clone();
    assert_eq!(
        (&half["status"], &half["counts_by_status"]),
        (&json!("processing"), &json!({ "completed": 1, "queued": 1 }))
    );
    put(&server, &made["items"][1], SRT).ok();
    server.post("/v3/assets/complete/batches", &complete).ok();
    let whole = server.get(&format!("/v3/assets/batches/{batch}?limit=1")).ok()["data"].clone();
    assert_eq!(
        (&whole["status"], &whole["title"], &whole["has_more"]),
        (&json!("completed"), &json!("two"), &json!(true))
    );
    let token = whole["next_token"].as_str().unwrap();
    let rest = server.get(&format!("/v3/assets/batches/{batch}?limit=1&token={token}")).ok()["data"].clone();
    assert_eq!(rest["items"][0]["video_id"], made["items"][1]["asset_id"]);
    let id = made["items"][0]["asset_id"].as_str().unwrap();
    let states =
        server.get(&format!("/v3/assets/statuses?asset_ids={id},none&batch_ids={batch}")).ok()["data"]
            .clone();
    let words: Vec<_> = states.as_array().unwrap().iter().map(|s| s["status"].as_str().unwrap()).collect();
    assert_eq!(words, ["completed", "not_found", "completed", "completed"]);
    let mut bad = body.clone();
    bad["files"][1]["size_bytes"] = json!(-1);
    server
        .post("/v3/assets/direct-uploads/batches", &bad)
        .fails(400, "invalid_parameter")
        .about("files[1].size_bytes");
    assert_eq!(
        server.get("/v3/webhooks/events?event_type=batch.finished").ok()["data"].as_array().unwrap().len(),
        1
    );
}
