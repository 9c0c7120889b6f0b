//! Wav files.

use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use redub_core::Audio;

use crate::error::{MediaError, Result};
use crate::pending::Pending;

/// Reads a wav file of 8 to 32 bits or floating point, all channels.
///
/// # Errors
/// The file is missing or no wav file that can be read.
pub fn read_wav(path: &Path) -> Result<Audio> {
    let fail = MediaError::wav(path);
    let mut reader = WavReader::open(path).map_err(&fail)?;
    let spec = reader.spec();
    let samples: hound::Result<Vec<f32>> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect(),
        SampleFormat::Int => {
            let scale = 1.0 / (1u64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
            reader.samples::<i32>().map(|s| s.map(|s| s as f32 * scale)).collect()
        }
    };
    Ok(Audio::new(spec.sample_rate, usize::from(spec.channels), samples.map_err(&fail)?))
}

/// Writes 32-bit floating point; the file appears complete or not at all.
///
/// # Errors
/// There are more than 65535 channels, the sound is over the 4 GiB of a wav file, or the disk refused.
pub fn write_wav(path: &Path, audio: &Audio) -> Result<()> {
    let fail = MediaError::wav(path);
    let channels = u16::try_from(audio.channels).map_err(|_| fail(hound::Error::TooWide))?;
    let spec = WavSpec {
        channels,
        sample_rate: audio.rate,
        bits_per_sample: 32,
        sample_format: SampleFormat::Float,
    };
    if audio.samples.len() as u64 * 4 > u64::from(u32::MAX) - 1024 {
        return Err(MediaError::Request(format!("{} would be over the 4 GiB of a wav file", path.display())));
    }
    let file = Pending::new(path)?;
    let mut writer = WavWriter::create(file.path(), spec).map_err(&fail)?;
    audio.samples.iter().try_for_each(|sample| writer.write_sample(*sample)).map_err(&fail)?;
    writer.finalize().map_err(&fail)?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_survive_the_file() -> Result<()> {
        let folder = tempfile::tempdir().map_err(MediaError::file("make", Path::new("tmp")))?;
        let path = folder.path().join("a.wav");
        let audio = Audio::new(44_100, 3, vec![0.1, -0.2, 1.5, 0.0, 0.25, -1.0]);
        write_wav(&path, &audio)?;
        assert_eq!(read_wav(&path)?, audio);
        Ok(())
    }
}
