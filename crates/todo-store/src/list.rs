use todo_domain::{Task, TaskId, TaskStatus};

/// Selects a page of an owner's tasks, newest first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ListQuery {
    /// Only tasks with this status. `None` selects both.
    pub status: Option<TaskStatus>,
    /// Only tasks created before this one: the [`TaskPage::next_cursor`] of the previous page. The task need not exist.
    pub before: Option<TaskId>,
    /// Maximum number of tasks in the page.
    pub limit: u16,
}

/// A page of tasks, newest first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The [`ListQuery::before`] of the next page. `None` on the last page.
    pub next_cursor: Option<TaskId>,
}
