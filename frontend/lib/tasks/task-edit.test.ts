import { describe, expect, it, vi } from "vitest";
import { ApiProblemError, ServiceUnavailableError } from "../api/errors.ts";
import { PendingWrites } from "./pending-writes.ts";
import type { Task, TaskChange } from "./task.ts";
import { EditConflictError, TaskEdit } from "./task-edit.ts";
import { createTask } from "./test-utils.ts";

const OPENED = createTask(7, { title: "Buy milk" });

/** A backend with one task, whose version counts its changes. */
class FakeBackend {
  task: Task = { ...OPENED };
  version = 1;
  readonly get = vi.fn(async () => ({ task: this.task, etag: `"${this.version}"` }));
  readonly update = vi.fn(async (_id: number, change: TaskChange, etag: string | null) => {
    if (etag !== null && etag !== `"${this.version}"`)
      throw new ApiProblemError({ status: 412, code: "stale", detail: "The task was changed." });
    return this.apply(change as Partial<Task>);
  });

  /** A change that arrives from this page or from elsewhere. */
  apply(change: Partial<Task>): Task {
    this.version += 1;
    this.task = { ...this.task, ...change };
    return this.task;
  }
}

function openEditor({ opened = OPENED, backend = new FakeBackend() } = {}) {
  const pendingWrites = new PendingWrites();
  const open = () => {
    const edit = new TaskEdit({ api: backend, pendingWrites, opened });
    edit.prefetch();
    return edit;
  };
  return { backend, pendingWrites, open };
}

/** Lets all promises that are ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("an edit beside this page's own writes", () => {
  it("edit that is opened while a completion is pending reads the version after it", async () => {
    const { backend, pendingWrites, open } = openEditor();
    const endCompletion = pendingWrites.begin(7);
    const edit = open();
    await settle();
    expect(backend.get).not.toHaveBeenCalled();
    backend.apply({ status: "complete" });
    endCompletion();
    await expect(edit.save({ title: "Buy oat milk" })).resolves.toMatchObject({
      title: "Buy oat milk",
      status: "complete",
    });
    expect(backend.update.mock.calls).toEqual([[7, { title: "Buy oat milk" }, '"2"']]);
  });

  it("edit that is saved while a completion is pending waits for it", async () => {
    const { backend, pendingWrites, open } = openEditor();
    const endCompletion = pendingWrites.begin(7);
    const edit = open();
    const endEdit = pendingWrites.begin(7);
    const saved = edit.save({ title: "Buy oat milk" }).finally(endEdit);
    await settle();
    expect(backend.update).not.toHaveBeenCalled();
    backend.apply({ status: "complete" });
    endCompletion();
    await expect(saved).resolves.toMatchObject({ title: "Buy oat milk", status: "complete" });
  });

  it("completion that reaches the backend after the version was read is no conflict", async () => {
    const { backend, open } = openEditor();
    const edit = open();
    await settle();
    backend.apply({ status: "complete" });
    await expect(edit.save({ title: "Buy oat milk" })).resolves.toMatchObject({
      title: "Buy oat milk",
      status: "complete",
    });
    expect(backend.update.mock.calls.map(([, , etag]) => etag)).toEqual(['"1"', '"2"']);
  });

  it("completion that reaches the backend between read and update is no conflict", async () => {
    const { backend, open } = openEditor();
    const edit = open();
    await settle();
    backend.update.mockImplementationOnce(async () => {
      backend.apply({ status: "complete" });
      throw new ApiProblemError({ status: 412, code: "stale", detail: "The task was changed." });
    });
    await expect(edit.save({ title: "Buy oat milk" })).resolves.toMatchObject({ status: "complete" });
  });

  it("edit of a title that an earlier edit is still saving waits for that edit", async () => {
    const opened = { ...OPENED, title: "Buy oat milk" };
    const { backend, pendingWrites, open } = openEditor({ opened });
    const endEarlierEdit = pendingWrites.begin(7);
    const edit = open();
    await settle();
    backend.apply({ title: "Buy oat milk" });
    endEarlierEdit();
    await expect(edit.save({ title: "Buy soy milk" })).resolves.toMatchObject({ title: "Buy soy milk" });
  });

  it("update whose response was lost succeeds when it is repeated", async () => {
    const { backend, open } = openEditor();
    const edit = open();
    backend.update.mockImplementationOnce(async (_id, change) => {
      backend.apply(change as Partial<Task>);
      throw new ServiceUnavailableError();
    });
    await expect(edit.save({ title: "Buy oat milk" })).rejects.toThrow(ServiceUnavailableError);
    await expect(edit.save({ title: "Buy oat milk" })).resolves.toMatchObject({ title: "Buy oat milk" });
  });

  it("version that could not be read in advance is read when the edit is saved", async () => {
    const { backend, open } = openEditor();
    backend.get.mockRejectedValueOnce(new ServiceUnavailableError());
    const edit = open();
    await settle();
    await expect(edit.save({ title: "Buy oat milk" })).resolves.toMatchObject({ title: "Buy oat milk" });
    expect(backend.update.mock.calls).toEqual([[7, { title: "Buy oat milk" }, '"1"']]);
  });
});

describe("an edit beside changes from elsewhere", () => {
  it("title that was changed between list load and editor open is a conflict", async () => {
    const { backend, open } = openEditor();
    backend.apply({ title: "Buy rice" });
    await expect(open().save({ title: "Buy oat milk" })).rejects.toThrow(EditConflictError);
    expect(backend.update).not.toHaveBeenCalled();
  });

  it("description that was changed while the editor was open is a conflict", async () => {
    const { backend, open } = openEditor();
    const edit = open();
    await settle();
    backend.apply({ description: "two litres" });
    await expect(edit.save({ title: "Buy oat milk" })).rejects.toThrow(EditConflictError);
    expect(backend.task).toMatchObject({ title: "Buy milk", description: "two litres" });
  });

  it("title that was changed while this page's completion was pending is a conflict", async () => {
    const { backend, pendingWrites, open } = openEditor();
    const endCompletion = pendingWrites.begin(7);
    const edit = open();
    backend.apply({ title: "Buy rice" });
    backend.apply({ status: "complete" });
    endCompletion();
    await expect(edit.save({ title: "Buy oat milk" })).rejects.toThrow(EditConflictError);
    expect(backend.task.title).toBe("Buy rice");
  });

  it("conflict is reported again when the edit is saved again", async () => {
    const { backend, open } = openEditor();
    const edit = open();
    await settle();
    backend.apply({ title: "Buy rice" });
    await expect(edit.save({ title: "Buy oat milk" })).rejects.toThrow(EditConflictError);
    await expect(edit.save({ title: "Buy oat milk" })).rejects.toThrow(EditConflictError);
  });

  it("task that changes on every attempt is a conflict after three attempts", async () => {
    const { backend, open } = openEditor();
    backend.get.mockImplementation(async () => ({ task: backend.task, etag: '"0"' }));
    await expect(open().save({ title: "Buy oat milk" })).rejects.toThrow(EditConflictError);
    expect(backend.update).toHaveBeenCalledTimes(3);
  });

  it("overwrite saves without a condition", async () => {
    const { backend, open } = openEditor();
    const edit = open();
    backend.apply({ title: "Buy rice" });
    await expect(edit.overwrite({ title: "Buy oat milk" })).resolves.toMatchObject({ title: "Buy oat milk" });
    expect(backend.update.mock.calls).toEqual([[7, { title: "Buy oat milk" }, null]]);
  });
});

describe("PendingWrites.settled", () => {
  it("settled waits for the writes of its task that are pending when it is called", async () => {
    const writes = new PendingWrites();
    const endFirst = writes.begin(7);
    const endOther = writes.begin(8);
    const onSettled = vi.fn();
    const settled = writes.settled(7).then(onSettled);
    const endLater = writes.begin(7);
    await settle();
    expect(onSettled).not.toHaveBeenCalled();
    endFirst();
    await settled;
    endLater();
    endOther();
  });

  it("settled without a pending write resolves at once", async () => {
    const writes = new PendingWrites();
    writes.begin(7)();
    await expect(writes.settled(7)).resolves.toBeUndefined();
  });
});
