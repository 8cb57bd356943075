import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TabTurns } from "./tab-turns.ts";

type Options = { ifAvailable?: boolean };
type Work<T> = (lock: object | null) => Promise<T>;

/** The lock that all tabs of a browser share. */
class Locks {
  #last: Promise<unknown> = Promise.resolve();
  #held = 0;

  request<T>(_name: string, ...rest: [Work<T>] | [Options, Work<T>]): Promise<T> {
    const work = rest.at(-1) as Work<T>;
    const { ifAvailable } = (rest.length > 1 ? rest[0] : {}) as Options;
    if (ifAvailable && this.#held > 0) return work(null);
    this.#held += 1;
    const turn = this.#last.then(() => work({})).finally(() => (this.#held -= 1));
    this.#last = turn.catch(() => {});
    return turn;
  }
}

beforeEach(() => void vi.stubGlobal("navigator", { locks: new Locks() }));
afterEach(() => void vi.unstubAllGlobals());

const soon = (milliseconds = 5) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("lets one tab work at a time", async () => {
  let atWork = 0;
  const work = async () => {
    atWork += 1;
    expect(atWork).toBe(1);
    await soon();
    atWork -= 1;
  };
  await Promise.all([new TabTurns().take(work), new TabTurns().take(work)]);
});

it("gives the word of the tab before a moment to arrive", async () => {
  const [first, second] = [new TabTurns(), new TabTurns()];
  const order: string[] = [];
  const one = first.take(async () => void order.push("first works"));
  const two = second.take(async () => void order.push("second works"));
  await one;
  await soon(20);
  order.push("second hears");
  second.heard();
  await two;
  expect(order).toEqual(["first works", "second hears", "second works"]);
});

it("waits for no word that has come already, and for none for ever", async () => {
  const [first, second, third] = [new TabTurns(), new TabTurns(), new TabTurns()];
  const start = performance.now();
  const one = first.take(() => soon());
  const two = second.take(() => soon());
  second.heard();
  await Promise.all([one, two]);
  expect(performance.now() - start).toBeLessThan(250);
  const [, three] = [first.take(() => soon()), third.take(async () => "done")];
  expect(await three).toBe("done");
});

it("works by itself where browsers have no locks", async () => {
  vi.stubGlobal("navigator", {});
  expect(await new TabTurns().take(async () => "done")).toBe("done");
});
