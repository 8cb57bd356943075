//! Any JWK Set document: no panic, and no set without a key.

#![no_main]

use auth_core::JwkSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &str| {
    if let Ok(set) = JwkSet::parse(document) {
        assert!(set.len() > 0);
        assert_eq!(set.key_ids().count(), set.len());
    }
});
