"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { toast } from "sonner";
import { broadcast } from "@/lib/session/broadcast";
import { PendingDeletions, sessionStorageStore } from "@/lib/tasks/pending-deletions";
import type { Task } from "@/lib/tasks/task";
import { useSession } from "./use-session.ts";
import { TASKS_QUERY_KEY } from "./use-tasks.ts";

/** The deletions of the page that is shown. Signing out has to commit them first. */
let activeDeletions: PendingDeletions | undefined;

export async function flushPendingDeletions(): Promise<void> {
  await activeDeletions?.flush();
}

const EMPTY: ReadonlySet<number> = new Set();

/** Deletes tasks after a delay in which the user can undo it. */
export function usePendingDeletions() {
  const session = useSession();
  const queries = useQueryClient();
  const [deletions] = useState(
    () =>
      new PendingDeletions({
        deleteTask: async (id, options) => {
          await session.taskApi.delete(id, options);
          broadcast({ kind: "tasks-changed", userId: session.user.id });
        },
        store: sessionStorageStore(session.user.id),
        onError: () => toast.error("A task could not be deleted and is back in your list. Try again in a moment."),
      }),
  );

  useEffect(() => {
    activeDeletions = deletions;
    void deletions.resume();
    const onPageHide = () => void deletions.flush({ keepalive: true });
    window.addEventListener("pagehide", onPageHide);
    return () => {
      window.removeEventListener("pagehide", onPageHide);
      // The toasts with their undo buttons belong to this page.
      toast.dismiss();
      void deletions.flush().then(() => queries.invalidateQueries({ queryKey: TASKS_QUERY_KEY }));
    };
  }, [deletions, queries]);

  const undoLast = useRef<() => void>(undefined);
  useEffect(() => onUndoKey(() => undoLast.current?.()), []);

  const hidden = useSyncExternalStore(deletions.subscribe, deletions.hidden, () => EMPTY);

  function deleteTask(task: Task, onUndone: () => void) {
    deletions.begin(task.id);
    const id = `deleted-${task.id}`;
    const commit = () => {
      if (undoLast.current === undo) undoLast.current = undefined;
      void deletions.commit(task.id);
    };
    const undo = () => {
      undoLast.current = undefined;
      deletions.undo(task.id);
      toast.dismiss(id);
      onUndone();
    };
    undoLast.current = undo;
    toast(`Deleted “${truncate(task.title)}”`, {
      id,
      action: { label: "Undo", onClick: undo },
      onAutoClose: commit,
      onDismiss: commit,
    });
  }

  return { hidden, deleteTask };
}

/** Ctrl+Z or ⌘Z, except in a text field, where it undoes typing. */
function onUndoKey(undo: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const textField = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea");
    if (isUndo && !textField) undo();
  };
  window.addEventListener("keydown", onKeyDown);
  return () => window.removeEventListener("keydown", onKeyDown);
}

const MAX_TITLE_LENGTH = 40;

const truncate = (title: string): string =>
  title.length > MAX_TITLE_LENGTH ? `${title.slice(0, MAX_TITLE_LENGTH).trimEnd()}…` : title;
