//! The one ffmpeg call that makes the final file.

use std::ffi::OsString;
use std::path::Path;

use super::audio_codec::{AudioCodec, can_copy};
use super::chapters;
use super::language::three_letters;
use super::plan::{AudioPart, CaptionPart, KeptAudio, MuxPlan, VideoPart};
use crate::audio::on_time_line;
use crate::container::Container;
use crate::error::{MediaError, Result};
use crate::probe;
use crate::tool;

/// The call under construction.
pub(super) struct Arguments {
    pub(super) args: Vec<OsString>,
    /// Remarks for the report.
    pub(super) notes: Vec<String>,
    output: Vec<OsString>,
    inputs: usize,
    sounds: usize,
    container: Container,
    audio_codec: Option<String>,
}

/// Builds the call; `folder` takes files that it reads.
pub(super) fn build(plan: &MuxPlan, folder: &Path, target: &Path) -> Result<Arguments> {
    let mut call = Arguments {
        args: tool::quiet(),
        notes: Vec::new(),
        output: Vec::new(),
        inputs: 0,
        sounds: 0,
        container: plan.container,
        audio_codec: plan.audio_codec.clone(),
    };
    // Every input keeps its own clock: a picture that starts at 0.033 s stays there.
    call.args.push("-copyts".into());
    call.video(&plan.video)?;
    if let Some(kept) = &plan.keep_original_audio {
        call.kept_sound(kept, plan.audio.is_empty());
    }
    let first_default = plan.audio.iter().position(|part| part.default).unwrap_or(0);
    for (index, part) in plan.audio.iter().enumerate() {
        call.sound(part, index == first_default)?;
    }
    call.captions(&plan.captions);
    call.metadata(plan, folder)?;
    call.end(target);
    Ok(call)
}

impl Arguments {
    fn out(&mut self, words: &[&str]) {
        self.output.extend(words.iter().map(OsString::from));
    }

    /// Adds an input and returns its number.
    fn input(&mut self, words: &[&str], path: &Path) -> usize {
        self.args.extend(tool::input(path, words));
        self.inputs += 1;
        self.inputs - 1
    }

    /// Adds an input of our own making in a format that strangers may not use.
    fn own_input(&mut self, format: &str, path: &Path) -> usize {
        self.args.extend(["-protocol_whitelist", "file", "-f", format, "-i"].map(OsString::from));
        self.args.push(tool::url(path));
        self.inputs += 1;
        self.inputs - 1
    }

    fn video(&mut self, part: &VideoPart) -> Result<()> {
        let stream = match part {
            VideoPart::None => return Ok(()),
            VideoPart::File(path) => format!("{}:v:0", self.input(&[], path)),
            VideoPart::CopyFrom { path, info } => {
                let back = tool::seconds(-info.zero_s);
                format!("{}:{}", self.input(&["-itsoffset", &back], path), info.index)
            }
        };
        self.out(&["-map", &stream, "-c:v", "copy"]);
        let hevc = match part {
            VideoPart::CopyFrom { info, .. } => info.codec == "hevc",
            VideoPart::File(path) => probe::probe(path)?.video.is_some_and(|v| v.codec == "hevc"),
            VideoPart::None => false,
        };
        if hevc && self.container.is_mpeg4() {
            self.out(&["-tag:v", "hvc1"]);
        }
        Ok(())
    }

    fn sound(&mut self, part: &AudioPart, default: bool) -> Result<()> {
        let info = probe::probe(&part.path)?;
        let Some(stream) = info.audio.first() else {
            return Err(MediaError::NoStreams(part.path.clone()));
        };
        let input = self.input(&[], &part.path);
        self.out(&["-map", &format!("{input}:{}", stream.index)]);
        // Our wav files do not say that eight channels are 7.1.
        let named =
            (stream.channels == 8).then(|| "channelmap=map=0|1|2|3|4|5|6|7:channel_layout=7.1".to_owned());
        self.encode(stream.channels, named);
        self.describe_sound(part.language.as_deref(), part.title.as_deref(), default);
        Ok(())
    }

    fn kept_sound(&mut self, kept: &KeptAudio, default: bool) {
        let info = &kept.info;
        let copies = kept.span.is_none() && can_copy(&info.codec, self.container);
        let back = tool::seconds(-info.zero_s);
        let before: &[&str] = if copies { &["-itsoffset", &back] } else { &[] };
        let input = self.input(before, &kept.path);
        self.out(&["-map", &format!("{input}:{}", info.index)]);
        if copies {
            let option = format!("-c:a:{}", self.sounds);
            self.out(&[&option, "copy"]);
        } else {
            let start = info.zero_s + kept.span.map_or(0.0, |s| s.start);
            let line = on_time_line(start, kept.span.map(|s| s.seconds()), None);
            self.encode(info.channels, Some(line));
            let why =
                if kept.span.is_some() { "it was trimmed" } else { "the container cannot hold its codec" };
            self.notes.push(format!("the original sound was encoded again, because {why}"));
        }
        let language = kept.language.as_deref().or(info.language.as_deref());
        self.describe_sound(language, kept.title.as_deref().or(info.title.as_deref()), default);
    }

    /// Encoder options of the next sound track.
    fn encode(&mut self, channels: usize, before: Option<String>) {
        let usual = || AudioCodec::of(self.container, channels);
        let codec = match &self.audio_codec {
            None => usual(),
            Some(wanted) => AudioCodec::same(wanted, self.container, channels).unwrap_or_else(|| {
                let usual = usual();
                self.notes.push(format!(
                    "{wanted} sound is not written here; the sound is encoded by {}",
                    usual.encoder
                ));
                usual
            }),
        };
        let track = self.sounds;
        self.out(&[&format!("-c:a:{track}"), codec.encoder]);
        if codec.kilobits > 0 {
            self.out(&[&format!("-b:a:{track}"), &format!("{}k", codec.kilobits)]);
        }
        if channels > codec.most_channels {
            self.notes.push(format!("{channels} sound channels were mixed down to {}", codec.most_channels));
        }
        let filters: Vec<String> = before.into_iter().chain(codec.filter(channels)).collect();
        if !filters.is_empty() {
            self.out(&[&format!("-filter:a:{track}"), &filters.join(",")]);
        }
    }

    fn describe_sound(&mut self, language: Option<&str>, title: Option<&str>, default: bool) {
        let track = self.sounds;
        self.describe(&format!("a:{track}"), language, title, default);
        self.sounds += 1;
    }

    fn describe(&mut self, stream: &str, language: Option<&str>, title: Option<&str>, default: bool) {
        let code = three_letters(language.unwrap_or("und"));
        self.out(&[&format!("-metadata:s:{stream}"), &format!("language={code}")]);
        if let Some(title) = title {
            self.out(&[&format!("-metadata:s:{stream}"), &format!("title={title}")]);
            if self.container.is_mpeg4() {
                // Players of MPEG-4 files show the handler's name.
                self.out(&[&format!("-metadata:s:{stream}"), &format!("handler_name={title}")]);
            }
        }
        self.out(&[&format!("-disposition:{stream}"), if default { "default" } else { "0" }]);
    }

    fn captions(&mut self, captions: &[CaptionPart]) {
        let codec = match self.container {
            Container::Mp4 | Container::Mov => "mov_text",
            Container::Mkv => "srt",
            Container::Webm => "webvtt",
            _ if captions.is_empty() => return,
            other => {
                let name = other.extension();
                self.notes.push(format!(
                    "{name} files hold no caption track; the captions are left out of the file"
                ));
                return;
            }
        };
        for (track, part) in captions.iter().enumerate() {
            let input = self.own_input("srt", &part.srt);
            self.out(&["-map", &format!("{input}:0"), &format!("-c:s:{track}"), codec]);
            self.describe(
                &format!("s:{track}"),
                part.language.as_deref(),
                part.title.as_deref(),
                part.default,
            );
        }
    }

    fn metadata(&mut self, plan: &MuxPlan, folder: &Path) -> Result<()> {
        let source = plan.metadata_from.as_ref().map(chapters::read).transpose()?;
        let chapters = source.as_ref().and_then(|s| s.chapters.as_ref());
        let mut chapter_input = "-1".to_string();
        if let Some(text) = chapters {
            let path = folder.join("chapters.txt");
            std::fs::write(&path, text).map_err(MediaError::file("write", &path))?;
            chapter_input = self.own_input("ffmetadata", &path).to_string();
        }
        self.out(&["-map_metadata", "-1", "-map_chapters", &chapter_input]);
        let (tags, comment) = source.map(|s| (s.tags, s.comment)).unwrap_or_default();
        for (key, value) in &tags {
            self.out(&["-metadata", &format!("{key}={value}")]);
        }
        let own_tags = matches!(self.container, Container::Mkv | Container::Webm);
        if own_tags {
            for (key, value) in &plan.provenance {
                self.out(&["-metadata", &format!("{key}={value}")]);
            }
        }
        let lines = plan.provenance.iter().map(|(key, value)| format!("{key}: {value}"));
        let lines = comment.into_iter().chain(lines.filter(|_| !own_tags));
        let comment = lines.collect::<Vec<_>>().join("\n");
        if !comment.is_empty() {
            self.out(&["-metadata", &format!("comment={comment}")]);
        }
        Ok(())
    }

    fn end(&mut self, target: &Path) {
        if self.container.is_mpeg4() {
            self.out(&["-movflags", "+faststart"]);
        }
        self.out(&["-max_muxing_queue_size", "9999", "-f", self.container.muxer(), "-y"]);
        self.args.append(&mut self.output);
        self.args.push(tool::url(target));
    }
}
