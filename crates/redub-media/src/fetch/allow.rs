//! Hosts and networks that are trusted although they are not public.

use std::net::IpAddr;
use std::str::FromStr;

/// The environment variable read by [`AllowList::from_env`].
const VARIABLE: &str = "REDUB_ALLOW_PRIVATE_HOSTS";

/// Hosts and networks from which may be fetched although their addresses are private.
///
/// Written as a list with commas: host names (`media.intra`), all hosts below a name (`*.intra`), addresses
/// (`10.0.0.5`) and networks (`10.0.0.0/8`, `fd00::/8`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Host(String),
    Below(String),
    Network { address: IpAddr, bits: u8 },
}

impl AllowList {
    /// Nothing is allowed besides public addresses.
    pub fn none() -> Self {
        Self::default()
    }

    /// The list in `REDUB_ALLOW_PRIVATE_HOSTS`.
    ///
    /// # Errors
    /// An entry is malformed.
    pub fn from_env() -> Result<Self, String> {
        std::env::var(VARIABLE).unwrap_or_default().parse().map_err(|e| format!("{VARIABLE}: {e}"))
    }

    /// Whether the host is allowed by its name.
    pub fn allows_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.entries.iter().any(|entry| match entry {
            Entry::Host(name) => *name == host,
            Entry::Below(name) => host.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.')),
            Entry::Network { .. } => false,
        })
    }

    /// Whether the address lies in an allowed network.
    pub fn allows_address(&self, address: IpAddr) -> bool {
        self.entries.iter().any(|entry| match entry {
            Entry::Network { address: network, bits } => inside(address, *network, *bits),
            _ => false,
        })
    }
}

impl FromStr for AllowList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
        Ok(Self { entries: words.map(entry).collect::<Result<_, _>>()? })
    }
}

fn entry(word: &str) -> Result<Entry, String> {
    let whole = |address: IpAddr| if address.is_ipv4() { 32 } else { 128 };
    if let Some((network, bits)) = word.split_once('/') {
        let malformed = || format!("'{word}' is no network; write for example 10.0.0.0/8");
        let address: IpAddr = network.parse().map_err(|_| malformed())?;
        let bits: u8 = bits.parse().map_err(|_| malformed())?;
        return if bits <= whole(address) { Ok(Entry::Network { address, bits }) } else { Err(malformed()) };
    }
    if let Ok(address) = word.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Ok(Entry::Network { address, bits: whole(address) });
    }
    let (below, name) = word.strip_prefix("*.").map_or((false, word), |name| (true, name));
    let letters = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if name.is_empty() || !name.chars().all(letters) {
        return Err(format!("'{word}' is neither a host, nor an address, nor a network"));
    }
    let name = name.to_ascii_lowercase();
    Ok(if below { Entry::Below(name) } else { Entry::Host(name) })
}

fn inside(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            (a.to_bits() ^ n.to_bits()) & mask == 0
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            (a.to_bits() ^ n.to_bits()) & mask == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_networks_are_told_apart() {
        let list: AllowList = "media.intra, *.lab,10.0.0.0/8 fd00::/8,127.0.0.1".parse().unwrap();
        assert!(list.allows_host("MEDIA.intra.") && list.allows_host("a.b.lab"));
        assert!(
            !list.allows_host("lab") && !list.allows_host("evillab") && !list.allows_host("x.media.intra")
        );
        let address = |text: &str| list.allows_address(text.parse().unwrap());
        assert!(address("10.255.0.1") && address("fdab::1") && address("127.0.0.1"));
        assert!(!address("11.0.0.1") && !address("127.0.0.2") && !address("::ffff:10.0.0.1"));
        assert!("10.0.0.0/33".parse::<AllowList>().is_err() && "a b;c".parse::<AllowList>().is_err());
    }
}
