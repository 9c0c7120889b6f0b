//! The server's settings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use redub_media::fetch::AllowList;

/// Which parts of the server run in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The API and the workers.
    All,
    /// The API alone; `redub worker` elsewhere does the work.
    Api,
}

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Parts that run here.
    pub role: Role,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of the database, the objects and the stored stages.
    pub data_dir: PathBuf,
    /// Where uploads and results go: a folder, or `s3://bucket/prefix`; `None` is a folder in the data folder.
    pub object_store: Option<String>,
    /// Address under which clients reach the server, without a slash at its end; `None` takes it from each request.
    pub public_url: Option<String>,
    /// Jobs that run at a time in this process.
    pub workers: usize,
    /// Jobs one key may have waiting and running, batches aside.
    pub max_jobs: usize,
    /// Items of batches one key may have waiting and running.
    pub max_batch_items: usize,
    /// Longest time one job may run.
    pub job_timeout: Duration,
    /// Age at which finished jobs and their files are deleted; `None` keeps them.
    pub retention: Option<Duration>,
    /// Age (since its last use) at which a stored stage is deleted; `None` keeps them.
    pub cache_retention: Option<Duration>,
    /// How long a signed link is good for.
    pub link_ttl: Duration,
    /// Largest part of a multipart upload, bytes.
    pub max_upload: u64,
    /// Largest direct upload, and largest file fetched from an address, bytes.
    pub max_direct_upload: u64,
    /// Private hosts that may be fetched from and delivered to.
    pub allow_private_hosts: AllowList,
    /// Secret that per-request callbacks are signed with; `None` sends them unsigned, as HeyGen does.
    pub callback_secret: Option<String>,
    /// Model that draws the mouths of precision jobs; `None` draws them from the speakers' own footage.
    pub mouth_model: Option<String>,
    /// Model that gives lines the speakers' sound in precision jobs; `None` fits voices to them.
    pub clone_model: Option<String>,
}

impl Config {
    /// The defaults, with everything under `data_dir`.
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            role: Role::All,
            listen: SocketAddr::from(([127, 0, 0, 1], 8787)),
            data_dir,
            object_store: None,
            public_url: None,
            workers: 1,
            max_jobs: 10,
            max_batch_items: 1000,
            job_timeout: Duration::from_secs(6 * 3600),
            retention: None,
            cache_retention: Some(Duration::from_secs(14 * 86400)),
            link_ttl: Duration::from_secs(7 * 86400),
            max_upload: 32 * 1024 * 1024,
            max_direct_upload: 16 << 30,
            allow_private_hosts: AllowList::none(),
            callback_secret: None,
            mouth_model: None,
            clone_model: None,
        }
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data_dir.join("redub.sqlite")
    }

    /// Where uploads and results go.
    pub fn objects(&self) -> String {
        let folder = || self.data_dir.join("objects").to_string_lossy().into_owned();
        self.object_store.clone().unwrap_or_else(folder)
    }

    /// Folder of the pipeline's stored stages.
    pub fn artifacts(&self) -> PathBuf {
        self.data_dir.join("artifacts")
    }

    /// Folder of running jobs.
    pub fn work(&self) -> PathBuf {
        self.data_dir.join("work")
    }
}
