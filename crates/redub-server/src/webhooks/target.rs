//! Addresses that messages may be sent to.

use std::net::IpAddr;

use redub_media::fetch::{AllowList, forbidden};

use crate::wire::ApiError;

/// Longest address that is taken.
const LONGEST: usize = 2048;

/// Checks an address as far as its text tells; where its name leads is checked anew at every delivery.
///
/// # Errors
/// 400 naming `param`.
pub fn check(param: &str, url: &str, allow: &AllowList) -> Result<(), ApiError> {
    let refuse = |why: &str| Err(ApiError::invalid(param, format!("{param} cannot be used: {why}")));
    if url.len() > LONGEST {
        return refuse("it is longer than 2048 characters");
    }
    let parsed: axum::http::Uri = match url.parse() {
        Ok(uri) => uri,
        Err(_) => return refuse("it is not an http or https address"),
    };
    if !matches!(parsed.scheme_str(), Some("http" | "https")) {
        return refuse("only http and https addresses are called");
    }
    let Some(host) = parsed.host().filter(|host| !host.is_empty()) else {
        return refuse("it names no host");
    };
    if parsed.authority().is_some_and(|a| a.as_str().contains('@')) {
        return refuse("user names and passwords in addresses are not supported");
    }
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let kind = literal.filter(|ip| !allow.allows_address(*ip)).and_then(forbidden);
    let local = host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
    match kind.or(local.then_some("a loopback address")) {
        Some(kind) if !allow.allows_host(host) => {
            refuse(&format!("{host} is {kind}; allow it with REDUB_ALLOW_PRIVATE_HOSTS if you trust it"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn private_addresses_are_refused_where_the_text_shows_them() {
        let judge = |url: &str, allow: &str| check("url", url, &allow.parse().unwrap()).is_ok();
        for url in
            ["https://example.org/hook?x=1", "http://93.184.216.34:8080/", "https://[2606:4700::1111]/"]
        {
            assert!(judge(url, ""), "{url}");
        }
        for url in [
            "",
            "example.org",
            "ftp://example.org/",
            "file:///etc/passwd",
            "http://",
            "http://127.0.0.1/",
            "http://[::1]:9/",
            "http://169.254.169.254/latest",
            "http://localhost:99/",
            "https://user:pw@example.org/",
            "http://exa mple.org/",
        ] {
            assert!(!judge(url, ""), "{url}");
        }
        assert!(!judge(&format!("https://example.org/{}", "x".repeat(2048)), ""));
        assert!(judge("http://127.0.0.1:9/", "127.0.0.1") && judge("http://localhost:9/", "localhost"));
    }
}
