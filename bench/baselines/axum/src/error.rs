use axum::{
    Json,
    http::{
        StatusCode,
        header::{HeaderValue, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;

pub enum AppError {
    Unauthorized,
    Forbidden,
    NotFound,
    InvalidTitle,
    Database,
}

#[derive(Serialize)]
struct Body {
    detail: &'static str,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "invalid token"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "another user's tasks"),
            Self::NotFound => (StatusCode::NOT_FOUND, "task not found"),
            Self::InvalidTitle => (StatusCode::UNPROCESSABLE_ENTITY, "a title must have 1 to 255 characters"),
            Self::Database => (StatusCode::INTERNAL_SERVER_ERROR, "database error"),
        };
        let mut response = (status, Json(Body { detail })).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            _ => Self::Database,
        }
    }
}
