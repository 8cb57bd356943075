use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::{AppState, auth::AuthenticatedUser, error::AppError};

/// A row of `tasks`. Timestamps are microseconds since 1970.
#[derive(FromRow)]
struct Row {
    id: i64,
    owner_id: String,
    title: String,
    description: Option<String>,
    created_at: i64,
    updated_at: i64,
    completed_at: Option<i64>,
}

#[derive(Serialize)]
pub struct Task {
    id: i64,
    user_id: String,
    title: String,
    description: Option<String>,
    status: &'static str,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
}

impl From<Row> for Task {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.owner_id,
            title: row.title,
            description: row.description,
            status: if row.completed_at.is_some() { "complete" } else { "incomplete" },
            created_at: to_datetime(row.created_at),
            updated_at: to_datetime(row.updated_at),
            completed_at: row.completed_at.map(to_datetime),
        }
    }
}

fn to_datetime(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

#[derive(Deserialize)]
pub struct ListParams {
    #[serde(default = "default_limit")]
    limit: i64,
}

fn default_limit() -> i64 {
    50
}

#[derive(Deserialize)]
pub struct NewTask {
    title: String,
    description: Option<String>,
}

pub async fn list(
    State(state): State<AppState>,
    user: AuthenticatedUser,
    Path(user_id): Path<String>,
    Query(params): Query<ListParams>,
) -> Result<Json<Vec<Task>>, AppError> {
    let user = user.require(&user_id)?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, owner_id, title, description, created_at, updated_at, completed_at
         FROM tasks WHERE owner_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(user)
    .bind(params.limit.clamp(1, 200))
    .fetch_all(&state.pool)
    .await?;
    Ok(Json(rows.into_iter().map(Task::from).collect()))
}

pub async fn get_one(
    State(state): State<AppState>,
    user: AuthenticatedUser,
    Path((user_id, id)): Path<(String, i64)>,
) -> Result<Json<Task>, AppError> {
    let user = user.require(&user_id)?;
    let row: Row = sqlx::query_as(
        "SELECT id, owner_id, title, description, created_at, updated_at, completed_at
         FROM tasks WHERE owner_id = $1 AND id = $2",
    )
    .bind(user)
    .bind(id)
    .fetch_one(&state.pool)
    .await?;
    Ok(Json(row.into()))
}

pub async fn create(
    State(state): State<AppState>,
    user: AuthenticatedUser,
    Path(user_id): Path<String>,
    Json(new): Json<NewTask>,
) -> Result<(StatusCode, Json<Task>), AppError> {
    let user = user.require(&user_id)?;
    let title = new.title.trim();
    if title.is_empty() || title.chars().count() > 255 {
        return Err(AppError::InvalidTitle);
    }
    let row: Row = sqlx::query_as(
        "INSERT INTO tasks (owner_id, title, description, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
         RETURNING id, owner_id, title, description, created_at, updated_at, completed_at",
    )
    .bind(user)
    .bind(title)
    .bind(new.description)
    .bind(Utc::now().timestamp_micros())
    .fetch_one(&state.pool)
    .await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Completing a complete task changes nothing.
pub async fn complete(
    State(state): State<AppState>,
    user: AuthenticatedUser,
    Path((user_id, id)): Path<(String, i64)>,
) -> Result<Json<Task>, AppError> {
    let user = user.require(&user_id)?;
    let row: Row = sqlx::query_as(
        "UPDATE tasks SET
             version = CASE WHEN completed_at IS NULL THEN version + 1 ELSE version END,
             updated_at = CASE WHEN completed_at IS NULL THEN $3 ELSE updated_at END,
             completed_at = COALESCE(completed_at, $3)
         WHERE owner_id = $1 AND id = $2
         RETURNING id, owner_id, title, description, created_at, updated_at, completed_at",
    )
    .bind(user)
    .bind(id)
    .bind(Utc::now().timestamp_micros())
    .fetch_one(&state.pool)
    .await?;
    Ok(Json(row.into()))
}
