//! Comparison of `htu` with the URL of the request (RFC 9449 §4.3, rule 9), normalized (RFC 3986 §6.2.2, §6.2.3).

use std::fmt::Write as _;

use crate::ConfigError;

/// Where clients reach the service: the origin, and a path that a proxy removes.
#[derive(Clone, Debug)]
pub(super) struct BaseUrl {
    /// As configured, without a slash at the end.
    text: String,
    origin: String,
    path: String,
}

impl BaseUrl {
    pub(super) fn parse(url: &str) -> Result<Self, ConfigError> {
        let text = url.trim_end_matches('/');
        match normalize(text) {
            Some((origin, path)) if !text.contains(['?', '#']) => {
                Ok(Self { text: text.to_owned(), origin, path: path.trim_end_matches('/').to_owned() })
            }
            _ => Err(ConfigError::InvalidDpopBaseUrl),
        }
    }

    /// Whether `htu` is the URL of a request for `path`. Queries and fragments are ignored.
    pub(super) fn matches(&self, path: &str, htu: &str) -> bool {
        // The common case needs no normalization: the same text has the same normal form.
        if path.starts_with('/') && htu.strip_prefix(&*self.text) == Some(path) {
            return true;
        }
        // A path that is empty, or `*` (RFC 9112 §3.2.4), has no URL below this one.
        let Some(requested) = path.starts_with('/').then(|| normalize_path(&format!("{}{path}", self.path))).flatten()
        else {
            return false;
        };
        normalize(htu).is_some_and(|(origin, path)| origin == self.origin && path == requested)
    }
}

/// The origin and the path of an http or https URL without user information, normalized, without query and fragment.
fn normalize(url: &str) -> Option<(String, String)> {
    let url = url.split_once(['?', '#']).map_or(url, |(url, _)| url);
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match &*scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = split_port(authority, default_port)?;
    if host.is_empty() || host.contains('@') {
        return None;
    }
    let mut origin = format!("{scheme}://{}", normalize_percent_encoding(host)?.to_ascii_lowercase());
    if port != default_port {
        let _ = write!(origin, ":{port}");
    }
    Some((origin, normalize_path(path)?))
}

/// An empty port is the default one (RFC 3986 §6.2.3). A colon inside brackets belongs to an IPv6 address.
fn split_port(authority: &str, default_port: u16) -> Option<(&str, u16)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => {
            let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
            let port = if port.is_empty() { default_port } else { port.parse().ok().filter(|_| is_number)? };
            Some((host, port))
        }
        _ => Some((authority, default_port)),
    }
}

/// An empty path is `/` (RFC 3986 §6.2.3).
fn normalize_path(path: &str) -> Option<String> {
    let path = normalize_percent_encoding(path)?;
    let mut segments: Vec<&str> = Vec::new();
    let mut ends_with_slash = true;
    for segment in path.split('/').skip(1) {
        ends_with_slash = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let slash = if ends_with_slash { "/" } else { "" };
    Some(format!("/{}{}", segments.join("/"), if segments.is_empty() { "" } else { slash }))
}

/// Decodes unreserved characters and writes the others with capital digits (RFC 3986 §6.2.2). `None` if a digit is missing, or for
/// anything but visible ASCII.
fn normalize_percent_encoding(text: &str) -> Option<String> {
    let mut normal = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                let byte = u8::try_from(digit()? << 4 | digit()?).ok()?;
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    normal.push(byte.into());
                } else {
                    let _ = write!(normal, "%{byte:02X}");
                }
            }
            b'!'..=b'~' => normal.push(byte.into()),
            _ => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(base: &str, path: &str, htu: &str) -> bool {
        BaseUrl::parse(base).unwrap().matches(path, htu)
    }

    #[test]
    fn equivalent_url_matches() {
        for (base, path, htu) in [
            ("https://api.example", "/me", "https://api.example/me"),
            ("https://api.example/", "/me", "HTTPS://API.example:443/me"),
            ("https://API.example:443", "/me", "https://api.example:/me"),
            ("https://api.example", "/me", "https://api.example/a/../me"),
            ("https://api.example", "/me", "https://api.example/./%6de"),
            ("https://api.example", "/a%2fb", "https://api.example/a%2Fb"),
            ("https://api.example", "/%7Eann", "https://api.example/~ann"),
            ("https://api.example", "/", "https://api.example"),
            ("https://api.example", "/me", "https://api.example/me?x=1#y"),
            ("https://api.example/v1/", "/me", "https://api.example/v1/me"),
            ("http://[::1]:3000", "/me", "http://[::1]:3000/me"),
            ("https://api.example", "/a/", "https://api.example/a/b/.."),
            ("https://api.example", "//", "https://api.example//"),
        ] {
            assert!(matches(base, path, htu), "{base} {path} {htu}");
        }
    }

    #[test]
    fn other_url_does_not_match() {
        for (path, htu) in [
            ("/me", "https://api.example/me/"),
            ("/me", "https://api.example/Me"),
            ("/me", "http://api.example/me"),
            ("/me", "https://api.example:8443/me"),
            ("/me", "https://api.example:99999/me"),
            ("/me", "https://api.example.attacker.example/me"),
            ("/me", "https://api.example@attacker.example/me"),
            ("/me", "https://ann@api.example/me"),
            ("/me", "//api.example/me"),
            ("/me", "/me"),
            ("/me", ""),
            ("/a/b", "https://api.example/a%2Fb"),
            ("/a//b", "https://api.example/a/b"),
            ("/me", "https://api.example/me%"),
            ("/me", "https://api.example/me\\"),
            ("/me", "https://api.example/m\u{e9}"),
            ("*", "https://api.example*"),
            ("", "https://api.example"),
            (".attacker.example/", "https://api.example.attacker.example/"),
        ] {
            assert!(!matches("https://api.example", path, htu), "{path} {htu}");
        }
    }

    #[test]
    fn base_url_that_is_no_http_url_is_rejected() {
        for url in
            ["", "api.example", "ftp://api.example", "https://", "https://api.example?x", "https://a@b", "https://a b"]
        {
            assert!(matches!(BaseUrl::parse(url), Err(ConfigError::InvalidDpopBaseUrl)), "{url}");
        }
    }
}
