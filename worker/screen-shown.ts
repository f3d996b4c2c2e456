// Whether people answer the live screen of a program now. Between two keys it stays shown for a moment, so that it does
// not vanish from the page with each of them.

/** Longer than a program takes to read again after a key. */
const KEEP_MS = 1500;

export type ScreenShown = {
  /** A question is asked: of a screen, or another one. */
  open(isScreen: boolean): void;
  /** It was answered or withdrawn. */
  closed(): void;
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
    open: show,
    closed() {
      if (isShown) timer ??= setTimeout(() => show(false), KEEP_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
