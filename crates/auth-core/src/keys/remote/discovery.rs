//! Discovery: the address of a JWK Set, from the metadata that its issuer publishes.

use reqwest::Url;

use crate::ConfigError;
use crate::json::{self, Value};
use crate::remote::{FetchError, url};

/// Which document an issuer describes itself with. Both have the members `issuer` and `jwks_uri`; they differ in their address,
/// and most issuers publish one of them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum IssuerMetadata {
    /// OAuth 2.0 Authorization Server Metadata (RFC 8414 §3.1): `/.well-known/oauth-authorization-server` between the host and the
    /// path of the issuer. For `https://idp.example/tenant` it is `https://idp.example/.well-known/oauth-authorization-server/tenant`.
    OAuth,
    /// `OpenID` Connect Discovery 1.0 §4.1: `/.well-known/openid-configuration` after the path of the issuer. For
    /// `https://idp.example/tenant` it is `https://idp.example/tenant/.well-known/openid-configuration`.
    OpenId,
}

impl IssuerMetadata {
    /// The address of the document. A slash at the end of the issuer's path is removed (RFC 8414 §3.1).
    fn url(self, issuer: &Url) -> Url {
        let path = issuer.path().trim_end_matches('/');
        let path = match self {
            Self::OAuth => format!("/.well-known/oauth-authorization-server{path}"),
            Self::OpenId => format!("{path}/.well-known/openid-configuration"),
        };
        let mut url = issuer.clone();
        url.set_path(&path);
        url
    }
}

/// An issuer and the address of its metadata.
pub(super) struct Discovery {
    issuer: String,
    metadata_url: Url,
}

impl Discovery {
    /// The maximum length of the document, in bytes. Documents of large providers have some 5 KiB.
    pub(super) const MAX_BYTES: usize = 64 * 1024;

    /// Returns [`ConfigError::InvalidIssuerUrl`] unless the issuer is an https URL, or an http URL of a loopback host, without query
    /// and fragment (RFC 8414 §2).
    pub(super) fn new(issuer: &str, document: IssuerMetadata) -> Result<Self, ConfigError> {
        let reject = |problem| ConfigError::InvalidIssuerUrl { problem };
        let url = url::parse(issuer).map_err(reject)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(reject("it has a query or a fragment; write the `iss` of the tokens"));
        }
        Ok(Self { issuer: issuer.to_owned(), metadata_url: document.url(&url) })
    }

    pub(super) fn metadata_url(&self) -> &Url {
        &self.metadata_url
    }

    /// The `jwks_uri` of a document, if the document is of this issuer.
    pub(super) fn parse(&self, document: &[u8]) -> Result<Url, MetadataError> {
        let text = str::from_utf8(document).map_err(|_| MetadataError::InvalidDocument)?;
        let metadata: Metadata<'_> = json::parse_object(text).map_err(|_| MetadataError::InvalidDocument)?;
        let Value::String(issuer) = metadata.issuer else { return Err(MetadataError::MissingIssuer) };
        if issuer != self.issuer {
            return Err(MetadataError::OtherIssuer);
        }
        let Value::String(jwks_uri) = metadata.jwks_uri else { return Err(MetadataError::MissingJwksUri) };
        let jwks_uri = url::parse(&jwks_uri).map_err(MetadataError::InvalidJwksUri)?;
        // An issuer on another machine must not direct requests to services of this one.
        if self.metadata_url.scheme() == "https" && jwks_uri.scheme() != "https" {
            return Err(MetadataError::InvalidJwksUri("its scheme is not https, but that of the issuer is"));
        }
        Ok(jwks_uri)
    }
}

/// Why the metadata of an issuer are not used. The message contains no part of the document.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum MetadataError {
    #[error(
        "{0}; check the issuer and which document it publishes (`IssuerMetadata`), or give the URL of its keys to `RemoteJwkSet::new`"
    )]
    NotFetched(FetchError),
    #[error(
        "it is not one JSON object without duplicate member names; check which document the issuer publishes (`IssuerMetadata`)"
    )]
    InvalidDocument,
    #[error("it has no text `issuer` (RFC 8414 §2); give the URL of the keys to `RemoteJwkSet::new`")]
    MissingIssuer,
    #[error(
        "its `issuer` is another one (RFC 8414 §3.3); configure the issuer exactly as in the document, also a slash at its end"
    )]
    OtherIssuer,
    #[error("it has no text `jwks_uri` (RFC 8414 §2); give the URL of the keys to `RemoteJwkSet::new`")]
    MissingJwksUri,
    #[error("its `jwks_uri` is not accepted: {0}; the issuer must correct it")]
    InvalidJwksUri(&'static str),
}

#[derive(Default)]
struct Metadata<'d> {
    issuer: Value<'d>,
    jwks_uri: Value<'d>,
}

impl<'d> json::Members<'d> for Metadata<'d> {
    fn field_mut(&mut self, name: &str) -> Option<&mut Value<'d>> {
        match name {
            "issuer" => Some(&mut self.issuer),
            "jwks_uri" => Some(&mut self.jwks_uri),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://idp.example/tenant";

    fn parse(document: &str) -> Result<String, MetadataError> {
        Discovery::new(ISSUER, IssuerMetadata::OAuth).unwrap().parse(document.as_bytes()).map(String::from)
    }

    /// The examples of RFC 8414 §3.1 and of `OpenID` Connect Discovery 1.0 §4.1 with their path.
    #[test]
    fn address_of_the_metadata_is_that_of_the_specifications() {
        for (issuer, oauth, openid) in [
            (
                "https://example.com",
                "https://example.com/.well-known/oauth-authorization-server",
                "https://example.com/.well-known/openid-configuration",
            ),
            (
                "https://example.com/issuer1",
                "https://example.com/.well-known/oauth-authorization-server/issuer1",
                "https://example.com/issuer1/.well-known/openid-configuration",
            ),
            (
                "https://example.com:8443/realms/a%20b/",
                "https://example.com:8443/.well-known/oauth-authorization-server/realms/a%20b",
                "https://example.com:8443/realms/a%20b/.well-known/openid-configuration",
            ),
        ] {
            for (document, expected) in [(IssuerMetadata::OAuth, oauth), (IssuerMetadata::OpenId, openid)] {
                assert_eq!(Discovery::new(issuer, document).unwrap().metadata_url().as_str(), expected);
            }
        }
    }

    #[test]
    fn issuer_that_is_no_secure_url_is_rejected() {
        for issuer in [
            "idp.example",
            "",
            "http://idp.example",
            "https://user:password@idp.example",
            "https://idp.example?tenant=1",
            "https://idp.example#tenant",
            "file:///etc/passwd",
        ] {
            let error = Discovery::new(issuer, IssuerMetadata::OpenId).err();
            assert!(matches!(error, Some(ConfigError::InvalidIssuerUrl { .. })), "{issuer}: {error:?}");
        }
    }

    #[test]
    fn document_of_another_issuer_is_rejected() {
        for issuer in [
            "https://idp.example/tenant/",
            "https://idp.example",
            "https://idp.example:443/tenant",
            "HTTPS://idp.example/tenant",
            "https://attacker.example",
            "",
        ] {
            let document = format!(r#"{{"issuer":"{issuer}","jwks_uri":"https://idp.example/jwks"}}"#);
            assert_eq!(parse(&document), Err(MetadataError::OtherIssuer), "{issuer}");
        }
    }

    #[test]
    fn document_without_usable_members_is_rejected() {
        use MetadataError::{InvalidDocument, MissingIssuer, MissingJwksUri};
        let nested = format!(r#"{{"issuer":"{ISSUER}","x":{}{}}}"#, "[".repeat(40), "]".repeat(40));
        for (document, error) in [
            ("", InvalidDocument),
            ("null", InvalidDocument),
            ("[]", InvalidDocument),
            ("<html>sign in</html>", InvalidDocument),
            (r#"{"issuer":"a","issuer":"https://idp.example/tenant"}"#, InvalidDocument),
            (&nested, InvalidDocument),
            (r#"{"jwks_uri":"https://idp.example/jwks"}"#, MissingIssuer),
            (r#"{"issuer":["https://idp.example/tenant"]}"#, MissingIssuer),
            (r#"{"issuer":null}"#, MissingIssuer),
            (r#"{"issuer":"https://idp.example/tenant"}"#, MissingJwksUri),
            (r#"{"issuer":"https://idp.example/tenant","jwks_uri":7}"#, MissingJwksUri),
            (r#"{"issuer":"https://idp.example/tenant","jwks_uri":["https://idp.example/jwks"]}"#, MissingJwksUri),
        ] {
            assert_eq!(parse(document), Err(error), "{document}");
        }
        let invalid_utf8 = Discovery::new(ISSUER, IssuerMetadata::OAuth).unwrap().parse(b"{\"issuer\":\"\xff\"}");
        assert_eq!(invalid_utf8, Err(InvalidDocument));
    }

    #[test]
    fn address_of_the_keys_must_be_https() {
        let with_uri = |uri: &str| parse(&format!(r#"{{"issuer":"{ISSUER}","jwks_uri":"{uri}"}}"#));
        for uri in [
            "http://idp.example/jwks",
            "http://127.0.0.1/jwks",
            "http://localhost:9000/jwks",
            "/jwks",
            "file:///etc/passwd",
            "data:application/json,{}",
            "https://user@idp.example/jwks",
        ] {
            assert!(matches!(with_uri(uri), Err(MetadataError::InvalidJwksUri(_))), "{uri}");
        }
        assert_eq!(with_uri("https://keys.example/jwks?v=2").unwrap(), "https://keys.example/jwks?v=2");
    }
}
