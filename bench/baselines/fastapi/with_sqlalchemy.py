"""The same routes with FastAPI, PyJWT and SQLAlchemy's asynchronous ORM on asyncpg, the way their documentation shows them."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import BigInteger, Identity, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from caller import Caller
from models import NewTask, Task, now, task
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
async def list_tasks(user: Caller, db: Database, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Task]:
    rows = await db.scalars(select(Row).where(Row.owner_id == user).order_by(Row.id.desc()).limit(limit))
    return [answer(row) for row in rows]


@app.post("/api/{user_id}/tasks", status_code=201)
async def create_task(user: Caller, db: Database, new: NewTask) -> Task:
    at = now()
    row = Row(owner_id=user, title=new.title, description=new.description, created_at=at, updated_at=at)
    db.add(row)
    await db.commit()
    return answer(row)


@app.get("/api/{user_id}/tasks/{id}")
async def show_task(user: Caller, db: Database, id: int) -> Task:
    return answer(await mine(db, user, id))


@app.patch("/api/{user_id}/tasks/{id}/complete")
async def complete_task(user: Caller, db: Database, id: int) -> Task:
    """A task that is complete already stays as it is."""
    row = await mine(db, user, id)
    if row.completed_at is None:
        row.completed_at = row.updated_at = now()
        row.version += 1
        await db.commit()
    return answer(row)


async def mine(db: AsyncSession, user: str, id: int) -> Row:
    row = await db.get(Row, (user, id))
    if row is None:
        raise HTTPException(404, "no such task")
    return row


def answer(row: Row) -> Task:
    return task(row.id, row.owner_id, row.title, row.description, row.created_at, row.updated_at, row.completed_at)
