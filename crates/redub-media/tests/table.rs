//! What is read from real files, clip by clip.
#![allow(clippy::unwrap_used)]

mod common;

use redub_core::Span;
use redub_media::audio::{Channels, decode};
use redub_media::frames::{FrameReader, times};
use redub_media::{MediaError, probe};

struct Row {
    clip: &'static str,
    codec: &'static str,
    /// Upright width and height, rotation, varying rate.
    picture: (usize, usize, u32, bool),
    /// Codec, rate, channels of the first sound stream.
    sound: Option<(&'static str, u32, usize)>,
    /// Frames that decode.
    frames: usize,
}

const fn row(
    clip: &'static str,
    codec: &'static str,
    picture: (usize, usize, u32, bool),
    sound: Option<(&'static str, u32, usize)>,
    frames: usize,
) -> Row {
    Row { clip, codec, picture, sound, frames }
}

const TABLE: [Row; 12] = [
    row(
        "derived/jordi_rotation_meta_upright.mp4",
        "h264",
        (1080, 720, 90, false),
        Some(("aac", 44_100, 1)),
        299,
    ),
    row("derived/jordi_audio_late_500ms.mp4", "h264", (1080, 720, 0, false), Some(("aac", 44_100, 1)), 299),
    row("derived/jordi_5.1_ac3.mkv", "h264", (1080, 720, 0, false), Some(("ac3", 44_100, 6)), 299),
    row("derived/jordi_av1.mp4", "av1", (1080, 720, 0, false), Some(("aac", 44_100, 1)), 180),
    row("derived/jordi_vp9_opus.webm", "vp9", (1080, 720, 0, false), Some(("opus", 48_000, 1)), 299),
    row("derived/jordi_no_audio.mp4", "h264", (1080, 720, 0, false), None, 299),
    row("derived/obama_vfr.mp4", "h264", (450, 450, 0, true), Some(("aac", 48_000, 2)), 368),
    row("derived/obama_mulaw8k.mov", "h264", (450, 450, 0, false), Some(("pcm_mulaw", 8_000, 1)), 500),
    row("derived/es_240p_mp3.avi", "h264", (320, 240, 0, false), Some(("mp3", 44_100, 1)), 300),
    row("video/en_man_vfr_700p_6s.mp4", "h264", (700, 700, 0, true), Some(("aac", 44_100, 2)), 135),
    row("video/xx_damaged_webm_vp8.webm", "vp8", (704, 528, 0, false), None, 0),
    row("video/en_grid_bbaf2n.mpg", "mpeg1video", (360, 288, 0, false), Some(("mp2", 44_100, 2)), 75),
];

#[test]
fn every_clip_is_read_as_it_is() {
    for row in &TABLE {
        let Some(path) = common::clip(row.clip) else { continue };
        let media = probe(&path).unwrap();
        let video = media.video.as_ref().unwrap();
        let sound = media.main_audio().map(|a| (a.codec.as_str(), a.rate, a.channels));
        assert_eq!(video.codec, row.codec, "{}", row.clip);
        assert_eq!((video.width, video.height, video.rotation, video.vfr), row.picture, "{}", row.clip);
        assert_eq!(sound, row.sound, "{}", row.clip);

        let times = times(&path, video, None).unwrap();
        let mut reader = FrameReader::open(&path, video, None, Some((32, 32))).unwrap();
        let mut frame = reader.blank();
        let mut frames = 0;
        while reader.read(&mut frame).unwrap() {
            frames += 1;
        }
        println!(
            "{}: {frames} frames, first at {:.4}, last at {:.4} s",
            row.clip,
            times[0],
            times[times.len() - 1]
        );
        assert_eq!(frames, times.len(), "{}: one time per frame", row.clip);
        assert!(row.frames == 0 || frames == row.frames, "{}: {frames} frames", row.clip);
        assert!(times[0] > -1e-6 && times[0] < 0.1, "{}: first frame at {}", row.clip, times[0]);

        // A span gives exactly the frames whose times lie in it.
        let span = Span::new(times[times.len() / 3] + 0.001, times[times.len() / 2] + 0.001);
        let inside = times.iter().filter(|t| span.contains(**t)).count();
        let cut = redub_media::frames::times(&path, video, Some(span)).unwrap();
        let mut reader = FrameReader::open(&path, video, Some(span), Some((32, 32))).unwrap();
        let mut frames = 0;
        while reader.read(&mut frame).unwrap() {
            frames += 1;
        }
        assert_eq!((cut.len(), frames), (inside, inside), "{}: span {span:?}", row.clip);
    }
}

#[test]
fn the_rotated_clip_is_upright() {
    let pair =
        (common::clip("derived/jordi_rotation_meta_upright.mp4"), common::clip("derived/jordi_no_audio.mp4"));
    let (Some(turned), Some(plain)) = pair else { return };
    let first = |path: &std::path::Path| {
        let media = probe(path).unwrap();
        let mut reader = FrameReader::open(path, media.video.as_ref().unwrap(), None, None).unwrap();
        let mut frame = reader.blank();
        assert!(reader.read(&mut frame).unwrap());
        frame
    };
    assert!(common::psnr(&first(&turned), &first(&plain)) > 28.0);
}

#[test]
fn bad_files_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let refusal = |path: &std::path::Path| probe(path).unwrap_err();
    assert!(matches!(refusal(&write("empty.mp4", b"")), MediaError::Empty(_)));
    assert!(matches!(refusal(&write("text.mp4", b"hello, this is text")), MediaError::NotMedia { .. }));
    let list = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n";
    assert!(matches!(refusal(&write("list.m3u8", list)), MediaError::NotMedia { .. }));
    assert!(matches!(refusal(&folder.path().join("none.mp4")), MediaError::File { .. }));
    if let Some(path) = common::clip("derived/jordi_truncated_no_moov.mp4") {
        let error = refusal(&path);
        assert!(error.to_string().starts_with("the file is cut off"), "{error}");
    }
    if let Some(path) = common::clip("video/en_audioonly_mp4_radio_40s.mp4") {
        assert!(probe(&path).unwrap().video.is_none());
    }
}

/// Seconds until the sound first passes `level`.
fn onset(audio: &redub_core::Audio, level: f32) -> f64 {
    let at = audio.samples.iter().position(|s| s.abs() > level).unwrap_or(0);
    at as f64 / f64::from(audio.rate) / audio.channels as f64
}

#[test]
fn late_sound_is_preceded_by_silence() {
    let clips = [
        ("derived/jordi_audio_late_500ms.mp4", "video/en_webcam_jordi_10s.mp4", 0.5),
        ("derived/obama_audio_late_300ms.mp4", "video/en_obama_address_450p_20s.mp4", 0.3),
    ];
    for (late, plain, by) in clips {
        let (Some(late), Some(plain)) = (common::clip(late), common::clip(plain)) else { continue };
        let sound = |path: &std::path::Path, span| {
            let media = probe(path).unwrap();
            decode(path, media.main_audio().unwrap(), 16_000, Channels::Mono, span).unwrap()
        };
        let (a, b) = (sound(&plain, None), sound(&late, None));
        let shift = (0..16_000).max_by_key(|lag| {
            let products = a.samples.iter().zip(&b.samples[*lag..]).step_by(7).map(|(a, b)| f64::from(a * b));
            (products.sum::<f64>() * 1e6) as i64
        });
        let shift = shift.unwrap() as f64 / 16_000.0;
        println!("{}: shifted by {shift:.4} s, onset at {:.3}", late.display(), onset(&b, 0.02));
        assert!((shift - by).abs() < 0.03, "{shift}");
        // A part is the same as that part of the whole.
        let part = sound(&late, Some(Span::new(4.25, 6.0)));
        assert_eq!(part.frames(), 28_000);
        let whole = &b.samples[68_000..96_000];
        let worst = part.samples.iter().zip(whole).skip(800).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 0.02, "{worst}");
    }
}

#[test]
fn surround_is_kept_or_mixed_down() {
    let Some(path) = common::clip("derived/jordi_5.1_ac3.mkv") else { return };
    let media = probe(&path).unwrap();
    let info = media.main_audio().unwrap();
    let all = decode(&path, info, 44_100, Channels::Keep, None).unwrap();
    let two = decode(&path, info, 44_100, Channels::Stereo, None).unwrap();
    let one = decode(&path, info, 44_100, Channels::Mono, None).unwrap();
    assert_eq!((all.channels, two.channels, one.channels), (6, 2, 1));
    let loudness = |a| redub_media::loudness::integrated_lufs(a).unwrap().unwrap();
    println!(
        "5.1 {:.1} LUFS, stereo {:.1} LUFS, mono {:.1} LUFS",
        loudness(&all),
        loudness(&two),
        loudness(&one)
    );
    assert!((loudness(&all) - loudness(&two)).abs() < 3.5);
}
