use todo_domain::{Status, Task, TaskId};

/// Which part of an owner's tasks to list, newest first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Page {
    /// Only tasks with this status; both without.
    pub status: Option<Status>,
    /// Only tasks added before this one, the [`Slice::next`] of the page before. It need not exist any more.
    pub before: Option<TaskId>,
    /// How many tasks at most.
    pub limit: u16,
}

/// A page of tasks, newest first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Slice {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Where the next page goes on; `None` on the last one.
    pub next: Option<TaskId>,
}

impl Slice {
    /// Cuts a page from one row more than it may hold: the surplus says that there is a next page.
    pub(crate) fn cut(mut tasks: Vec<Task>, limit: u16) -> Self {
        let more = tasks.len() > usize::from(limit);
        tasks.truncate(limit.into());
        let next = tasks.last().filter(|_| more).map(|task| task.id);
        Self { tasks, next }
    }
}
