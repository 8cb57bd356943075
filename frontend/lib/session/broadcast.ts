import type { AccessToken } from "../api-token/token-cache.ts";

/** What tabs of one browser tell each other. It never leaves the browser, and nothing of it is stored. */
export type Message =
  | { kind: "signed-in"; userId: string }
  | { kind: "signed-out" }
  | { kind: "token"; token: AccessToken }
  | { kind: "tasks-changed"; userId: string };

const NAME = "todo";

export function tell(message: Message): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(NAME);
  channel.postMessage(message);
  channel.close();
}

/** Hears the other tabs, not this one. Gives the way to stop. */
export function listen(hear: (message: Message) => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = (event: MessageEvent<Message>) => hear(event.data);
  return () => channel.close();
}
