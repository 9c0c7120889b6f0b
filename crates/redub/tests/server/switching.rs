//! The commands of docs/guide/switching-from-heygen.md, as they stand there, against the started server.

use std::process::Command;

use crate::host::Host;
use crate::support::{Server, data, project};

/// The shell blocks of the page, in order.
fn commands(page: &str) -> Vec<&str> {
    page.split("```bash\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn every_command_of_the_page_works() {
    let (data, host) = (data(), Host::start());
    let clip = data.path().join("clip.mp4");
    let cut = Command::new("ffmpeg")
        .args(["-v", "error", "-ss", "2", "-t", "4", "-i"])
        .arg(project().join("assets/sample/presenter.mp4"))
        .args(["-c:v", "libx264", "-preset", "ultrafast"])
        .arg(&clip)
        .status();
    assert!(cut.unwrap().success());
    let video = host.put("/talk.mp4", "video/mp4", std::fs::read(&clip).unwrap());
    let server = Server::start(data.path(), &["--workers", "2"]);
    let page = std::fs::read_to_string(project().join("docs/guide/switching-from-heygen.md")).unwrap();
    let blocks = commands(&page);
    assert!(blocks.len() >= 8 && page.contains("https://example.com/talk.mp4"));
    // Nothing is changed but the host and the video, which the page leaves to its reader.
    let script = blocks
        .join("\n")
        .replace("http://127.0.0.1:8787", &server.base)
        .replace("https://example.com/talk.mp4", &video);
    let folder = tempfile::tempdir().unwrap();
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success() && !said.contains("\"error\""),
        "{said}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );

    let dubbed = redub_media::probe(&folder.path().join("talk.es.mp4")).unwrap();
    assert!(dubbed.video.is_some() && (dubbed.duration_s - 4.0).abs() < 0.8, "{dubbed:?}");
    let text = std::fs::read_to_string(folder.path().join("talk.srt")).unwrap();
    assert!(text.contains(" --> "), "{text}");
    let generated = std::fs::read_to_string(folder.path().join("generated.json")).unwrap();
    let id = generated.split("\"video_translation_id\":\"").nth(1).unwrap().split('"').next().unwrap();
    let done = server.completed(&format!("/v3/video-translations/{id}"));
    assert!(done["video_url"].is_string() && done["srt_caption_url"].is_string(), "{done}");
}
