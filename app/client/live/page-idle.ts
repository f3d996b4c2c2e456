// Detects when the initial load of the page is complete. The shared stream starts only then: resources that make the page
// usable have priority, and tools that wait for an idle network (browser tests, page archivers) treat the script of a
// SharedWorker as a request that never ends. No event is missed, because a stream starts with the current state.

const STEP_MS = 300;
const QUIET_STEPS = 2;
const STEPS_MAX = 10;

let idle: Promise<void> | undefined;

/** Resolves when the document is loaded and no resource has loaded for 600 ms; at the latest 3 s after the document. */
export function pageIdle(): Promise<void> {
  idle ??= waitUntilIdle();
  return idle;
}

async function waitUntilIdle(): Promise<void> {
  if (document.readyState !== "complete") {
    await new Promise((resolve) => globalThis.addEventListener("load", resolve, { once: true }));
  }
  let loaded = performance.getEntriesByType("resource").length;
  let quietSteps = 0;
  for (let step = 0; step < STEPS_MAX && quietSteps < QUIET_STEPS; step += 1) {
    await delay(STEP_MS);
    const now = performance.getEntriesByType("resource").length;
    quietSteps = now === loaded ? quietSteps + 1 : 0;
    loaded = now;
  }
}

/** Not setTimeout, which does not fire while a test has paused the clock of the page. */
function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    AbortSignal.timeout(ms).addEventListener("abort", () => resolve());
  });
}
