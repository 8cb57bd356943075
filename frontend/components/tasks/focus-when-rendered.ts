const FRAMES = 30;

/** Moves the focus to what the page is about to show; half a second is enough for it to come. */
export function focusWhenRendered(selector: string, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const target = document.querySelector<HTMLElement>(selector);
    if (target) target.focus();
    else if (frames > 0) focusWhenRendered(selector, frames - 1);
  });
}
