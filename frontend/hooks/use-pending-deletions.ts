"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { toast } from "sonner";
import { tell } from "@/lib/session/broadcast";
import { PendingDeletions, sessionStorageStore } from "@/lib/tasks/pending-deletions";
import type { Task } from "@/lib/tasks/task";
import { useSession } from "./use-session.ts";

/** The page's deletions, for those who leave it: signing out has to finish them first. */
let activeDeletions: PendingDeletions | undefined;

export async function flushPendingDeletions(): Promise<void> {
  await activeDeletions?.flush();
}

const NOTHING: ReadonlySet<number> = new Set();

/** Deleting with a while to take it back. */
export function usePendingDeletions() {
  const session = useSession();
  const queries = useQueryClient();
  const [deletions] = useState(
    () =>
      new PendingDeletions({
        remove: async (id, options) => {
          await session.calls.remove(id, options);
          tell({ kind: "tasks-changed", userId: session.person.id });
        },
        kept: sessionStorageStore(session.person.id),
        onFailed: () => toast.error("A task could not be deleted and is back in your list. Try again in a moment."),
      }),
  );

  useEffect(() => {
    activeDeletions = deletions;
    void deletions.resume();
    const leave = () => void deletions.flush({ keepalive: true });
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      // Another page of the app: no toast is left to undo anything with.
      toast.dismiss();
      void deletions.flush().then(() => queries.invalidateQueries({ queryKey: ["tasks"] }));
    };
  }, [deletions, queries]);

  const undoLast = useRef<() => void>(undefined);
  useEffect(() => onUndoKey(() => undoLast.current?.()), []);

  const hidden = useSyncExternalStore(deletions.subscribe, deletions.hidden, () => NOTHING);

  function remove(task: Task, onUndone: () => void) {
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
    toast(`Deleted “${short(task.title)}”`, {
      id,
      action: { label: "Undo", onClick: undo },
      onAutoClose: commit,
      onDismiss: commit,
    });
  }

  return { hidden, remove };
}

/** Ctrl+Z or ⌘Z, except where it undoes typing. */
function onUndoKey(undo: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const field = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea");
    if (isUndo && !field) undo();
  };
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}

const SHORT = 40;

const short = (title: string): string => (title.length > SHORT ? `${title.slice(0, SHORT).trimEnd()}…` : title);
