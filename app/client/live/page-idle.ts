// When the first load of the page is over. The shared stream is started only then: what makes the page usable comes
// first, and programs that wait until the network is idle (browser tests, page archivers) take the program of a
// SharedWorker for a request that never ends. Events that happen meanwhile are not missed: a stream begins with the
// current state.

const STEP_MS = 300;
const QUIET_STEPS = 2;
const STEPS_MAX = 10;

let settled: Promise<void> | undefined;

/** Resolves when the document is loaded and no further resource was for 600 ms; 3 s after it was loaded at the latest. */
export function pageIdle(): Promise<void> {
  settled ??= waitUntilSettled();
  return settled;
}

async function waitUntilSettled(): Promise<void> {
  if (document.readyState !== "complete") {
    await new Promise((resolve) => globalThis.addEventListener("load", resolve, { once: true }));
  }
  let loaded = performance.getEntriesByType("resource").length;
  let quietSteps = 0;
  for (let step = 0; step < STEPS_MAX && quietSteps < QUIET_STEPS; step += 1) {
    await pause(STEP_MS);
    const now = performance.getEntriesByType("resource").length;
    quietSteps = now === loaded ? quietSteps + 1 : 0;
    loaded = now;
  }
}

/** Not setTimeout, which a test that stops the clock of the page stops as well. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    AbortSignal.timeout(ms).addEventListener("abort", () => resolve());
  });
}
