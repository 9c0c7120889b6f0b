//! The arguments that every ffmpeg and ffprobe call shares.

use std::ffi::OsString;
use std::path::Path;

use super::limits::{MAX_SIDE, MAX_STREAMS};

/// Containers that may be opened. Playlists, concatenation scripts and image sequences are left out on purpose: they
/// would let a file read other files of this machine.
const FORMATS: &str = "matroska,webm,mov,mp4,avi,mpeg,mpegts,mpegvideo,ogg,flv,asf,wav,w64,aiff,mp3,aac,flac,ac3,eac3,\
dts,amr,caf,au,mxf,nut,ivf,h264,hevc,m4v,obu,av1,rm,dv,wtv,gif,tta,wv,ape,mpc,mpc8,voc,gsm,loas,truehd";

/// Arguments without user text go in as they are; paths as `OsString`.
pub(crate) type Input = Vec<OsString>;

/// `-v error` and no interaction.
pub(crate) fn quiet() -> Input {
    ["-hide_banner", "-nostdin", "-loglevel", "error"].map(OsString::from).to_vec()
}

/// The options before a hostile input, without `-i` (ffprobe takes the file last).
pub(crate) fn guards() -> Input {
    let mut args: Input =
        ["-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS].map(OsString::from).to_vec();
    args.extend(["-max_streams".into(), MAX_STREAMS.to_string().into()]);
    args.extend(["-max_pixels".into(), (MAX_SIDE * MAX_SIDE).to_string().into()]);
    args
}

/// A hostile input with its guards: `before` are further options of this input.
pub(crate) fn input(path: &Path, before: &[&str]) -> Input {
    let mut args = guards();
    args.extend(before.iter().map(OsString::from));
    args.push("-i".into());
    args.push(url(path));
    args
}

/// A path that ffmpeg cannot mistake for an option or another protocol.
pub(crate) fn url(path: &Path) -> OsString {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut url = OsString::from("file:");
    url.push(absolute);
    url
}

/// Seconds as ffmpeg reads them, to the microsecond.
pub(crate) fn seconds(time: f64) -> String {
    format!("{time:.6}")
}
