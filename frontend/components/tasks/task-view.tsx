"use client";

import { useSearchParams } from "next/navigation";
import { usePendingDeletions } from "@/hooks/use-pending-deletions";
import { useTaskMutations } from "@/hooks/use-task-mutations";
import { type First, useTasks } from "@/hooks/use-tasks";
import { parseFilter } from "@/lib/tasks/filter";
import { tasksOf } from "@/lib/tasks/task-pages";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { ConnectionErrorBanner, ConnectionErrorState } from "./connection-error.tsx";
import { EmptyState } from "./empty-state.tsx";
import { FilterNav } from "./filter-nav.tsx";
import { TaskForm } from "./task-form.tsx";
import { TaskList } from "./task-list.tsx";
import { TaskListSkeleton } from "./task-list-skeleton.tsx";

/** The whole of /tasks below its heading. */
export function Tasks({ first }: { first: First }) {
  const filter = parseFilter(useSearchParams());
  const list = useTasks(filter, first);
  const changes = useTaskMutations();
  const deletions = usePendingDeletions();
  const tasks = list.data && tasksOf(list.data).filter((task) => !deletions.hidden.has(task.id));
  const tryAgain = () => void list.refetch();

  return (
    <div className="grid grid-cols-1 gap-5">
      <TaskForm add={changes.add} />
      <FilterNav current={filter} />
      <DisabledUntilHydrated>
        {list.isError && tasks && (
          <ConnectionErrorBanner reason={list.error} isTrying={list.isFetching} onTryAgain={tryAgain} />
        )}
        {!tasks && list.isError && (
          <ConnectionErrorState reason={list.error} isTrying={list.isFetching} onTryAgain={tryAgain} />
        )}
        {!tasks && !list.isError && <TaskListSkeleton />}
        {tasks?.length === 0 && !list.hasNextPage && <EmptyState filter={filter} />}
        {tasks && (tasks.length > 0 || list.hasNextPage) && (
          <TaskList
            changes={changes}
            filter={filter}
            isLoadingMore={list.isFetchingNextPage}
            key={filter}
            onMore={list.hasNextPage ? () => void list.fetchNextPage({ cancelRefetch: false }) : undefined}
            remove={deletions.remove}
            tasks={tasks}
          />
        )}
      </DisabledUntilHydrated>
    </div>
  );
}
