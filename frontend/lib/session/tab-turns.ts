const NAME = "todo:token";
const PATIENCE = 300;

/**
 * One tab at a time. A tab that had to wait for another gives the other's token a moment to arrive: the lock and the
 * message come by different ways, and the lock may be the faster one.
 */
export class TabTurns {
  #heard = 0;
  readonly #waiting = new Set<() => void>();

  /** Another tab has told us its token. */
  heard(): void {
    this.#heard += 1;
    for (const goOn of this.#waiting) goOn();
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    // Browsers have locks on secure origins and localhost only; elsewhere each tab works for itself.
    if (!navigator.locks) return work();
    const before = this.#heard;
    const atOnce = await navigator.locks.request(NAME, { ifAvailable: true }, async (lock) =>
      lock ? { result: await work() } : undefined,
    );
    if (atOnce) return atOnce.result;
    return navigator.locks.request(NAME, async () => {
      if (this.#heard === before) await this.#untilHeard();
      return work();
    });
  }

  #untilHeard(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        clearTimeout(timer);
        this.#waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, PATIENCE);
      this.#waiting.add(goOn);
    });
  }
}
