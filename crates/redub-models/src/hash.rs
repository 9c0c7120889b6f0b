//! sha256 of files and of what is being written.

use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Passes bytes on, hashing and counting them; refuses more than `limit`.
pub(crate) struct HashingWriter<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
    limit: u64,
}

impl<W: Write> HashingWriter<W> {
    /// Writes to `inner` at most `limit` bytes, so that a hostile archive cannot fill the disk.
    pub(crate) fn new(inner: W, limit: u64) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0, limit }
    }

    /// The writer, the bytes written and their sha256.
    pub(crate) fn finish(self) -> (W, u64, String) {
        (self.inner, self.bytes, hex(&self.hasher.finalize()))
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.bytes + data.len() as u64 > self.limit {
            return Err(io::Error::other(format!("more than the expected {} bytes", self.limit)));
        }
        let n = self.inner.write(data)?;
        self.hasher.update(&data[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Size and sha256 of a file.
pub(crate) fn of_file(path: &Path) -> io::Result<(u64, String)> {
    let mut file = std::fs::File::open(path)?;
    let (mut hasher, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok((bytes, hex(&hasher.finalize())));
        }
        hasher.update(&buffer[..n]);
        bytes += n as u64;
    }
}

/// sha256 of bytes at hand.
pub(crate) fn of_bytes(data: &[u8]) -> String {
    hex(&Sha256::digest(data))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
