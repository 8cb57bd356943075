use std::{
    fmt::Write as _,
    io::{Read as _, stdin},
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, bail};
use auth_core::{AuthenticatedUser, VerifyError, explain::UnverifiedToken};
use todo_domain::Timestamp;

use super::{block_on, print_stdout};
use crate::settings::Settings;

/// Upper bound of the input, above the maximum size of a token.
const MAX_INPUT_BYTES: u64 = 64 * 1024;

/// Start of the year 10000 in seconds since 1970, which RFC 3339 cannot express.
const YEAR_10000: f64 = 253_402_300_800.0;

/// Describes the token on standard input. Fails if it is rejected.
pub(crate) fn explain_token(settings: &Settings) -> anyhow::Result<()> {
    let mut input = String::new();
    stdin().take(MAX_INPUT_BYTES).read_to_string(&mut input).context("standard input")?;
    let token = input.trim();
    let token = token.strip_prefix("Bearer ").unwrap_or(token).trim_start();
    let keys = settings.auth.keys()?;
    let revocations = settings.auth.revocations(&keys)?;
    let mut verifier = settings.auth.verifier(keys)?;
    let (result, list_is_missing) = block_on(async {
        let mut list_is_missing = false;
        if let Some(list) = revocations {
            list_is_missing = list.prefetch().await.is_err();
            verifier = verifier.with_revocations(list);
        }
        Ok((verifier.verify(token).await, list_is_missing))
    })?;
    print_stdout(&describe(&UnverifiedToken::parse(token), &result))?;
    if list_is_missing && result.is_ok() {
        print_stdout("The list of revocations could not be fetched, so it may be revoked: run todo-server doctor.\n")?;
    }
    match result {
        Ok(_) => Ok(()),
        Err(error) => bail!("token rejected: {error}"),
    }
}

/// Quotes all values of the token, because they can contain terminal escape sequences.
fn describe(token: &UnverifiedToken, result: &Result<AuthenticatedUser, VerifyError>) -> String {
    let mut text = format!("This is {}.\n", token.kind);
    let header = [("alg", &token.algorithm), ("kid", &token.key_id), ("typ", &token.token_type)];
    for (name, value) in header.into_iter().chain([("sub", &token.subject), ("iss", &token.issuer)]) {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name}  {value:?}");
        }
    }
    if !token.audiences.is_empty() {
        let _ = writeln!(text, "  aud  {:?}", token.audiences);
    }
    for (name, seconds) in [("iat", token.issued_at), ("exp", token.expires_at)] {
        if let Some(seconds) = seconds {
            let _ = writeln!(text, "  {name}  {}", format_timestamp(seconds));
        }
    }
    let _ = match result {
        Ok(user) => writeln!(text, "It is accepted, for the user {:?}.", user.user_id()),
        Err(error) => writeln!(text, "It is rejected: {error}.\n{}", hint(*error)),
    };
    text
}

fn format_timestamp(seconds: f64) -> String {
    let Ok(since_1970) = Duration::try_from_secs_f64(seconds) else { return format!("{seconds} (before 1970)") };
    let time = SystemTime::UNIX_EPOCH.checked_add(since_1970).filter(|_| seconds < YEAR_10000);
    let Some(time) = time else { return format!("{seconds} (after the year 9999)") };
    let distance = match time.elapsed() {
        Ok(elapsed) => format!("{} s ago", elapsed.as_secs()),
        Err(error) => format!("in {} s", error.duration().as_secs()),
    };
    format!("{} ({distance})", Timestamp::from(time))
}

/// How to get the token accepted.
fn hint(error: VerifyError) -> &'static str {
    match error {
        VerifyError::Expired => "Access tokens are valid for some minutes: get a new one from the web app.",
        VerifyError::NotYetValid | VerifyError::IssuedInFuture => {
            "Compare the clocks of both machines; TODO__AUTH__LEEWAY_SECONDS allows up to 60 s of difference."
        }
        VerifyError::InvalidIssuer => "Set TODO__AUTH__ISSUER to the token's iss, which is the Better Auth base URL.",
        VerifyError::InvalidAudience => {
            "Set TODO__AUTH__AUDIENCE to the token's aud, or configure the web app to write the right one."
        }
        VerifyError::InvalidSignature => {
            "Both sides need the same key: compare BETTER_AUTH_SECRET of the web app and of this service."
        }
        VerifyError::InvalidAlgorithm => {
            "This service has no key for the token's alg: HS256 requires the shared secret, the others a JWK Set."
        }
        VerifyError::NoMatchingKey => {
            "The issuer's JWK Set has no usable key with the token's kid: is TODO__AUTH__JWKS_URL that of the issuer?"
        }
        VerifyError::KeysUnavailable => "The issuer's JWK Set could not be fetched: run todo-server doctor.",
        VerifyError::InvalidSubject => {
            "An access token identifies its user in sub: this is a token for another purpose, or definePayload omits it."
        }
        VerifyError::Revoked => "Its session has ended, or its account was deleted: sign in again.",
        VerifyError::RevocationsUnavailable => {
            "TODO__AUTH__REVOCATIONS_REQUIRED is true, and the list could not be fetched: run todo-server doctor."
        }
        VerifyError::SenderConstrained => "A token with cnf requires a proof of its key: get a bearer token.",
        VerifyError::SubjectIsClient => "A client has no tasks: get a token of a user.",
        VerifyError::InvalidTokenType => "This is a token for another purpose: get an access token.",
        VerifyError::MissingExpiration | VerifyError::InvalidNumericDate => {
            "An access token needs exp, in seconds since 1970 (not milliseconds)."
        }
        VerifyError::TokenTooLong => "Better Auth's default payload is the whole user: set definePayload.",
        _ => "Send the access token exactly as the web app issues it.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamp_outside_of_1970_to_9999_is_printed_as_a_number() {
        assert!(format_timestamp(0.0).starts_with("1970-01-01T00:00:00"));
        assert!(format_timestamp(253_402_300_799.0).starts_with("9999-12-31T23:59:59"));
        assert_eq!(format_timestamp(-1.0), "-1 (before 1970)");
        for seconds in [YEAR_10000, 1e19] {
            assert_eq!(format_timestamp(seconds), format!("{seconds} (after the year 9999)"));
        }
    }
}
