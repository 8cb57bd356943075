use std::{
    fmt::Write as _,
    io::{Read as _, stdin},
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, bail};
use auth_core::{AuthenticatedUser, VerifyError, explain::UnverifiedToken};
use todo_domain::Timestamp;

use super::{block_on, print};
use crate::settings::Settings;

/// More than any token has.
const MOST_BYTES: u64 = 64 * 1024;

/// Says what the token on standard input is and which rule refuses it. Fails when it is refused.
pub(crate) fn explain_token(settings: Settings) -> anyhow::Result<()> {
    let mut input = String::new();
    stdin().take(MOST_BYTES).read_to_string(&mut input).context("standard input")?;
    let token = input.trim();
    let token = token.strip_prefix("Bearer ").unwrap_or(token).trim_start();
    let verifier = settings.auth.verifier()?;
    let verdict = block_on(async { Ok(verifier.verify(token).await) })?;
    print(&description(&UnverifiedToken::parse(token), &verdict))?;
    match verdict {
        Ok(_) => Ok(()),
        Err(error) => bail!("refused: {error}"),
    }
}

/// Whatever a token holds is quoted: it may try to drive the terminal.
fn description(token: &UnverifiedToken, verdict: &Result<AuthenticatedUser, VerifyError>) -> String {
    let mut text = format!("This is {}.\n", token.kind);
    let headers = [("alg", &token.algorithm), ("kid", &token.key_id), ("typ", &token.token_type)];
    for (name, value) in headers.into_iter().chain([("sub", &token.subject), ("iss", &token.issuer)]) {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name}  {value:?}");
        }
    }
    if !token.audiences.is_empty() {
        let _ = writeln!(text, "  aud  {:?}", token.audiences);
    }
    for (name, seconds) in [("iat", token.issued_at), ("exp", token.expires_at)] {
        if let Some(seconds) = seconds {
            let _ = writeln!(text, "  {name}  {}", instant(seconds));
        }
    }
    let _ = match verdict {
        Ok(user) => writeln!(text, "It is accepted, for the user {:?}.", user.user_id()),
        Err(error) => writeln!(text, "It is refused: {error}.\n{}", mend(*error)),
    };
    text
}

fn instant(seconds: f64) -> String {
    let Ok(since_1970) = Duration::try_from_secs_f64(seconds) else { return format!("{seconds} (before 1970)") };
    let at = SystemTime::UNIX_EPOCH.checked_add(since_1970);
    let Some(at) = at.filter(|_| seconds < 253_402_300_800.0) else {
        return format!("{seconds} (after the year 9999)");
    };
    let far = match at.elapsed() {
        Ok(ago) => format!("{} s ago", ago.as_secs()),
        Err(ahead) => format!("in {} s", ahead.duration().as_secs()),
    };
    format!("{} ({far})", Timestamp::from(at))
}

fn mend(error: VerifyError) -> &'static str {
    match error {
        VerifyError::Expired => "Access tokens live some minutes: get a new one from the web app.",
        VerifyError::NotYetValid | VerifyError::IssuedInFuture => {
            "Compare the clocks of both machines; TODO__AUTH__LEEWAY_SECONDS forgives up to 60 s."
        }
        VerifyError::InvalidIssuer => "Set TODO__AUTH__ISSUER to the token's iss, which is the Better Auth base URL.",
        VerifyError::InvalidAudience => {
            "Set TODO__AUTH__AUDIENCE to the token's aud, or have the web app write the right one."
        }
        VerifyError::InvalidSignature => {
            "Both sides need the same key: compare BETTER_AUTH_SECRET of the web app and of this service."
        }
        VerifyError::InvalidAlgorithm => {
            "This service has no key for the token's alg: HS256 wants the shared secret, the others a JWK Set."
        }
        VerifyError::NoMatchingKey => {
            "The issuer's JWK Set has no usable key with the token's kid: is TODO__AUTH__JWKS_URL that of the issuer?"
        }
        VerifyError::KeysUnavailable => "The issuer's JWK Set could not be fetched: todo-server doctor says more.",
        VerifyError::InvalidSubject => {
            "An access token names its user in sub: this is a token for another purpose, or definePayload leaves it out."
        }
        VerifyError::InvalidTokenType => "This is a token for another purpose: get an access token.",
        VerifyError::MissingExpiration | VerifyError::InvalidNumericDate => {
            "An access token needs exp, in seconds since 1970 (not milliseconds)."
        }
        VerifyError::TokenTooLong => "Better Auth's default payload is the whole user: set definePayload.",
        _ => "Pass on just what the web app hands out as an access token, unchanged.",
    }
}
