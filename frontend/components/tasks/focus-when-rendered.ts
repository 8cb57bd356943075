/** Half a second at 60 frames a second. */
const MAX_FRAMES = 30;

/** Focuses the element as soon as it is rendered. */
export function focusWhenRendered(selector: string, framesLeft = MAX_FRAMES): void {
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(selector);
    if (element) element.focus();
    else if (framesLeft > 0) focusWhenRendered(selector, framesLeft - 1);
  });
}
