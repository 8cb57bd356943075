//! Security events: refused tokens, requests for other users, exceeded limits, deleted data. `docs/SECURITY_EVENTS.md`
//! describes their form.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{HttpMessage as _, HttpRequest, body::BoxBody, dev::ServiceResponse, http::header::HeaderValue};
use auth_core::{AuthenticatedUser, bearer::BearerError};
use todo_store::OwnerTasks;
use tracing::{info, warn};

use crate::{
    error::ApiError,
    trusted_proxies::{TrustedProxy, client_address},
};

/// The `tracing` target of security events, and of nothing else. A subscriber writes them whatever its filter says.
pub const SECURITY_EVENT_TARGET: &str = "security";

/// Time in which equal events are counted instead of written.
pub(crate) const WINDOW: Duration = Duration::from_mins(1);

/// Time between two searches for windows that have ended.
const SEARCH_INTERVAL: Duration = Duration::from_secs(1);

/// Windows that are open at the same time, about 200 bytes each. Beyond them events are counted by their kind alone.
const MAX_WINDOWS: usize = 10_000;

/// What happened.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum SecurityEvent {
    /// The credentials of a request were rejected, for this reason.
    TokenRefused(&'static str),
    /// The path names another user than the token.
    OtherUsersPath,
    /// A limit was reached: its name, which operators filter by.
    LimitExceeded(&'static str),
    /// Everything that the service holds of a user was deleted. The handler inserts it into the response's extensions.
    UserDataDeleted,
}

impl SecurityEvent {
    /// The peer did not read a response in time.
    pub(crate) const RESPONSE_TIMEOUT: Self = Self::LimitExceeded("response_time");

    /// The event of a response, if it has one.
    fn from_response(response: &ServiceResponse<BoxBody>) -> Option<Self> {
        match response.response().error() {
            Some(error) => error.as_error::<ApiError>().and_then(Self::from_error),
            None => response.response().extensions().get().copied(),
        }
    }

    /// The event of an error, if it concerns security. A request without a token is an ordinary one.
    fn from_error(error: &ApiError) -> Option<Self> {
        match error {
            ApiError::Unauthenticated(rejection) if *rejection.error() == BearerError::MissingCredentials => None,
            ApiError::Unauthenticated(rejection) | ApiError::InsufficientScope(rejection) => {
                Some(Self::TokenRefused(rejection.error().reason()))
            }
            ApiError::NotOwner => Some(Self::OtherUsersPath),
            ApiError::TooManyRequests { limit, .. } => Some(Self::LimitExceeded(limit.name())),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::TokenRefused(_) => "token_refused",
            Self::OtherUsersPath => "other_users_path",
            Self::LimitExceeded(_) => "limit_exceeded",
            Self::UserDataDeleted => "user_data_deleted",
        }
    }

    fn reason(self) -> Option<&'static str> {
        match self {
            Self::TokenRefused(reason) => Some(reason),
            _ => None,
        }
    }

    fn limit(self) -> Option<&'static str> {
        match self {
            Self::LimitExceeded(limit) => Some(limit),
            _ => None,
        }
    }
}

/// Writes security events, each kind once a minute for a client and user; repeats are counted. A clone shares the counts.
#[derive(Clone, Debug, Default)]
pub struct SecurityEvents(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    trusted_proxies: Vec<TrustedProxy>,
    /// Seeded at random, so that a client cannot choose two keys with the same hash.
    hasher: RandomState,
    /// By the hash of event, client and user: a repeat neither allocates nor copies. By chance, two of 10,000 keys have
    /// the same 64-bit hash with a probability of 3 in 10^12.
    windows: Mutex<HashMap<u64, Window>>,
}

/// An event that was written, and the number of its repeats since.
#[derive(Debug)]
struct Window {
    event: SecurityEvent,
    client: Option<IpAddr>,
    user: Option<Box<str>>,
    started: Instant,
    repeats: u64,
}

impl SecurityEvents {
    /// Takes the address of a client from `X-Forwarded-For` if the request comes from one of these proxies.
    #[must_use]
    pub fn new(trusted_proxies: Vec<TrustedProxy>) -> Self {
        Self(Arc::new(Shared { trusted_proxies, ..Shared::default() }))
    }

    /// Records the event of a response, if it has one.
    pub(crate) fn record_of_response(response: &ServiceResponse<BoxBody>, request_id: &HeaderValue) {
        let Some(event) = SecurityEvent::from_response(response) else { return };
        let request = response.request();
        let Some(events) = request.app_data::<Self>() else { return };
        let extensions = request.extensions();
        let owner = extensions.get::<OwnerTasks>().map(|tasks| tasks.owner().as_str());
        let user = owner.or_else(|| extensions.get::<AuthenticatedUser>().map(AuthenticatedUser::user_id));
        events.record(event, events.client_of(request), user, request_id.to_str().ok(), Instant::now());
    }

    /// Records an event that belongs to a connection, not to a request.
    pub(crate) fn record_of_connection(&self, event: SecurityEvent, peer: Option<IpAddr>) {
        self.record(event, peer.map(|peer| peer.to_canonical()), None, None, Instant::now());
    }

    fn client_of(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        Some(client_address(peer, request.headers(), &self.0.trusted_proxies))
    }

    /// Writes the event, or counts it if an equal one was written less than [`WINDOW`] ago.
    pub(crate) fn record(
        &self,
        event: SecurityEvent,
        client: Option<IpAddr>,
        user: Option<&str>,
        request_id: Option<&str>,
        now: Instant,
    ) {
        let ended = {
            let mut windows = self.lock();
            let mut key = self.0.hasher.hash_one((event, client, user));
            let is_full = windows.len() >= MAX_WINDOWS && !windows.contains_key(&key);
            if is_full {
                key = self.0.hasher.hash_one(event);
            }
            let window = || {
                let (client, user) = if is_full { (None, None) } else { (client, user.map(Box::from)) };
                Window { event, client, user, started: now, repeats: 0 }
            };
            match windows.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(window());
                    None
                }
                Entry::Occupied(mut entry) if entry.get().has_ended(now) => Some(entry.insert(window())),
                Entry::Occupied(mut entry) => {
                    entry.get_mut().repeats += 1;
                    return;
                }
            }
        };
        // Without the lock: a slow reader of the log delays no other request.
        if let Some(ended) = ended {
            ended.write_count();
        }
        write(event, client, user, request_id, None);
    }

    /// Writes the counts of windows as they end. Never returns.
    pub(crate) async fn write_counts(self) {
        let mut interval = tokio::time::interval(SEARCH_INTERVAL);
        loop {
            interval.tick().await;
            self.write_counts_until(Instant::now());
        }
    }

    /// Writes the counts of all windows, also of those that have not ended.
    pub(crate) fn write_all_counts(&self) {
        let windows = std::mem::take(&mut *self.lock());
        windows.into_values().for_each(Window::write_count);
    }

    fn write_counts_until(&self, now: Instant) {
        let ended: Vec<Window> =
            self.lock().extract_if(|_, window| window.has_ended(now)).map(|(_, window)| window).collect();
        ended.into_iter().for_each(Window::write_count);
    }

    /// The number of events whose repeats are being counted.
    #[cfg(test)]
    pub(crate) fn open_windows(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Window>> {
        // The map is valid after each operation.
        self.0.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Window {
    fn has_ended(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.started) >= WINDOW
    }

    fn write_count(self) {
        if self.repeats > 0 {
            write(self.event, self.client, self.user.as_deref(), None, Some(self.repeats));
        }
    }
}

/// Emits one event. Absent members are left out.
fn write(
    event: SecurityEvent,
    client: Option<IpAddr>,
    user: Option<&str>,
    request_id: Option<&str>,
    count: Option<u64>,
) {
    let (name, client) = (event.name(), client.map(tracing::field::display));
    if event == SecurityEvent::UserDataDeleted {
        info!(target: SECURITY_EVENT_TARGET, event = name, outcome = "success", request_id, client, user, count);
    } else {
        let (reason, limit) = (event.reason(), event.limit());
        warn!(
            target: SECURITY_EVENT_TARGET,
            event = name,
            outcome = "refused",
            reason,
            limit,
            request_id,
            client,
            user,
            count
        );
    }
}

#[cfg(test)]
mod tests {
    use std::{io, net::Ipv4Addr};

    use serde_json::{Value, json};
    use tracing::subscriber::with_default;

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The events that the function emits, without their time.
    fn events_of(function: impl FnOnce(&SecurityEvents)) -> Vec<Value> {
        let log = Log::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone());
        with_default(lines.finish(), || function(&SecurityEvents::default()));
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        log.lines()
            .map(|line| {
                let mut event: Value = serde_json::from_str(line).unwrap();
                assert!(event.as_object_mut().unwrap().remove("timestamp").is_some());
                event
            })
            .collect()
    }

    const EXPIRED: SecurityEvent = SecurityEvent::TokenRefused("expired");

    const CLIENT: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    const OTHER_CLIENT: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)));

    #[test]
    fn event_has_the_documented_members() {
        let now = Instant::now();
        let events = events_of(|events| {
            events.record(EXPIRED, CLIENT, None, Some("7"), now);
            events.record(SecurityEvent::OtherUsersPath, CLIENT, Some("ann"), Some("8"), now);
            events.record(SecurityEvent::LimitExceeded("requests_per_minute"), CLIENT, Some("ann"), Some("9"), now);
            events.record(SecurityEvent::UserDataDeleted, CLIENT, Some("ann"), Some("10"), now);
            events.record_of_connection(SecurityEvent::RESPONSE_TIMEOUT, CLIENT);
        });
        let refused =
            |event: &str| json!({ "level": "WARN", "target": "security", "event": event, "outcome": "refused" });
        let with = |mut event: Value, members: Value| {
            event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            event
        };
        assert_eq!(
            events,
            [
                with(
                    refused("token_refused"),
                    json!({ "reason": "expired", "request_id": "7", "client": "192.0.2.1" })
                ),
                with(refused("other_users_path"), json!({ "request_id": "8", "client": "192.0.2.1", "user": "ann" })),
                with(
                    refused("limit_exceeded"),
                    json!({ "limit": "requests_per_minute", "request_id": "9", "client": "192.0.2.1", "user": "ann" })
                ),
                json!({
                    "level": "INFO", "target": "security", "event": "user_data_deleted", "outcome": "success",
                    "request_id": "10", "client": "192.0.2.1", "user": "ann"
                }),
                with(refused("limit_exceeded"), json!({ "limit": "response_time", "client": "192.0.2.1" })),
            ]
        );
    }

    #[test]
    fn repeated_event_is_counted_until_its_window_ends() {
        let start = Instant::now();
        let events = events_of(|events| {
            for second in 0..10 {
                events.record(EXPIRED, CLIENT, None, Some("1"), start + Duration::from_secs(second));
            }
            // Another client, reason or user is another event.
            events.record(EXPIRED, OTHER_CLIENT, None, Some("2"), start);
            events.record(SecurityEvent::TokenRefused("malformed_credentials"), CLIENT, None, Some("3"), start);
            events.record(SecurityEvent::OtherUsersPath, CLIENT, Some("ann"), Some("4"), start);
            events.record(SecurityEvent::OtherUsersPath, CLIENT, Some("bob"), Some("5"), start);
            events.write_counts_until(start + Duration::from_secs(59));
            assert_eq!(events.lock().len(), 5);
            events.write_counts_until(start + WINDOW);
            assert!(events.lock().is_empty());
            events.record(EXPIRED, CLIENT, None, Some("6"), start + WINDOW);
        });
        let ids: Vec<_> = events.iter().map(|event| event["request_id"].as_str().unwrap_or("-")).collect();
        assert_eq!(ids, ["1", "2", "3", "4", "5", "-", "6"]);
        let count = &events[5];
        assert_eq!(
            (&count["event"], &count["client"], &count["count"]),
            (&json!("token_refused"), &json!("192.0.2.1"), &json!(9))
        );
    }

    #[test]
    fn event_after_its_window_writes_the_count_and_starts_another_window() {
        let start = Instant::now();
        let events = events_of(|events| {
            for time in [start, start, start + WINDOW, start + WINDOW] {
                events.record(EXPIRED, CLIENT, None, None, time);
            }
            events.write_all_counts();
        });
        let counts: Vec<_> = events.iter().map(|event| event["count"].as_u64()).collect();
        assert_eq!(counts, [None, Some(1), None, Some(1)]);
    }

    #[test]
    fn full_table_counts_further_events_by_kind() {
        let now = Instant::now();
        let events = events_of(|events| {
            for address in 0..MAX_WINDOWS + 500 {
                let client = IpAddr::from(u32::try_from(address).unwrap().to_be_bytes());
                events.record(EXPIRED, Some(client), Some("ann"), None, now);
            }
            assert_eq!(events.lock().len(), MAX_WINDOWS + 1);
            events.write_all_counts();
        });
        assert_eq!(events.len(), MAX_WINDOWS + 2);
        let count = events.last().unwrap();
        let count = events.iter().find(|event| event.get("count").is_some()).unwrap_or(count);
        assert_eq!((count["count"].as_u64(), count.get("client"), count.get("user")), (Some(499), None, None));
    }
}
