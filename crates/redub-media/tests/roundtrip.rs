//! Pictures from decoder to encoder and back, and whole files.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};

use redub_core::{Audio, Span};
use redub_media::audio::write_wav;
use redub_media::captions::Burn;
use redub_media::encode::{EncodeSettings, Timing, VideoCodec, VideoWriter};
use redub_media::frames::{FrameReader, times};
use redub_media::mux::{AudioPart, CaptionPart, KeptAudio, MetadataFrom, MuxPlan, VideoPart, mux};
use redub_media::{Container, MediaInfo, VideoInfo, YuvFrame, probe};

/// Sends the first `most` frames of a clip through the writer.
fn copy(path: &Path, info: &VideoInfo, settings: &EncodeSettings, target: &Path, most: usize) -> Vec<f64> {
    let mut all = times(path, info, None).unwrap();
    all.truncate(most);
    let mut writer = VideoWriter::create(target, settings, Timing::of(&all, info)).unwrap();
    let mut reader = FrameReader::open(path, info, None, None).unwrap();
    let mut frame = reader.blank();
    for _ in 0..all.len() {
        assert!(reader.read(&mut frame).unwrap());
        writer.write(&frame).unwrap();
    }
    writer.finish().unwrap();
    all
}

fn frames(path: &Path, info: &VideoInfo, most: usize) -> Vec<YuvFrame> {
    let mut reader = FrameReader::open(path, info, None, None).unwrap();
    let mut frame = reader.blank();
    let mut all = Vec::new();
    while all.len() < most && reader.read(&mut frame).unwrap() {
        all.push(frame.clone());
    }
    all
}

fn video(path: &Path) -> (MediaInfo, VideoInfo) {
    let media = probe(path).unwrap();
    let info = media.video.clone().unwrap();
    (media, info)
}

/// A tiny colourful clip of our own, for machines without the shared ones.
fn generated(folder: &Path) -> PathBuf {
    let path = folder.join("generated.mp4");
    let source = "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -f lavfi -i sine=d=2 -pix_fmt yuv420p -crf 10";
    common::make(&path, &format!("{source} -metadata title=Test"));
    path
}

#[test]
fn untouched_frames_survive_as_well_as_in_a_direct_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let shared = ["video/en_webcam_jordi_10s.mp4", "video/en_obama_address_450p_20s.mp4"];
    let clips = shared.into_iter().filter_map(common::clip).chain([generated(folder.path())]);
    for clip in clips {
        let (_, info) = video(&clip);
        let ours = folder.path().join("ours.mp4");
        let most = 60;
        let count = copy(&clip, &info, &EncodeSettings::standard(&info), &ours, most).len();
        let direct = folder.path().join("direct.mp4");
        let options = format!("-an -c:v libx264 -crf 18 -preset veryfast -pix_fmt yuv420p -frames:v {most}");
        common::make(&direct, &format!("-i {} {options}", clip.display()));
        let source = frames(&clip, &info, most);
        let mean = |path: &Path| {
            let result = frames(path, &video(path).1, most);
            assert_eq!(result.len(), count);
            source.iter().zip(&result).map(|(a, b)| common::psnr(a, b)).sum::<f64>() / count as f64
        };
        let (a, b) = (mean(&ours), mean(&direct));
        println!("{}: ours {a:.2} dB, direct {b:.2} dB", clip.display());
        assert!(a > b - 0.2);
        if !clip.ends_with("generated.mp4") {
            assert!(a >= 45.0, "{a} dB");
        }
        let result = video(&ours).1;
        assert_eq!((result.width, result.height), (info.width, info.height));
        assert_eq!((&result.color_space, &result.color_range), (&info.color_space, &info.color_range));
    }
}

#[test]
fn varying_times_are_kept_to_the_millisecond() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["derived/obama_vfr.mp4", "video/en_man_vfr_700p_6s.mp4"] {
        let Some(clip) = common::clip(name) else { continue };
        let (_, info) = video(&clip);
        for container in [Container::Mp4, Container::Mkv] {
            let encoded = folder.path().join("encoded.mp4");
            let wanted = copy(&clip, &info, &EncodeSettings::standard(&info), &encoded, 120);
            let target = folder.path().join(format!("out.{}", container.extension()));
            mux(&plan(VideoPart::File(encoded), container), &target).unwrap();
            // Matroska begins at the first decoding time; all streams move alike.
            let result = video(&target).1;
            // Without sound the first picture is time zero; on the container's clock it stays where it was.
            let got = times(&target, &result, None).unwrap();
            let got: Vec<f64> = got.into_iter().map(|t| t + result.zero_s).collect();
            let shift = got[0] - wanted[0];
            let off = wanted.iter().zip(&got).map(|(a, b)| (a + shift - b).abs()).fold(0.0, f64::max);
            println!(
                "{name} in {}: {} frames, off by {:.3} ms, moved by {:.1} ms",
                container.extension(),
                got.len(),
                off * 1e3,
                shift * 1e3
            );
            assert_eq!(got.len(), wanted.len());
            assert!(off < 0.00101, "{off}");
            assert!(container != Container::Mp4 || shift.abs() < 0.001);
        }
    }
}

#[test]
fn every_codec_is_written_in_its_container() {
    let folder = tempfile::tempdir().unwrap();
    let clip = generated(folder.path());
    let (_, info) = video(&clip);
    let pairs = [
        (VideoCodec::H264, Container::Mp4, "h264"),
        (VideoCodec::Hevc, Container::Mp4, "hevc"),
        (VideoCodec::Av1, Container::Mkv, "av1"),
        (VideoCodec::Vp9, Container::Webm, "vp9"),
        (VideoCodec::Vp8, Container::Webm, "vp8"),
        (VideoCodec::Mpeg4, Container::Avi, "mpeg4"),
        (VideoCodec::Mpeg1, Container::Mpeg, "mpeg1video"),
    ];
    for (codec, container, name) in pairs {
        if !codec.is_available() {
            println!("skipped: no {}", codec.encoder());
            continue;
        }
        let settings = EncodeSettings { codec, container, ..EncodeSettings::standard(&info) };
        let target = folder.path().join(format!("out.{}", container.extension()));
        copy(&clip, &info, &settings, &target, 12);
        let result = video(&target).1;
        let pairs = frames(&clip, &info, 12);
        let psnr = common::psnr(&pairs[5], &frames(&target, &result, 12)[5]);
        println!("{name}: {psnr:.1} dB");
        assert_eq!((result.codec.as_str(), result.width, result.height), (name, 160, 120));
        assert!(psnr > 30.0, "{name}: {psnr}");
    }
}

#[test]
fn a_container_of_constant_rate_takes_late_frames() {
    let folder = tempfile::tempdir().unwrap();
    let clip = generated(folder.path());
    let (_, info) = video(&clip);
    let settings = EncodeSettings {
        codec: VideoCodec::Mpeg4,
        container: Container::Avi,
        ..EncodeSettings::standard(&info)
    };
    let target = folder.path().join("late.avi");
    let late = (0..10).map(|n| 0.08 + f64::from(n) * 0.04).collect();
    let mut writer = VideoWriter::create(&target, &settings, Timing::Times(late)).unwrap();
    frames(&clip, &info, 10).iter().for_each(|frame| writer.write(frame).unwrap());
    writer.finish().unwrap();
    let result = video(&target).1;
    let count = frames(&target, &result, 99).len();
    println!("10 frames from 0.08 s on: {count} in AVI, {:?}", result.r_frame_rate);
    assert!((10..=12).contains(&count) && (result.fps() - 25.0).abs() < 0.01);
}

#[test]
fn odd_sizes_lose_at_most_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let clip = folder.path().join("odd.webm");
    common::make(
        &clip,
        "-f lavfi -i mandelbrot=s=161x121:r=25 -t 0.4 -pix_fmt yuv420p -c:v libvpx-vp9 -b:v 0 -crf 20",
    );
    let (media, info) = video(&clip);
    let standard = folder.path().join("standard.mp4");
    copy(&clip, &info, &EncodeSettings::standard(&info), &standard, 9);
    assert_eq!((video(&standard).1.width, video(&standard).1.height), (160, 120));
    let same = folder.path().join("same.webm");
    copy(&clip, &info, &EncodeSettings::same_format(&media, &info), &same, 9);
    assert_eq!((video(&same).1.width, video(&same).1.height), (161, 121));
}

fn plan(video: VideoPart, container: Container) -> MuxPlan {
    MuxPlan {
        video,
        audio: Vec::new(),
        keep_original_audio: None,
        captions: Vec::new(),
        metadata_from: None,
        provenance: Vec::new(),
        container,
        audio_codec: None,
    }
}

#[test]
fn a_whole_file_is_put_together_in_every_container() {
    let folder = tempfile::tempdir().unwrap();
    let clip = generated(folder.path());
    let (media, info) = video(&clip);
    let wav = folder.path().join("dub.wav");
    write_wav(&wav, &Audio::silence(48_000, 2, 96_000)).unwrap();
    // A name with every letter that ffmpeg's filters give a meaning to.
    let srt = folder.path().join("it's, [a]: b;c.srt");
    std::fs::write(&srt, "1\n00:00:00,200 --> 00:00:01,500\nHola\n").unwrap();
    for container in [Container::Mp4, Container::Mkv, Container::Webm, Container::Avi, Container::Mov] {
        let mut settings = EncodeSettings::standard(&info);
        settings.burn = Some(Burn { srt: srt.clone() });
        if container == Container::Webm {
            (settings.codec, settings.container) = (VideoCodec::Vp8, container);
        }
        let encoded = folder.path().join(format!("video.{}", settings.container.extension()));
        copy(&clip, &info, &settings, &encoded, 50);
        let burnt = frames(&encoded, &video(&encoded).1, 50);
        let source = frames(&clip, &info, 50);
        let (before, during) = (common::psnr(&source[2], &burnt[2]), common::psnr(&source[20], &burnt[20]));
        assert!(before > during + 5.0, "captions are drawn: {before} and {during} dB");

        let dub = AudioPart {
            path: wav.clone(),
            language: Some("es-MX".into()),
            title: Some("Español".into()),
            default: true,
        };
        let kept = KeptAudio {
            path: clip.clone(),
            info: media.audio[0].clone(),
            span: Some(Span::new(0.5, 1.5)),
            language: Some("en".into()),
            title: None,
        };
        let caption =
            CaptionPart { srt: srt.clone(), language: Some("es".into()), title: None, default: false };
        let plan = MuxPlan {
            audio: vec![dub],
            keep_original_audio: Some(kept),
            captions: vec![caption],
            metadata_from: Some(MetadataFrom { path: clip.clone(), span: None, clock: Vec::new() }),
            provenance: vec![("redub_mode".into(), "speed".into())],
            ..plan(VideoPart::File(encoded), container)
        };
        let target = folder.path().join(format!("out.{}", container.extension()));
        let notes = mux(&plan, &target).unwrap();
        let result = probe(&target).unwrap();
        println!("{}: {notes:?} {:?}", container.extension(), result.tags);
        assert!(result.video.is_some() && result.audio.len() == 2);
        assert_eq!(result.has_subtitles, container != Container::Avi);
        assert_eq!(result.tags.get("title").map(String::as_str), Some("Test"));
        if container != Container::Avi {
            assert_eq!(result.audio[1].language.as_deref(), Some("spa"));
            assert!(result.audio[1].is_default && !result.audio[0].is_default);
        }
        assert!((result.duration_s - 2.0).abs() < 0.12, "{}", result.duration_s);
    }
}

#[test]
fn an_untouched_picture_is_copied_and_sound_alone_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let clip = generated(folder.path());
    let (_, info) = video(&clip);
    let wav = folder.path().join("dub.wav");
    write_wav(&wav, &Audio::silence(24_000, 1, 48_000)).unwrap();
    let dub = AudioPart { path: wav, language: None, title: None, default: true };
    let copied = folder.path().join("copied.mp4");
    let part = VideoPart::CopyFrom { path: clip.clone(), info: info.clone() };
    mux(&MuxPlan { audio: vec![dub.clone()], ..plan(part, Container::Mp4) }, &copied).unwrap();
    assert_eq!(frames(&clip, &info, 50), frames(&copied, &video(&copied).1, 50));
    for container in [Container::M4a, Container::Mp3, Container::Wav, Container::Flac, Container::Ogg] {
        let target = folder.path().join(format!("sound.{}", container.extension()));
        mux(&MuxPlan { audio: vec![dub.clone()], ..plan(VideoPart::None, container) }, &target).unwrap();
        let result = probe(&target).unwrap();
        assert!(
            result.video.is_none() && (result.duration_s - 2.0).abs() < 0.1,
            "{container:?}: {}",
            result.duration_s
        );
        assert_eq!(Container::of(&result), Some(container));
    }
}

#[test]
fn chapters_follow_a_trim() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("chapters.txt");
    std::fs::write(&list, ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two\n").unwrap();
    let clip = folder.path().join("chapters.mkv");
    let input = generated(folder.path());
    common::make(
        &clip,
        &format!("-i {} -i {} -map 0 -map_chapters 1 -c copy", input.display(), list.display()),
    );
    let (media, info) = video(&clip);
    assert_eq!(media.chapters, 2);
    let encoded = folder.path().join("encoded.mp4");
    copy(&clip, &info, &EncodeSettings::standard(&info), &encoded, 10);
    let target = folder.path().join("out.mp4");
    let metadata_from = Some(MetadataFrom { path: clip, span: Some(Span::new(1.2, 1.6)), clock: Vec::new() });
    mux(&MuxPlan { metadata_from, ..plan(VideoPart::File(encoded), Container::Mp4) }, &target).unwrap();
    assert_eq!(probe(&target).unwrap().chapters, 1);
}

#[test]
fn a_dropped_writer_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clip = generated(folder.path());
    let (_, info) = video(&clip);
    let inner = folder.path().join("inner");
    let target = inner.join("out.mp4");
    let mut writer =
        VideoWriter::create(&target, &EncodeSettings::standard(&info), Timing::Constant(info.r_frame_rate))
            .unwrap();
    writer.write(&frames(&clip, &info, 1)[0]).unwrap();
    drop(writer);
    assert!(std::fs::read_dir(&inner).unwrap().next().is_none());
}
