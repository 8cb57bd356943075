use todo_domain::{Task, TaskId, TaskStatus};

/// Which part of an owner's tasks to list, newest first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ListQuery {
    /// Only tasks with this status; both without.
    pub status: Option<TaskStatus>,
    /// Only tasks added before this one, the [`TaskPage::next_cursor`] of the page before. It need not exist any more.
    pub before: Option<TaskId>,
    /// How many tasks at most.
    pub limit: u16,
}

/// A page of tasks, newest first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Where the next_cursor page goes on; `None` on the last one.
    pub next_cursor: Option<TaskId>,
}

impl TaskPage {
    /// Cuts a page from one row more than it may hold: the surplus says that there is a next_cursor page.
    pub(crate) fn cut(mut tasks: Vec<Task>, limit: u16) -> Self {
        let more = tasks.len() > usize::from(limit);
        tasks.truncate(limit.into());
        let next_cursor = tasks.last().filter(|_| more).map(|task| task.id);
        Self { tasks, next_cursor }
    }
}
