type Limits = { maxRunning: number; maxWaiting: number };

/** The queue is full: the work was not started. */
export class QueueFullError extends Error {
  override name = "QueueFullError";
}

/** Runs at most `maxRunning` works at once, and keeps at most `maxWaiting` others waiting, first come, first served. */
export function createBoundedQueue({ maxRunning, maxWaiting }: Limits) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running < maxRunning) running += 1;
    else if (waiting.length < maxWaiting) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw new QueueFullError(`${maxWaiting} works are waiting`);
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place is handed over, so that no later work takes it first.
      if (next) next();
      else running -= 1;
    }
  };
}
