//! The `apertium` command.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Stands between two texts. Apertium's plain-text reader ends a sentence at an empty line and passes it on.
pub const SEPARATOR: &str = "\n\n";

/// Where packages put the modes; `APERTIUM_PATH` may name another folder, as for the `apertium` command.
const MODES: &[&str] = &["/usr/share/apertium/modes", "/usr/local/share/apertium/modes"];

/// Whether the command has the direction `mode`.
pub fn installed(mode: &str) -> bool {
    let file = format!("{mode}.mode");
    let own = std::env::var_os("APERTIUM_PATH").map(|root| Path::new(&root).join("modes").join(&file));
    own.is_some_and(|path| path.is_file())
        || MODES.iter().any(|folder| Path::new(folder).join(&file).is_file())
}

/// Runs one text through `mode`.
pub fn translate(mode: &str, text: &str) -> Result<String, String> {
    let mut command = Command::new("apertium");
    // A Ctrl-C in the terminal is for redub alone, which ends when the line is done.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command
        .args(["-f", "txt", mode])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot start apertium ({e}); install it with: apt install apertium"))?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (output, complaint) = std::thread::scope(|scope| {
        // Written and read at the same time: a full pipe on one side would stop the other.
        scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(text.as_bytes())));
        let complaint = scope.spawn(move || drain(stderr));
        (drain(stdout), complaint.join().unwrap_or_default())
    });
    let status = child.wait().map_err(|e| format!("apertium was lost: {e}"))?;
    if !status.success() {
        return Err(format!("apertium {mode} ended with {status}: {}", complaint.trim()));
    }
    Ok(output)
}

fn drain(pipe: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        // A broken pipe shows in the exit status.
        let _ = pipe.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
