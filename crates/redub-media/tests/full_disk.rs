//! A disk that fills: an error that says so, and no file that looks finished.
#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use redub_core::Audio;
use redub_media::encode::{EncodeSettings, Timing, VideoWriter};
use redub_media::frames::FrameReader;
use redub_media::mux::{self, AudioPart, MuxPlan, VideoPart};
use redub_media::{Container, MediaError, audio, probe};

/// A file system of a few kilobytes, unmounted when dropped.
struct Small(PathBuf);

impl Small {
    /// `None` (said) where mounting is not allowed.
    fn mount(folder: &Path, kilobytes: u64) -> Option<Self> {
        let path = folder.join(format!("disk-{kilobytes}"));
        std::fs::create_dir(&path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "tmpfs"]).arg(&path);
        if mount.output().is_ok_and(|o| o.status.success()) {
            return Some(Self(path));
        }
        println!("skipped: a small file system cannot be mounted here");
        None
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[track_caller]
fn is_full<T: std::fmt::Debug>(result: Result<T, MediaError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, MediaError::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn sound_and_pictures_and_whole_files() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source.mp4");
    common::make(
        &source,
        "-f lavfi -i testsrc2=size=320x180:rate=25:duration=8 -f lavfi -i sine=440:duration=8 -shortest",
    );
    let info = probe(&source).unwrap();
    let video = info.video.clone().unwrap();

    let Some(disk) = Small::mount(folder.path(), 64) else { return };
    is_full(audio::write_wav(&disk.0.join("a.wav"), &Audio::silence(48_000, 2, 48_000)));

    let settings = EncodeSettings::standard(&video);
    let rate = Timing::Constant(video.r_frame_rate);
    let mut writer = VideoWriter::create(&disk.0.join("picture.mp4"), &settings, rate).unwrap();
    let mut reader = FrameReader::open(&source, &video, None, None).unwrap();
    let mut frame = reader.blank();
    let mut written = Ok(());
    while written.is_ok() && reader.read(&mut frame).unwrap() {
        written = writer.write(&frame);
    }
    is_full(written.and_then(|()| writer.finish()));
    assert_eq!(names(&disk.0), Vec::<String>::new());
    drop(disk);

    // The end of a file is written last, and its failure is the one that ffmpeg does not report by its status.
    let sound = folder.path().join("sound.wav");
    audio::write_wav(&sound, &Audio::silence(48_000, 1, 8 * 48_000)).unwrap();
    let part = AudioPart { path: sound, language: None, title: None, default: true };
    let plan = |container| MuxPlan {
        video: VideoPart::CopyFrom { path: source.clone(), info: video.clone() },
        audio: vec![part.clone()],
        keep_original_audio: None,
        captions: Vec::new(),
        metadata_from: None,
        provenance: Vec::new(),
        audio_codec: None,
        container,
    };
    for container in [Container::Mp4, Container::Mkv] {
        let whole = folder.path().join(format!("whole.{}", container.extension()));
        mux::mux(&plan(container), &whole).unwrap();
        let kilobytes = std::fs::metadata(&whole).unwrap().len() / 1024;
        for room in [kilobytes / 2, kilobytes - 12, kilobytes - 4] {
            let room = room / 4 * 4;
            let Some(disk) = Small::mount(folder.path(), room) else { return };
            let out = disk.0.join(format!("out.{}", container.extension()));
            is_full(mux::mux(&plan(container), &out));
            assert_eq!(names(&disk.0), Vec::<String>::new(), "{container:?} {room}");
            drop(disk);
            std::fs::remove_dir(folder.path().join(format!("disk-{room}"))).unwrap();
        }
    }
}
