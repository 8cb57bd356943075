//! Metrics (feature `metrics`). Without the feature these functions do nothing.
//!
//! Labels have few values: reasons, results, and the URLs of the configured JWK Sets. None of them comes from a token.

/// The duration of one verification.
pub(crate) struct VerificationTimer {
    #[cfg(feature = "metrics")]
    start: std::time::Instant,
}

impl VerificationTimer {
    pub(crate) fn start() -> Self {
        Self {
            #[cfg(feature = "metrics")]
            start: std::time::Instant::now(),
        }
    }

    pub(crate) fn finish(self, rejection: Option<&'static str>) {
        #[cfg(feature = "metrics")]
        {
            match rejection {
                // A literal label needs no allocation.
                None => metrics::counter!("auth_core_verifications_total", "result" => "accepted").increment(1),
                Some(reason) => rejected::count(reason),
            }
            metrics::histogram!("auth_core_verification_duration_seconds").record(self.start.elapsed());
        }
        #[cfg(not(feature = "metrics"))]
        let _ = (self, rejection);
    }
}

#[cfg(feature = "metrics")]
mod rejected {
    use std::cell::RefCell;

    use metrics::{Key, Label, Level, Metadata};

    static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

    thread_local! {
        /// The keys used so far: at most one for each variant of `VerifyError`. So a flood of rejected tokens allocates no labels.
        static KEYS: RefCell<Vec<(&'static str, Key)>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn count(reason: &'static str) {
        KEYS.with_borrow_mut(|keys| {
            let known = keys.iter().position(|(other, _)| *other == reason);
            let index = known.unwrap_or_else(|| {
                let labels = vec![Label::from_static_parts("result", reason)];
                keys.push((reason, Key::from_parts("auth_core_verifications_total", labels)));
                keys.len() - 1
            });
            let key = &keys[index].1;
            metrics::with_recorder(|recorder| recorder.register_counter(key, &METADATA)).increment(1);
        });
    }
}

/// Counts a lookup in a signature cache.
pub(crate) fn record_signature_cache_lookup(is_hit: bool) {
    #[cfg(feature = "metrics")]
    metrics::counter!("auth_core_signature_cache_lookups_total", "result" => if is_hit { "hit" } else { "miss" })
        .increment(1);
    #[cfg(not(feature = "metrics"))]
    let _ = is_hit;
}

/// Counts a fetch of the JWK Set at this URL and, if it succeeded, records its time.
#[cfg(feature = "remote")]
pub(crate) fn record_jwk_set_fetch(url: impl FnOnce() -> String, succeeded: bool) {
    #[cfg(feature = "metrics")]
    {
        let (url, result) = (url(), if succeeded { "success" } else { "failure" });
        metrics::counter!("auth_core_jwk_set_fetches_total", "url" => url.clone(), "result" => result).increment(1);
        if succeeded {
            let now = crate::Clock::system().now();
            metrics::gauge!("auth_core_jwk_set_fetched_timestamp_seconds", "url" => url).set(now);
        }
    }
    #[cfg(not(feature = "metrics"))]
    let _ = (url, succeeded);
}
