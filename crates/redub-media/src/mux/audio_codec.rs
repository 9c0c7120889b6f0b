//! Which sound codec goes into which container.

use crate::container::Container;
use crate::doctor;

/// How a sound track is encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AudioCodec {
    /// ffmpeg's encoder.
    pub(super) encoder: &'static str,
    /// Kilobits per second; 0 for lossless codecs.
    pub(super) kilobits: u32,
    /// The most channels that are written; more are mixed down.
    pub(super) most_channels: usize,
}

impl AudioCodec {
    /// The codec for a track of `channels` in `container`.
    pub(super) fn of(container: Container, channels: usize) -> Self {
        let lossy = |encoder, per_pair: u32, most_channels: usize| {
            let used = channels.clamp(1, most_channels) as u32;
            let kilobits = if used == 1 { per_pair * 2 / 3 } else { per_pair * used.div_ceil(2) };
            AudioCodec { encoder, kilobits, most_channels }
        };
        match container {
            Container::Mp4 | Container::Mov | Container::Mkv | Container::M4a => lossy("aac", 192, 8),
            Container::Webm | Container::Ogg if doctor::has_encoder("libopus") => lossy("libopus", 128, 8),
            Container::Webm | Container::Ogg => lossy("libvorbis", 160, 8),
            Container::Avi if channels > 2 => lossy("ac3", 192, 6),
            Container::Avi | Container::Mp3 => lossy("libmp3lame", 192, 2),
            Container::Mpeg if channels > 2 => lossy("ac3", 192, 6),
            Container::Mpeg => lossy("mp2", 224, 2),
            Container::Wav => AudioCodec { encoder: "pcm_s16le", kilobits: 0, most_channels: 64 },
            Container::Flac => AudioCodec { encoder: "flac", kilobits: 0, most_channels: 8 },
        }
    }

    /// The source's own codec for a track of `channels` in `container`; `None` where it cannot be written there.
    pub(super) fn same(codec: &str, container: Container, channels: usize) -> Option<Self> {
        let usual = Self::of(container, channels);
        let (encoder, per_pair, most_channels) = match codec {
            "aac" => ("aac", 192, 8),
            "mp3" => ("libmp3lame", 192, 2),
            "opus" => ("libopus", 128, 8),
            "vorbis" => ("libvorbis", 160, 8),
            "ac3" => ("ac3", 192, 6),
            "mp2" => ("mp2", 224, 2),
            "flac" => ("flac", 0, 8),
            "alac" => ("alac", 0, 8),
            "pcm_s16le" => ("pcm_s16le", 0, 64),
            "pcm_mulaw" => ("pcm_mulaw", 0, 64),
            "pcm_alaw" => ("pcm_alaw", 0, 64),
            _ => return None,
        };
        let can = can_copy(codec, container) && doctor::has_encoder(encoder);
        let pairs = (channels.clamp(1, most_channels) as u32).div_ceil(2);
        can.then(|| match encoder == usual.encoder {
            true => usual,
            false => AudioCodec { encoder, kilobits: per_pair * pairs, most_channels },
        })
    }

    /// Filters before the encoder: channel layouts and rates it can take.
    pub(super) fn filter(&self, channels: usize) -> Option<String> {
        let mut layouts = match channels.min(self.most_channels) {
            1 => "mono",
            2 => "stereo",
            6 => "5.1",
            8 => "7.1",
            _ => "",
        };
        if layouts.is_empty() && !self.encoder.starts_with("pcm") {
            layouts = if channels > 6 && self.most_channels >= 6 { "5.1" } else { "stereo" };
        }
        let rates = match self.encoder {
            // Telephone codecs belong to telephone rates.
            "pcm_mulaw" | "pcm_alaw" => ":sample_rates=8000",
            "libmp3lame" | "mp2" | "ac3" => ":sample_rates=48000|44100|32000",
            "aac" => ":sample_rates=96000|48000|44100|32000|24000|22050|16000",
            _ => "",
        };
        (!layouts.is_empty()).then(|| format!("aformat=channel_layouts={layouts}{rates}"))
    }
}

/// Whether a coded stream can be taken over into `container` as it is.
pub(super) fn can_copy(codec: &str, container: Container) -> bool {
    match container {
        Container::Mp4 | Container::M4a => matches!(codec, "aac" | "mp3" | "ac3" | "eac3" | "alac"),
        Container::Mov => matches!(codec, "aac" | "mp3" | "ac3" | "alac") || codec.starts_with("pcm_"),
        Container::Mkv => true,
        Container::Webm => matches!(codec, "opus" | "vorbis"),
        Container::Avi => matches!(codec, "mp3" | "ac3" | "mp2"),
        Container::Mpeg => matches!(codec, "mp2" | "ac3"),
        Container::Mp3 => codec == "mp3",
        Container::Wav => codec == "pcm_s16le",
        Container::Flac => codec == "flac",
        Container::Ogg => matches!(codec, "opus" | "vorbis"),
    }
}
