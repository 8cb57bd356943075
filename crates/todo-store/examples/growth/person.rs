use std::time::{Duration, Instant, SystemTime};

use sea_orm::{ConnectionTrait as _, Statement};
use todo_domain::{Status, TaskId};
use todo_store::{
    Database, Expected, OwnerTasks, Page, Store,
    testkit::{new, owner},
};

/// What is measured, in this order: what is created is deleted again.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    First,
    Middle,
    Last,
    Get,
    Complete,
    Create,
    Delete,
}

impl Operation {
    pub(crate) const ALL: [Self; 7] =
        [Self::First, Self::Middle, Self::Last, Self::Get, Self::Complete, Self::Create, Self::Delete];
}

/// Somebody who has that many tasks.
pub(crate) struct Person {
    pub(crate) label: String,
    tasks: OwnerTasks,
    /// A hundred tasks in the middle, and whether each is complete. Never more, whatever somebody has: what grows shall be
    /// the number of tasks to search, not of those to keep in a cache.
    some: Vec<(TaskId, bool)>,
    /// Only the fifty oldest are older.
    last_page: TaskId,
    created: Vec<TaskId>,
    runs: usize,
}

const PAGE: u16 = 50;

impl Person {
    pub(crate) async fn find(database: &Database, size: usize, label: String) -> Self {
        let tasks = Store::new(database.clone()).tasks_of(owner(&name(size)));
        let mut some = Vec::new();
        for id in hundred(database, size, size / 2 - 50).await {
            some.push((id, tasks.get(id).await.unwrap().status == Status::Complete));
        }
        let last_page = hundred(database, size, 0).await[usize::from(PAGE)];
        Self { label, tasks, some, last_page, created: Vec::new(), runs: 0 }
    }

    pub(crate) async fn run(&mut self, operation: Operation) -> Duration {
        self.runs += 1;
        let now = SystemTime::now().into();
        let middle = self.some[self.some.len() / 2].0;
        let count = self.some.len();
        let (id, complete) = &mut self.some[self.runs % count];
        let start = Instant::now();
        match operation {
            Operation::First => page(&self.tasks, None).await,
            Operation::Middle => page(&self.tasks, Some(middle)).await,
            Operation::Last => page(&self.tasks, Some(self.last_page)).await,
            Operation::Get => drop(self.tasks.get(*id).await.unwrap()),
            Operation::Complete => {
                *complete = !*complete;
                self.tasks.set_completed(*id, *complete, &Expected::Any, now).await.unwrap();
            }
            Operation::Create => self.created.push(self.tasks.add(new("Buy oat milk"), now).await.unwrap().id),
            Operation::Delete => self.tasks.remove(self.created.pop().unwrap(), &Expected::Any).await.unwrap(),
        }
        start.elapsed()
    }
}

pub(crate) fn name(size: usize) -> String {
    format!("somebody with {size} tasks")
}

async fn page(tasks: &OwnerTasks, before: Option<TaskId>) {
    let slice = tasks.list(Page { status: None, before, limit: PAGE }).await.unwrap();
    assert_eq!(slice.tasks.len(), usize::from(PAGE));
}

/// The ids of a hundred tasks of somebody, oldest first, after leaving out that many.
async fn hundred(database: &Database, size: usize, after: usize) -> Vec<TaskId> {
    let sql = format!("SELECT id FROM tasks WHERE owner_id = $1 ORDER BY id LIMIT 100 OFFSET {after}");
    let db = database.writer();
    let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [name(size).into()]);
    let rows = db.query_all_raw(asked).await.unwrap();
    rows.iter().map(|row| TaskId::stored(row.try_get_by_index(0).unwrap())).collect()
}
