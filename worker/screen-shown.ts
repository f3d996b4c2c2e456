// Decides whether the live screen of a program is shown because people answer it. It stays shown for a moment between two
// keys, so that it does not disappear from the page with each of them.

import type { LiveQuestion } from "./prompt/decide.ts";

/** Longer than a program takes to read again after a key. */
const KEEP_MS = 1500;

export type ScreenShown = {
  /** The current question has changed. */
  update(question: LiveQuestion | undefined): void;
  stop(): void;
};

export function createScreenShown(onChange: (isShown: boolean) => void): ScreenShown {
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;

  function show(wanted: boolean): void {
    clearTimeout(timer);
    timer = undefined;
    if (isShown === wanted) return;
    isShown = wanted;
    onChange(wanted);
  }

  return {
    update(question) {
      if (question?.progress.mode === "open") show(question.prompt.kind === "screen");
      else if (isShown) timer ??= setTimeout(() => show(false), KEEP_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
