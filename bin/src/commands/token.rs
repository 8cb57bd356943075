use anyhow::Context as _;
use auth_core::{TokenSigner, TokenSubject};

use super::print_stdout;
use crate::{cli::TokenArgs, settings::Settings};

/// Issues a token that a server with the same settings accepts.
pub(crate) fn token(settings: &Settings, args: &TokenArgs) -> anyhow::Result<()> {
    let auth = &settings.auth;
    let secrets = auth.keys()?.shared_secrets.context("signing requires the shared secret: set BETTER_AUTH_SECRET")?;
    let mut signer = TokenSigner::new(secrets.signing_secret()).lifetime_seconds(args.ttl);
    if let Some(issuer) = &auth.issuer {
        signer = signer.issuer(issuer);
    }
    if let Some(audience) = &auth.audience {
        signer = signer.audience(audience);
    }
    let mut subject = TokenSubject::new(&args.sub);
    if let Some(email) = &args.email {
        subject = subject.email(email);
    }
    let token = signer.sign(&subject).context("cannot issue a token")?;
    print_stdout(&format!("{token}\n"))
}
