use actix_web::web::{Json, ReqData};
use todo_domain::TokenUse;
use todo_store::OwnerTasks;

use crate::{authorization::UserPath, error::ApiError, openapi::CommonErrors};

/// List the last uses of personal access tokens
///
/// One item for each of the caller's personal access tokens that was ever used, in no particular order. The day is in UTC. A
/// use appears within seconds. A token that has expired may still be listed, for up to an hour.
#[utoipa::path(
    get,
    path = "/api/{user_id}/token-uses",
    operation_id = "listTokenUses",
    tag = "user",
    params(UserPath),
    responses(
        (status = 200, description = "The day of the last use of each token", body = Vec<TokenUse>),
        CommonErrors,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(tasks: ReqData<OwnerTasks>) -> Result<Json<Vec<TokenUse>>, ApiError> {
    Ok(Json(tasks.list_token_uses().await?))
}
