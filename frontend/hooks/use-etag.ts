"use client";

import { useEffect, useRef } from "react";
import type { Task } from "@/lib/tasks/task";
import { useSession } from "./use-session.ts";

/**
 * The version of the task that the editor started from; the list does not have it. When the texts turn out to
 * be others than those shown there is none to give, and the change is sent with a tag that the backend must refuse.
 */
export function useEtag(task: Task): () => string | null {
  const { taskApi } = useSession();
  const etag = useRef<string | null>(null);
  const shown = useRef(task);
  useEffect(() => {
    let isOpen = true;
    const { id, title, description } = shown.current;
    taskApi.get(id).then(
      ({ task: now, etag: tag }) => {
        if (isOpen) etag.current = now.title === title && now.description === description ? tag : OUTDATED;
      },
      // Without it the change is sent without a condition: better than not at all.
      () => {},
    );
    return () => {
      isOpen = false;
    };
  }, [taskApi]);
  return () => etag.current;
}

/** A tag that was never any version's. */
const OUTDATED = '"outdated"';
