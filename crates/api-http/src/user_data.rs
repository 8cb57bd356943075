//! Everything that the service holds of a user.

use actix_web::{
    HttpResponse,
    web::{Data, ReqData},
};
use auth_core::AuthenticatedUser;
use todo_store::OwnerTasks;

use crate::{
    authorization::{Authorizer, UserPath},
    error::ApiError,
    openapi::CommonErrors,
    security_events::SecurityEvent,
};

/// Delete everything of a user
///
/// Deletes all tasks, idempotency keys and uses of tokens of the user in one transaction, for instance when the account is
/// deleted. No limit applies. A repeat deletes nothing.
#[utoipa::path(
    delete,
    path = "/api/{user_id}",
    operation_id = "deleteUserData",
    tag = "user",
    params(UserPath),
    responses((status = 204, description = "The service holds nothing of the user any more"), CommonErrors),
    security(("bearer" = [])),
)]
pub(crate) async fn delete(
    tasks: ReqData<OwnerTasks>,
    user: ReqData<AuthenticatedUser>,
    authorizer: Data<Authorizer>,
) -> Result<HttpResponse, ApiError> {
    tasks.delete_all().await?;
    authorizer.revoke_tokens_of_deleted_user(&user);
    let mut response = HttpResponse::NoContent().finish();
    response.extensions_mut().insert(SecurityEvent::UserDataDeleted);
    Ok(response)
}
