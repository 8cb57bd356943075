//! Whatever an issuer serves as its JWK Set: no panic, and no set without a key.

#![no_main]

use auth_core::JwkSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &str| {
    if let Ok(set) = JwkSet::parse(document) {
        assert!(set.len() > 0);
    }
});
