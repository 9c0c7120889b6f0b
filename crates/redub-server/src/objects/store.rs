//! The store itself.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, GetResult, ObjectMeta, ObjectStore};
use tokio::io::{AsyncRead, AsyncWriteExt};

use super::error::ObjectError;

/// Uploads and results as named by their paths in the store. Cheap to clone.
///
/// Paths are made of ids and fixed words only; what a user calls a file stands in the database.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
}

impl Objects {
    /// Opens the store at `location`: a folder (made when missing), or an address with a scheme (`s3://bucket/prefix`),
    /// whose credentials and region come from the environment (`AWS_…`).
    ///
    /// # Errors
    /// A location that cannot be used.
    pub fn open(location: &str) -> Result<Self, ObjectError> {
        let refused = |reason: String| ObjectError::Location { location: location.to_owned(), reason };
        if !location.contains("://") {
            std::fs::create_dir_all(location).map_err(|e| refused(e.to_string()))?;
            let folder = LocalFileSystem::new_with_prefix(location).map_err(|e| refused(e.to_string()))?;
            return Ok(Self { store: Arc::new(folder) });
        }
        let url = location.parse().map_err(|e| refused(format!("{e}")))?;
        let options = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
        let options = options.map(|(name, value)| (name.to_ascii_lowercase(), value));
        let (store, prefix) =
            object_store::parse_url_opts(&url, options).map_err(|e| refused(e.to_string()))?;
        Ok(Self { store: Arc::new(PrefixStore::new(store, prefix)) })
    }

    /// Stores a file from disk; gives its size. A reader sees the whole file or none.
    ///
    /// # Errors
    /// The file cannot be read or the store fails.
    pub async fn put_file(&self, path: &str, file: &Path) -> Result<u64, ObjectError> {
        let disk = |source| ObjectError::File { path: file.to_owned(), source };
        let mut file = tokio::fs::File::open(file).await.map_err(disk)?;
        self.put(path, &mut file).await
    }

    /// Stores what a reader gives; gives its size. A reader sees the whole file or none.
    ///
    /// # Errors
    /// The reader or the store fails; then nothing is stored.
    pub async fn put(
        &self,
        path: &str,
        source: &mut (impl AsyncRead + Unpin + ?Sized),
    ) -> Result<u64, ObjectError> {
        let mut writer = self.writer(path);
        match tokio::io::copy(source, &mut writer).await {
            Ok(size) => {
                writer.shutdown().await?;
                Ok(size)
            }
            Err(error) => {
                // What was written so far is of no use, and the first error is the one that matters.
                let _ = writer.abort().await;
                Err(error.into())
            }
        }
    }

    /// Something to write a new object into; it appears when the writer is shut down, and not at all when it is aborted.
    pub fn writer(&self, path: &str) -> BufWriter {
        BufWriter::new(self.store.clone(), Key::from(path))
    }

    /// Copies an object to a file on disk; gives its size.
    ///
    /// # Errors
    /// There is none, the store fails, or the file cannot be written.
    pub async fn fetch_to(&self, path: &str, file: &Path) -> Result<u64, ObjectError> {
        let disk = |source| ObjectError::File { path: file.to_owned(), source };
        let mut pieces = self.store.get(&Key::from(path)).await?.into_stream();
        let mut out = tokio::fs::File::create(file).await.map_err(disk)?;
        let mut size = 0;
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            out.write_all(&piece).await.map_err(disk)?;
            size += piece.len() as u64;
        }
        out.sync_all().await.map_err(disk)?;
        Ok(size)
    }

    /// Reads a small object whole.
    ///
    /// # Errors
    /// There is none, it is larger than `limit` bytes, or the store fails.
    pub async fn read(&self, path: &str, limit: u64) -> Result<Bytes, ObjectError> {
        let found = self.store.get(&Key::from(path)).await?;
        let bytes = found.meta.size;
        if bytes > limit {
            return Err(ObjectError::TooBig { path: path.to_owned(), bytes, limit });
        }
        Ok(found.bytes().await?)
    }

    /// The first bytes of an object, at most `most`.
    ///
    /// # Errors
    /// There is none, or the store fails.
    pub async fn head(&self, path: &str, most: u64) -> Result<Bytes, ObjectError> {
        let most = most.min(self.size(path).await?);
        if most == 0 {
            return Ok(Bytes::new());
        }
        Ok(self.get(path, Some(GetRange::Bounded(0..most))).await?.bytes().await?)
    }

    /// Opens an object, or a part of it, for reading.
    ///
    /// # Errors
    /// There is none, or the store fails.
    pub async fn get(&self, path: &str, range: Option<GetRange>) -> Result<GetResult, ObjectError> {
        let options = GetOptions { range, ..GetOptions::default() };
        Ok(self.store.get_opts(&Key::from(path), options).await?)
    }

    /// Size of an object in bytes.
    ///
    /// # Errors
    /// There is none, or the store fails.
    pub async fn size(&self, path: &str) -> Result<u64, ObjectError> {
        Ok(self.store.head(&Key::from(path)).await?.size)
    }

    /// Deletes an object; that it is not there is no error.
    ///
    /// # Errors
    /// The store fails.
    pub async fn delete(&self, path: &str) -> Result<(), ObjectError> {
        match self.store.delete(&Key::from(path)).await.map_err(ObjectError::from) {
            Err(ObjectError::Missing(_)) => Ok(()),
            other => other,
        }
    }

    /// Deletes everything below a prefix such as `jobs/ID`; gives how many objects that were.
    ///
    /// # Errors
    /// The store fails.
    pub async fn delete_prefix(&self, prefix: &str) -> Result<usize, ObjectError> {
        let prefix = Key::from(prefix);
        let found: Vec<_> = self.store.list(Some(&prefix)).map_ok(|meta| meta.location).try_collect().await?;
        for path in &found {
            self.delete(path.as_ref()).await?;
        }
        Ok(found.len())
    }

    /// Everything in the store.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list(&self) -> Result<Vec<ObjectMeta>, ObjectError> {
        Ok(self.store.list(None).try_collect().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_go_in_and_out_whole() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(&folder.path().join("objects").to_string_lossy()).unwrap();
        let source = folder.path().join("in");
        let bytes: Vec<u8> = (0..12_000_000u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&source, &bytes).unwrap();
        assert_eq!(objects.put_file("a", &source).await.unwrap(), 12_000_000);
        assert_eq!(objects.put("b", &mut &b"1"[..]).await.unwrap(), 1);
        let target = folder.path().join("out");
        objects.fetch_to("a", &target).await.unwrap();
        assert!(std::fs::read(&target).unwrap() == bytes);
        assert!(matches!(objects.read("a", 100).await, Err(ObjectError::TooBig { .. })));
        assert_eq!(objects.list().await.unwrap().len(), 2);
        objects.delete("a").await.unwrap();
        objects.delete("a").await.unwrap();
        assert!(matches!(objects.size("a").await, Err(ObjectError::Missing(_))));
        assert_eq!(objects.read("b", 100).await.unwrap(), "1");
        objects.put("jobs/a/x", &mut &b"1"[..]).await.unwrap();
        objects.put("jobs/ab/x y & z.mp4", &mut &b"1"[..]).await.unwrap();
        assert_eq!(objects.delete_prefix("jobs/a").await.unwrap(), 1);
        assert_eq!(objects.size("jobs/ab/x y & z.mp4").await.unwrap(), 1);
    }

    #[tokio::test]
    async fn an_upload_that_breaks_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(&folder.path().to_string_lossy()).unwrap();
        let error = std::io::Error::other("gone");
        let pieces = futures::stream::iter([Ok(Bytes::from(vec![1; 20 << 20])), Err(error)]);
        let mut reader = tokio_util::io::StreamReader::new(pieces);
        assert!(objects.put("a", &mut reader).await.is_err());
        assert!(objects.list().await.unwrap().is_empty());
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn paths_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(&folder.path().join("objects").to_string_lossy()).unwrap();
        let _ = objects.put("a/../../outside", &mut &b"x"[..]).await;
        assert!(!folder.path().join("outside").exists());
    }
}
