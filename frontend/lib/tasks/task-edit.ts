import { ApiProblemError } from "../api/errors.ts";
import type { TaskApi, TaskVersion } from "../api/task-api.ts";
import type { PendingWrites } from "./pending-writes.ts";
import type { Task, TaskChange } from "./task.ts";

/** The title or the description was changed elsewhere after the editor had been opened. */
export class EditConflictError extends Error {
  override name = "EditConflictError";
}

type Options = { api: Pick<TaskApi, "get" | "update">; pendingWrites: Pick<PendingWrites, "settled">; opened: Task };

/** What the editor shows and changes. */
const EDITED_MEMBERS = ["title", "description"] as const;

const PRECONDITION_FAILED = 412;
const MAX_ATTEMPTS = 3;

/**
 * One edit, from opening the editor to saving.
 *
 * An update is sent with `If-Match`. The list has no entity tags, so the tag is read with the task, and the task read is
 * compared with the one that the editor shows. The tag also changes with members that the editor does not show: this
 * page's own completion of the task may reach the backend after the read. So a 412 is not yet a conflict. The task is
 * read again, and the update is repeated with the new tag if title and description are as before.
 */
export class TaskEdit {
  /** The task as the editor shows it. */
  readonly opened: Task;
  readonly #api: Options["api"];
  readonly #pendingWrites: Options["pendingWrites"];
  #prefetched: Promise<TaskVersion> | undefined;

  constructor({ api, pendingWrites, opened }: Options) {
    this.opened = opened;
    this.#api = api;
    this.#pendingWrites = pendingWrites;
  }

  /** Reads the current version when the editor opens, so that saving needs one request. */
  prefetch(): void {
    if (this.#prefetched) return;
    // An earlier edit of this page may be shown already and still be on its way to the backend.
    const version = this.#pendingWrites.settled(this.opened.id).then(() => this.#api.get(this.opened.id));
    this.#prefetched = version;
    // Saving then reads the version itself, and reports the error.
    version.catch(() => {
      if (this.#prefetched === version) this.#prefetched = undefined;
    });
  }

  /** Throws {@link EditConflictError} instead of overwriting what was changed elsewhere. */
  async save(change: TaskChange): Promise<Task> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const { task, etag } = await (this.#prefetched ?? this.#api.get(this.opened.id));
      this.#prefetched = undefined;
      if (this.#isConflict(task, change)) break;
      try {
        return await this.#api.update(this.opened.id, change, etag);
      } catch (error) {
        if (!(error instanceof ApiProblemError) || error.status !== PRECONDITION_FAILED) throw error;
      }
    }
    throw new EditConflictError("The task was changed elsewhere.");
  }

  /** Saves whatever the current version is. */
  overwrite(change: TaskChange): Promise<Task> {
    return this.#api.update(this.opened.id, change, null);
  }

  /** A member that has its new value already is no conflict: the response to an earlier attempt may have been lost. */
  #isConflict(current: Task, change: TaskChange): boolean {
    const intended = { ...this.opened, ...change };
    return EDITED_MEMBERS.some((name) => current[name] !== this.opened[name] && current[name] !== intended[name]);
  }
}
