//! The list of private hosts that may be fetched from: never a panic, and an empty list lets nothing through.
#![no_main]

use std::net::IpAddr;

use libfuzzer_sys::fuzz_target;
use redub_media::fetch::{AllowList, forbidden};

fuzz_target!(|input: (&str, u128, bool)| {
    let (list, address, six) = input;
    let address = if six { IpAddr::from(address.to_be_bytes()) } else { IpAddr::from((address as u32).to_be_bytes()) };
    if let Ok(allowed) = list.parse::<AllowList>() {
        let _ = allowed.allows_address(address);
    }
    assert!(!AllowList::none().allows_address(address));
    if address.is_loopback() || address.is_unspecified() || address.is_multicast() {
        assert!(forbidden(address).is_some());
    }
});
