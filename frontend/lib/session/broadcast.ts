import type { User } from "../auth-client.ts";

/** Messages between the tabs of one browser. They are not stored and do not leave the browser. */
export type Message =
  | { kind: "signed-in"; userId: string }
  | { kind: "signed-out" }
  | { kind: "email-verified" }
  | { kind: "user-changed"; user: User }
  | { kind: "tasks-changed"; userId: string };

const CHANNEL = "todo";

export function broadcast(message: Message): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}

/** Calls `onMessage` for messages of other tabs. Returns a function that ends the subscription. */
export function subscribe(onMessage: (message: Message) => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<Message>) => onMessage(event.data);
  return () => channel.close();
}
