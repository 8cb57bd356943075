//! What Better Auth makes of its `baseURL`: the origin, and the URL of its endpoints.

/// The origin of a base URL as `new URL(baseURL).origin` writes it: scheme and host in lower case, without a default port, path and
/// slash (RFC 6454 §6.2). Better Auth's `jwt()` plugin writes it as `iss` and `aud`.
pub(crate) fn origin(base_url: &str) -> String {
    let (scheme, authority, _) = split(base_url);
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let default_port = match &*scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = authority.strip_suffix(default_port).unwrap_or(&authority);
    format!("{scheme}://{host}")
}

/// The URL below which Better Auth has its endpoints: the base URL with its path or, without one, with `/api/auth`.
pub(crate) fn endpoints(base_url: &str) -> String {
    let (scheme, authority, path) = split(base_url);
    let path = if path.is_empty() { "/api/auth" } else { path };
    format!("{scheme}://{authority}{path}")
}

/// The issuer of Better Auth's OAuth provider: the base URL with its path exactly as written, slashes at its end included, or without
/// one with `/api/auth`.
pub(crate) fn oauth_issuer(base_url: &str) -> String {
    let (_, _, path) = split(base_url);
    if path.is_empty() { endpoints(base_url) } else { base_url.to_owned() }
}

/// Scheme, authority and path without slashes at its end. A text without a scheme is all authority: it is no base URL, and no token
/// has it as issuer.
fn split(base_url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = base_url.split_once("://").unwrap_or(("https", base_url));
    let rest = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    (scheme, authority, path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_and_endpoints_are_those_of_better_auth() {
        for (base_url, expected_origin, expected_endpoints) in [
            ("https://app.example", "https://app.example", "https://app.example/api/auth"),
            ("https://app.example/", "https://app.example", "https://app.example/api/auth"),
            ("https://app.example//", "https://app.example", "https://app.example/api/auth"),
            ("https://app.example/identity", "https://app.example", "https://app.example/identity"),
            ("https://app.example/api/auth/", "https://app.example", "https://app.example/api/auth"),
            ("HTTPS://App.Example:443/x", "https://app.example", "HTTPS://App.Example:443/x"),
            ("http://localhost:3000?x", "http://localhost:3000", "http://localhost:3000/api/auth"),
            ("http://[::1]:80", "http://[::1]", "http://[::1]:80/api/auth"),
            ("https://app.example:80", "https://app.example:80", "https://app.example:80/api/auth"),
        ] {
            assert_eq!(origin(base_url), expected_origin, "{base_url}");
            assert_eq!(endpoints(base_url), expected_endpoints, "{base_url}");
        }
        assert_eq!(oauth_issuer("https://app.example/"), "https://app.example/api/auth");
        assert_eq!(oauth_issuer("https://app.example/identity/"), "https://app.example/identity/");
    }
}
