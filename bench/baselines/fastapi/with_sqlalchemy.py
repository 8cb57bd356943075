"""The same routes with FastAPI, PyJWT and SQLAlchemy's asynchronous ORM on asyncpg, as their documentation shows."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import BigInteger, Identity, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from auth import UserId
from models import NewTask, Task, now_micros, to_task
from settings import DATABASE_URL, POOL

engine = create_async_engine(
    DATABASE_URL.replace("postgres://", "postgresql+asyncpg://"), pool_size=POOL, max_overflow=0
)
Session = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "tasks"

    owner_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    title: Mapped[str]
    description: Mapped[str | None]
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    completed_at: Mapped[int | None] = mapped_column(BigInteger)


async def session() -> AsyncIterator[AsyncSession]:
    async with Session() as session:
        yield session


Database = Annotated[AsyncSession, Depends(session)]


@app.get("/api/{user_id}/tasks")
async def list_tasks(user: UserId, db: Database, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Task]:
    rows = await db.scalars(select(Row).where(Row.owner_id == user).order_by(Row.id.desc()).limit(limit))
    return [row_to_task(row) for row in rows]


@app.post("/api/{user_id}/tasks", status_code=201)
async def create_task(user: UserId, db: Database, new: NewTask) -> Task:
    at = now_micros()
    row = Row(owner_id=user, title=new.title, description=new.description, created_at=at, updated_at=at)
    db.add(row)
    await db.commit()
    return row_to_task(row)


@app.get("/api/{user_id}/tasks/{id}")
async def get_task(user: UserId, db: Database, id: int) -> Task:
    return row_to_task(await get_row(db, user, id))


@app.patch("/api/{user_id}/tasks/{id}/complete")
async def complete_task(user: UserId, db: Database, id: int) -> Task:
    """Completing a complete task changes nothing."""
    row = await get_row(db, user, id)
    if row.completed_at is None:
        row.completed_at = row.updated_at = now_micros()
        row.version += 1
        await db.commit()
    return row_to_task(row)


async def get_row(db: AsyncSession, user: str, id: int) -> Row:
    row = await db.get(Row, (user, id))
    if row is None:
        raise HTTPException(404, "task not found")
    return row


def row_to_task(row: Row) -> Task:
    return to_task(row.id, row.owner_id, row.title, row.description, row.created_at, row.updated_at, row.completed_at)
