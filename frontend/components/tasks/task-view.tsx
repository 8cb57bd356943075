"use client";

import { useSearchParams } from "next/navigation";
import { usePendingDeletions } from "@/hooks/use-pending-deletions";
import { useReadOnly } from "@/hooks/use-read-only";
import { useTaskMutations } from "@/hooks/use-task-mutations";
import { type InitialTasks, useTasks } from "@/hooks/use-tasks";
import { parseFilter } from "@/lib/tasks/filter";
import { flattenPages } from "@/lib/tasks/task-pages";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { ConnectionErrorBanner, ConnectionErrorState } from "./connection-error.tsx";
import { EmptyState } from "./empty-state.tsx";
import { FilterNav } from "./filter-nav.tsx";
import { TaskForm } from "./task-form.tsx";
import { TaskList } from "./task-list.tsx";
import { TaskListSkeleton } from "./task-list-skeleton.tsx";

/** The content of /tasks below its heading. */
export function TaskView({ initial }: { initial: InitialTasks }) {
  const filter = parseFilter(useSearchParams());
  const list = useTasks(filter, initial);
  const mutations = useTaskMutations();
  const { hidden, deleteTask } = usePendingDeletions();
  const tasks = list.data && flattenPages(list.data).filter((task) => !hidden.has(task.id));
  const connectionError = list.isError && {
    error: list.error,
    isRetrying: list.isFetching,
    onRetry: () => void list.refetch(),
  };

  return (
    <div className="grid grid-cols-1 gap-5">
      <fieldset className="contents" disabled={useReadOnly()} role="none">
        <TaskForm create={mutations.create} />
      </fieldset>
      <FilterNav current={filter} />
      <DisabledUntilHydrated>
        {connectionError && tasks && <ConnectionErrorBanner {...connectionError} />}
        {connectionError && !tasks && <ConnectionErrorState {...connectionError} />}
        {!tasks && !connectionError && <TaskListSkeleton />}
        {tasks?.length === 0 && !list.hasNextPage && <EmptyState filter={filter} />}
        {tasks && (tasks.length > 0 || list.hasNextPage) && (
          <TaskList
            deleteTask={deleteTask}
            filter={filter}
            isLoadingMore={list.isFetchingNextPage}
            key={filter}
            mutations={mutations}
            onLoadMore={list.hasNextPage ? () => void list.fetchNextPage({ cancelRefetch: false }) : undefined}
            tasks={tasks}
          />
        )}
      </DisabledUntilHydrated>
    </div>
  );
}
