//! Why a file could not be fetched.

/// Why a file could not be fetched from the network.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Not an http or https URL, or one without a host.
    #[error("cannot fetch {url}: {reason}; only http and https addresses are fetched")]
    BadUrl {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The host has no address.
    #[error("cannot fetch {url}: the host {host} was not found; check its spelling and the network")]
    NoHost {
        /// The address.
        url: String,
        /// The host.
        host: String,
    },
    /// The host lies in a network that strangers may not make us visit.
    #[error(
        "refused to fetch from {host}: {address} is {kind}; allow it with REDUB_ALLOW_PRIVATE_HOSTS if you trust it"
    )]
    Private {
        /// The host as written.
        host: String,
        /// The address it resolves to.
        address: std::net::IpAddr,
        /// What is special about the address.
        kind: &'static str,
    },
    /// The server answered with an error.
    #[error("cannot fetch {url}: the server answered {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// More redirects than we follow.
    #[error("cannot fetch {url}: more than {most} redirects")]
    Redirects {
        /// The first address.
        url: String,
        /// The limit.
        most: u32,
    },
    /// The file is larger than allowed.
    #[error("cannot fetch {url}: larger than the limit of {limit_bytes} bytes")]
    TooBig {
        /// The address.
        url: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// It took longer than allowed.
    #[error("cannot fetch {url}: not done after {seconds} s")]
    TooSlow {
        /// The address.
        url: String,
        /// The limit.
        seconds: u64,
    },
    /// The answer is a web page.
    #[error("{url} is a web page, not a media file; give the address of the file itself")]
    Page {
        /// The address.
        url: String,
    },
    /// The file ended early.
    #[error("cannot fetch {url}: the connection ended after {got} of {expected} bytes")]
    Short {
        /// The address.
        url: String,
        /// Bytes received.
        got: u64,
        /// Bytes announced.
        expected: u64,
    },
    /// The caller asked to stop.
    #[error("fetching {url} was cancelled")]
    Cancelled {
        /// The address.
        url: String,
    },
    /// Anything else: connection refused, broken TLS, …
    #[error("cannot fetch {url}: {reason}")]
    Transport {
        /// The address.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// The file could not be written here.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
