/** The writes of this page that have not ended, by task id. */
export class PendingWrites {
  readonly #writes = new Map<number, Set<Promise<void>>>();

  /** Registers a write. The returned function ends it. */
  begin(taskId: number): () => void {
    let end: () => void = () => {};
    const write = new Promise<void>((resolve) => {
      end = resolve;
    });
    const writes = this.#writes.get(taskId) ?? new Set();
    this.#writes.set(taskId, writes.add(write));
    return () => {
      end();
      writes.delete(write);
      if (writes.size === 0 && this.#writes.get(taskId) === writes) this.#writes.delete(taskId);
    };
  }

  /** Resolves when all writes that are pending at the time of the call have ended, whether or not they succeeded. */
  async settled(taskId: number): Promise<void> {
    await Promise.all(this.#writes.get(taskId) ?? []);
  }
}
