//! Fields of a request do what they say, told by the finished files. Those that do not exclude each other share a job.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::host::Host;
use crate::support::{Server, data, project};

/// Runs ffmpeg on the sample (input 0) and its music (input 1): seconds 2 to 6, in which a pause lies at 2.8 to 3.5 s.
fn cut(target: &Path, more: &[&str]) {
    let mut ffmpeg = Command::new("ffmpeg");
    for input in ["assets/sample/presenter.mp4", "assets/sample/bed.flac"] {
        ffmpeg.args(["-v", "error", "-ss", "2", "-t", "4", "-i"]).arg(project().join(input));
    }
    assert!(ffmpeg.args(more).arg(target).status().unwrap().success());
}

/// The sample's speech without its music, and with faint noise.
const NOISY: &str = "[1:a]volume=-1[music];[0:a][music]amix=normalize=0[speech];\
                     anoisesrc=d=4:a=0.003:r=48000[noise];[speech][noise]amix=duration=first:normalize=0[out]";

/// Level of the quietest fifth of a second, dB below full scale.
pub fn quietest(path: &Path) -> f64 {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-ac", "1", "-ar", "16000", "-f", "f32le", "-"])
        .output()
        .unwrap();
    let samples: Vec<f64> =
        out.stdout.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap()))).collect();
    // Without the ends, where an encoder fades in and out.
    let inner = &samples[3200..samples.len() - 3200];
    let power = |w: &[f64]| w.iter().map(|s| s * s).sum::<f64>() / w.len() as f64;
    let least = inner.windows(3200).step_by(800).map(power).fold(f64::INFINITY, f64::min);
    10.0 * least.max(1e-12).log10()
}

/// Times of the frames, from the first on.
fn frame_times(path: &Path) -> Vec<f64> {
    let entries = "frame=best_effort_timestamp_time";
    let args = ["-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "csv=p=0"];
    let out = Command::new("ffprobe").args(args).arg(path).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let times: Vec<f64> = text.lines().filter_map(|l| l.trim_end_matches(',').parse().ok()).collect();
    times.iter().map(|t| t - times[0]).collect()
}

/// A hash of every decoded pixel.
fn pixels(path: &Path) -> Vec<u8> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(path).args([
        "-map",
        "0:v",
        "-fps_mode",
        "passthrough",
        "-f",
        "md5",
        "-",
    ]);
    ffmpeg.output().unwrap().stdout
}

/// A running server with its own files.
struct Fixture {
    data: tempfile::TempDir,
    host: Host,
    server: Server,
}

impl Fixture {
    fn start() -> Self {
        let data = data();
        let server = Server::start(data.path(), &[]);
        Self { data, host: Host::start(), server }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }

    /// Offers a file of the data folder; gives it as an input.
    fn offer(&self, name: &str) -> Value {
        let bytes = std::fs::read(self.path(name)).unwrap();
        json!({ "type": "url", "url": self.host.put(&format!("/{name}"), "application/octet-stream", bytes) })
    }

    fn offer_text(&self, name: &str, text: &str) -> Value {
        std::fs::write(self.path(name), text).unwrap();
        self.offer(name)
    }

    /// Makes the items of a batch; gives the finished resources, in order.
    fn batch(&self, items: &[Value]) -> Vec<Value> {
        let made =
            self.server.post("/v3/video-translations/batches", &json!({ "video_translations": items })).ok();
        let path = format!("/v3/video-translations/batches/{}", made["data"]["batch_id"].as_str().unwrap());
        let batch = self.server.completed(&path);
        assert_eq!(batch["counts_by_status"], json!({ "completed": items.len() }), "{batch}");
        let id = |item: &Value| item["video_id"].as_str().unwrap().to_owned();
        let ids = batch["items"].as_array().unwrap().iter().map(id);
        ids.map(|id| self.server.get(&format!("/v3/video-translations/{id}")).ok()["data"].clone()).collect()
    }

    /// Downloads what a field of a resource links to.
    fn file(&self, resource: &Value, field: &str) -> PathBuf {
        let url = resource[field].as_str().unwrap_or_else(|| panic!("no {field} in {resource}"));
        let name = url.split('?').next().unwrap().rsplit('/').next().unwrap();
        let path = self.path(&format!("{}-{name}", resource["id"].as_str().unwrap()));
        std::fs::write(&path, self.server.download(url)).unwrap();
        path
    }

    fn text(&self, resource: &Value, field: &str) -> String {
        std::fs::read_to_string(self.file(resource, field)).unwrap().replace('\n', " ")
    }
}

#[test]
fn voices_words_speakers_music_and_format() {
    let fixture = Fixture::start();
    // Two voices, told apart by anyone who is not told that there is one.
    let voices = "[0:a]asplit[a][b];[a]atrim=0:1[x];[b]atrim=1,asetpts=PTS-STARTPTS,asetrate=32000,aresample=48000,atempo=1.5[y];\
                  [x][y]concat=v=0:a=1[out]";
    let webm =
        ["-filter_complex", voices, "-map", "0:v", "-map", "[out]", "-s", "320x240", "-deadline", "realtime"];
    cut(
        &fixture.path("talk.webm"),
        &[&webm[..], &["-cpu-used", "8", "-c:v", "libvpx", "-c:a", "libopus"]].concat(),
    );
    let glossary = json!({ "name": "g", "terms": [{ "source": "lighthouse", "target": "torre", "language": "Spanish" }] });
    let glossary =
        fixture.server.post("/v3/brand-glossaries", &glossary).ok()["data"]["brand_glossary_id"].clone();
    let heard = "1\n00:00:00,050 --> 00:00:00,700\nHello.\n\n2\n00:00:01,650 --> 00:00:03,950\nThe lighthouse is red.\n";
    let done = fixture
        .batch(&[json!({
            "video": fixture.offer("talk.webm"),
            "output_languages": ["Spanish"],
            "input_language": "English",
            "keep_the_same_format": true,
            "translate_audio_only": true,
            "disable_music_track": true,
            "enable_caption": true,
            "speaker_num": 1,
            "brand_voice_id": glossary,
            "stock_voice_config": { "use_stock_voice": true, "preferred_stock_voice_ids": ["ef_dora"] },
            "srt": fixture.offer_text("heard.srt", heard),
            "srt_role": "input",
            "folder_id": "shelf",
        })])
        .remove(0);
    assert_eq!((&done["folder_id"], &done["translate_audio_only"]), (&json!("shelf"), &json!(true)));

    // What the transcript says was translated, not what is heard, and with the glossary's word.
    let captions = fixture.text(&done, "srt_caption_url");
    assert!(captions.contains("torre") && captions.contains("roj"), "{captions}");
    let report = fixture.text(&done, "report_url");
    assert!(report.contains("ef_dora") && report.contains("S1") && !report.contains("S2"), "{report}");

    let (source, result) = (fixture.path("talk.webm"), fixture.file(&done, "video_url"));
    assert_eq!(result.extension().unwrap(), "webm");
    let info = redub_media::probe(&result).unwrap();
    assert_eq!(info.video.unwrap().codec, "vp8");
    assert_eq!(pixels(&result), pixels(&source), "the picture stays as it is");
    let (before, after) = (quietest(&source), quietest(&result));
    assert!(before > -60.0 && after < -75.0, "the music is heard at {before:.0} dB before, {after:.0} after");
}

#[test]
fn own_words_clean_speech_and_length() {
    let fixture = Fixture::start();
    let encode = ["-map", "0:v", "-map", "[out]", "-s", "320x240", "-preset", "ultrafast"];
    cut(&fixture.path("noisy.mp4"), &[&["-filter_complex", NOISY][..], &encode].concat());
    let words = "Y ahora les quiero contar con mucho gusto algo más sobre nuestro viejo faro de la bahía, que todos quieren.";
    let spoken =
        format!("1\n00:00:00,050 --> 00:00:00,700\nHola.\n\n2\n00:00:01,650 --> 00:00:03,950\n{words}\n");
    let item = |stretch: bool| {
        json!({
            "video": fixture.offer("noisy.mp4"),
            "output_languages": ["es"],
            "input_language": "en",
            "translate_audio_only": true,
            "enable_caption": true,
            "enable_speech_enhancement": stretch,
            "enable_dynamic_duration": stretch,
            "srt": fixture.offer_text("spoken.srt", &spoken),
            "srt_role": "output",
        })
    };
    let made = fixture.batch(&[item(true), item(false)]);
    for done in &made {
        let captions = fixture.text(done, "srt_caption_url");
        assert!(
            captions.contains("Hola.")
                && captions.contains("nuestro viejo")
                && captions.contains("faro de la bahía"),
            "{captions}"
        );
    }
    let seconds = |done: &Value| redub_media::probe(&fixture.file(done, "video_url")).unwrap().duration_s;
    let (stretched, kept) = (seconds(&made[0]), seconds(&made[1]));
    assert!(stretched > 4.3 && (kept - 4.0).abs() < 0.05, "{stretched} {kept}");
    let level = |done: &Value| quietest(&fixture.file(done, "video_url"));
    let (clean, noisy) = (level(&made[0]), level(&made[1]));
    assert!(
        clean < -100.0 && noisy > -90.0,
        "the noise is heard at {clean:.0} dB, and {noisy:.0} where it may stay"
    );
}

#[test]
fn frame_times_under_a_given_dub() {
    let fixture = Fixture::start();
    let uneven =
        ["-an", "-vf", "select='lt(mod(n,5),3)',scale=320:240", "-fps_mode", "vfr", "-preset", "ultrafast"];
    cut(&fixture.path("uneven.mp4"), &uneven);
    cut(&fixture.path("dub.wav"), &["-filter_complex", NOISY, "-map", "[out]"]);
    let item = |mode: &str| {
        json!({
            "video": fixture.offer("uneven.mp4"),
            "audio": fixture.offer("dub.wav"),
            "output_languages": ["en"],
            "translate_audio_only": true,
            "enable_speech_enhancement": mode == "cfr",
            "fps_mode": mode,
        })
    };
    let source = frame_times(&fixture.path("uneven.mp4"));
    let gaps = |times: &[f64]| -> (f64, f64) {
        let gaps = || times.windows(2).map(|w| w[1] - w[0]);
        (gaps().fold(f64::INFINITY, f64::min), gaps().fold(0.0, f64::max))
    };
    let (least, most) = gaps(&source);
    assert!(most > 2.0 * least, "the source is uneven: {source:?}");
    for (mode, done) in
        ["cfr", "vfr", "passthrough"].iter().zip(fixture.batch(&["cfr", "vfr", "passthrough"].map(item)))
    {
        let file = fixture.file(&done, "video_url");
        let times = frame_times(&file);
        if *mode == "cfr" {
            let (least, most) = gaps(&times);
            assert!(most - least < 0.002, "{mode}: {times:?}");
        } else {
            let worst = times.iter().zip(&source).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(times.len() == source.len() && worst < 0.002, "{mode}: {times:?}");
        }
        // The noise of the given dub goes where its speech is to be cleaned.
        let level = quietest(&file);
        assert!((level < -70.0) == (*mode == "cfr"), "{mode}: {level:.0} dB");
    }
}
