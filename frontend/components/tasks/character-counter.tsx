import { lengthOf } from "@/lib/tasks/task";

const WARN_BELOW = 30;

/** The number of characters left, shown when it is low. */
export function CharacterCounter({ text, max }: { text: string; max: number }) {
  const left = max - lengthOf(text.trim());
  if (left > WARN_BELOW) return null;
  const message = left >= 0 ? `${left} characters left` : `${-left} characters too many`;
  return <p className={`px-3 py-1 text-sm ${left >= 0 ? "text-muted" : "font-medium text-danger"}`}>{message}</p>;
}
