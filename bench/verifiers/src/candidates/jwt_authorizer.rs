//! jwt-authorizer. It chooses the key by `kid` and the algorithms by the key, and does not check `typ`.

use std::error::Error;

use jsonwebtoken_9::Algorithm;
use jwt_authorizer::{Authorizer, JwtAuthorizer, Validation};

use super::{Claims, Keys};
use crate::{AUDIENCE, ISSUER};

pub(super) async fn authorizer(keys: &Keys<'_>) -> Result<Authorizer<Claims>, Box<dyn Error>> {
    let validation = Validation::new().iss(&[ISSUER]).aud(&[AUDIENCE]).nbf(true).leeway(0);
    Ok(match keys {
        // Without the list it accepts HS384 and HS512 too.
        Keys::Secret(secret) => {
            JwtAuthorizer::from_secret(secret).validation(validation.algs(vec![Algorithm::HS256])).build().await?
        }
        Keys::Set(document) => JwtAuthorizer::from_jwks_text(document).validation(validation).build().await?,
    })
}
