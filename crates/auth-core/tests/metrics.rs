//! The metrics of verifications and fetches, with a recorder of this thread.

#![expect(clippy::unwrap_used, reason = "a test fails if its setup fails")]
#![expect(clippy::float_cmp, reason = "counts are exact")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use auth_core::test_util::{self, JwksServer, ServerFault, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, RemoteJwkSet, RemoteJwkSetOptions, Verifier};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

/// The number of changes of each metric, and the last value of a gauge.
#[derive(Clone, Default)]
struct TestRecorder(Arc<Mutex<BTreeMap<String, f64>>>);

struct Metric {
    name: String,
    recorder: TestRecorder,
}

impl Metric {
    fn new(key: &Key, recorder: &TestRecorder) -> Arc<Self> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Self { name: format!("{} {}", key.name(), labels.join(" ")), recorder: recorder.clone() })
    }

    fn update(&self, update: impl FnOnce(f64) -> f64) {
        let mut values = self.recorder.0.lock().unwrap();
        let value = values.entry(self.name.trim_end().to_owned()).or_default();
        *value = update(*value);
    }
}

impl CounterFn for Metric {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn increment(&self, count: u64) {
        self.update(|value| value + count as f64);
    }

    fn absolute(&self, _: u64) {
        unreachable!("counters are incremented");
    }
}

impl GaugeFn for Metric {
    fn increment(&self, _: f64) {
        unreachable!("gauges are set");
    }

    fn decrement(&self, _: f64) {
        unreachable!("gauges are set");
    }

    fn set(&self, value: f64) {
        self.update(|_| value);
    }
}

impl HistogramFn for Metric {
    fn record(&self, seconds: f64) {
        assert!((0.0..1.0).contains(&seconds), "{seconds} s");
        self.update(|count| count + 1.0);
    }
}

impl Recorder for TestRecorder {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Metric::new(key, self))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(Metric::new(key, self))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Metric::new(key, self))
    }
}

/// The metrics that the operation changes, on a runtime of this thread.
fn record(operation: impl AsyncFnOnce()) -> BTreeMap<String, f64> {
    let recorder = TestRecorder::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(operation()));
    recorder.0.lock().unwrap().clone()
}

#[test]
fn verifications_are_counted_by_result() {
    let values = record(async || {
        let verifier = test_util::verifier();
        for token in [test_util::access_token("ann"), test_util::access_token("bob"), "opaque".to_owned()] {
            let _ = verifier.verify(&token).await;
        }
        let _ = verifier.verify(&TokenBuilder::for_user("ann").secret("another secret").sign()).await;
    });
    let expected = [
        ("auth_core_verification_duration_seconds", 4.0),
        ("auth_core_verifications_total result=accepted", 2.0),
        ("auth_core_verifications_total result=invalid_signature", 1.0),
        ("auth_core_verifications_total result=not_compact_jws", 1.0),
    ];
    assert_eq!(values, BTreeMap::from(expected.map(|(name, value)| (name.to_owned(), value))));
}

#[test]
fn fetches_and_cache_lookups_are_counted() {
    let issuer = TestIssuer::new(Algorithm::EdDsa);
    let server = JwksServer::start(&issuer.document()).unwrap();
    let url = server.url();
    let values = record(async || {
        let options = RemoteJwkSetOptions::new().signature_cache_capacity(16);
        let keys = RemoteJwkSet::new(&format!("{url}?key=secret"), options).unwrap();
        let verifier = Verifier::new(keys, issuer.validation()).unwrap();
        let token = issuer.access_token("ann").sign();
        for _ in 0..3 {
            verifier.verify(&token).await.unwrap();
        }
    });
    assert_eq!(values[&format!("auth_core_jwk_set_fetches_total url={url} result=success")], 1.0);
    assert!(values[&format!("auth_core_jwk_set_fetched_timestamp_seconds url={url}")] > 1.7e9);
    assert_eq!(values["auth_core_signature_cache_lookups_total result=hit"], 2.0);
    assert_eq!(values["auth_core_signature_cache_lookups_total result=miss"], 1.0);

    server.fail(ServerFault::Status(500));
    let values = record(async || {
        let keys = RemoteJwkSet::new(url, RemoteJwkSetOptions::new()).unwrap();
        let error = keys.prefetch().await.unwrap_err();
        assert_eq!(error.reason(), "keys_unavailable");
    });
    assert!(values[&format!("auth_core_jwk_set_fetches_total url={url} result=failure")] >= 1.0);
    assert!(!values.keys().any(|name| name.starts_with("auth_core_jwk_set_fetched_timestamp")));
}
