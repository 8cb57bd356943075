use anyhow::Context as _;
use auth_core::{TokenSigner, TokenSubject};

use super::print;
use crate::{cli::TokenArgs, settings::Settings};

/// Mints a token that the server with the same settings accepts.
pub(crate) fn token(settings: &Settings, wanted: &TokenArgs) -> anyhow::Result<()> {
    let auth = &settings.auth;
    let secrets = auth.secrets.as_ref().context("minting needs the shared secret: set BETTER_AUTH_SECRET")?;
    let mut minter = TokenSigner::new(secrets.signing_secret()).lifetime_seconds(wanted.ttl);
    if let Some(issuer) = &auth.issuer {
        minter = minter.issuer(issuer);
    }
    if let Some(audience) = &auth.audience {
        minter = minter.audience(audience);
    }
    let mut subject = TokenSubject::new(&wanted.sub);
    if let Some(email) = &wanted.email {
        subject = subject.email(email);
    }
    let token = minter.sign(&subject).context("no token could be made")?;
    print(&format!("{token}\n"))
}
