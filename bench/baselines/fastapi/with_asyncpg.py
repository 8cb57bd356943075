"""The same routes with FastAPI, PyJWT and asyncpg, as their documentation shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import asyncpg
from fastapi import Depends, FastAPI, HTTPException, Query, Request

from auth import UserId
from models import NewTask, Task, now_micros, to_task
from settings import DATABASE_URL, POOL

COLUMNS = "id, owner_id, title, description, created_at, updated_at, completed_at"


async def skip_reset(_: asyncpg.Connection) -> None:
    """Saves the round trip that resets a released connection: no statement here changes the session."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(DATABASE_URL, min_size=POOL, max_size=POOL, reset=skip_reset) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


async def pool(request: Request) -> asyncpg.Pool:
    return request.app.state.pool


Pool = Annotated[asyncpg.Pool, Depends(pool)]


@app.get("/api/{user_id}/tasks")
async def list_tasks(user: UserId, db: Pool, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Task]:
    rows = await db.fetch(
        f"SELECT {COLUMNS} FROM tasks WHERE owner_id = $1 ORDER BY id DESC LIMIT $2",
        user,
        limit,
    )
    return [to_task(*row) for row in rows]


@app.post("/api/{user_id}/tasks", status_code=201)
async def create_task(user: UserId, db: Pool, new: NewTask) -> Task:
    row = await db.fetchrow(
        f"""INSERT INTO tasks (owner_id, title, description, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $4) RETURNING {COLUMNS}""",
        user,
        new.title,
        new.description,
        now_micros(),
    )
    return to_task(*row)


@app.get("/api/{user_id}/tasks/{id}")
async def get_task(user: UserId, db: Pool, id: int) -> Task:
    row = await db.fetchrow(f"SELECT {COLUMNS} FROM tasks WHERE owner_id = $1 AND id = $2", user, id)
    return to_task_or_404(row)


@app.patch("/api/{user_id}/tasks/{id}/complete")
async def complete_task(user: UserId, db: Pool, id: int) -> Task:
    """Completing a complete task changes nothing."""
    row = await db.fetchrow(
        f"""UPDATE tasks SET
                version = CASE WHEN completed_at IS NULL THEN version + 1 ELSE version END,
                updated_at = CASE WHEN completed_at IS NULL THEN $3 ELSE updated_at END,
                completed_at = COALESCE(completed_at, $3)
            WHERE owner_id = $1 AND id = $2 RETURNING {COLUMNS}""",
        user,
        id,
        now_micros(),
    )
    return to_task_or_404(row)


def to_task_or_404(row: asyncpg.Record | None) -> Task:
    if row is None:
        raise HTTPException(404, "task not found")
    return to_task(*row)
