"""JSON models, and their conversion from rows."""

import time
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints


class Task(BaseModel):
    id: int
    user_id: str
    title: str
    description: str | None
    status: Literal["incomplete", "complete"]
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None


class NewTask(BaseModel):
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
    description: str | None = None


def to_task(
    id: int,
    owner_id: str,
    title: str,
    description: str | None,
    created_at: int,
    updated_at: int,
    completed_at: int | None,
) -> Task:
    """Converts the columns of a row. Timestamps are microseconds since 1970."""
    return Task(
        id=id,
        user_id=owner_id,
        title=title,
        description=description,
        status="incomplete" if completed_at is None else "complete",
        created_at=to_datetime(created_at),
        updated_at=to_datetime(updated_at),
        completed_at=None if completed_at is None else to_datetime(completed_at),
    )


def to_datetime(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def now_micros() -> int:
    return time.time_ns() // 1000
