//! The `apertium` and `lt-proc` commands.

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

/// Whether `lt-proc`, Apertium's dictionary processor, can be started.
pub fn processor_installed() -> bool {
    let here = |folder: std::path::PathBuf| folder.join("lt-proc").is_file();
    std::env::var_os("PATH").is_some_and(|paths| std::env::split_paths(&paths).any(here))
}

/// Sends a text through `lt-proc`.
pub fn filter(arguments: &[&std::ffi::OsStr], text: &str) -> Result<String, String> {
    let mut command = Command::new("lt-proc");
    command.args(arguments);
    converse(command, "lt-proc", text)
}

/// Runs one text through `mode`.
pub fn translate(mode: &str, text: &str) -> Result<String, String> {
    let mut command = Command::new("apertium");
    command.args(["-f", "txt", mode]);
    converse(command, &format!("apertium {mode}"), text)
}

/// Writes a text into a command and reads what comes out.
fn converse(mut command: Command, name: &str, text: &str) -> Result<String, String> {
    // A Ctrl-C in the terminal is for redub alone, which ends when the line is done.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot start {name} ({e}); install it with: apt install apertium"))?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (output, complaint) = std::thread::scope(|scope| {
        // Written and read at the same time: a full pipe on one side would stop the other.
        scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(text.as_bytes())));
        let complaint = scope.spawn(move || drain(stderr));
        (drain(stdout), complaint.join().unwrap_or_default())
    });
    let status = child.wait().map_err(|e| format!("{name} was lost: {e}"))?;
    if !status.success() {
        return Err(format!("{name} ended with {status}: {}", complaint.trim()));
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
