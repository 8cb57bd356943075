import { lengthOf } from "@/lib/tasks/task";

const NEAR = 30;

/** How much room is left, once that matters. */
export function CharacterCounter({ text, max }: { text: string; max: number }) {
  const left = max - lengthOf(text.trim());
  if (left > NEAR) return null;
  const words = left >= 0 ? `${left} characters left` : `${-left} characters too many`;
  return <p className={`px-3 py-1 text-sm ${left >= 0 ? "text-muted" : "font-medium text-danger"}`}>{words}</p>;
}
