use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use todo_domain::TaskId;
use todo_store::OwnerTasks;

use crate::{error::ApiError, gate::Gate, negotiation, path};

/// The caller's own tasks. Taking this as a parameter is what makes a handler authenticated.
pub(crate) struct MyTasks(pub(crate) OwnerTasks);

/// The caller's own tasks, and the one that the path names.
pub(crate) struct MyTask {
    pub(crate) tasks: OwnerTasks,
    pub(crate) id: TaskId,
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for MyTasks {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { admitted(&request).await.map(Self) })
    }
}

impl FromRequest for MyTask {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let tasks = admitted(&request).await?;
            Ok(Self { tasks, id: path::task_id(request.uri().path())? })
        })
    }
}

/// First who is asking, then what is wrong with the question.
async fn admitted(request: &HttpRequest) -> Result<OwnerTasks, ApiError> {
    let gate = request.app_data::<Gate>().ok_or(ApiError::Internal(None))?;
    let tasks = gate.admit(request).await?;
    negotiation::json_is_acceptable(request.headers())?;
    Ok(tasks)
}
