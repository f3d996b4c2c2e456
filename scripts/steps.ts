/**
 * What the commands show of themselves: a line a step, with how long it took. On a terminal a step is already
 * there while it runs; anywhere else its line comes when it is done, so that a log has no half lines.
 */
const NAME_WIDTH = 13;

/** How often a log that nobody watches hears of a step that goes on. */
const UPDATE_LOG_MS = 60_000;

export type Step = {
  /** How far it is, while it runs. */
  update(detail: string): void;
  /** @param tookMs when it did not take as long as it was shown. */
  done(detail: string, tookMs?: number): void;
  failed(detail: string, tookMs?: number): void;
};

export function beginStep(name: string, detail = ""): Step {
  const begunAt = performance.now();
  const isTerminal = process.stdout.isTTY === true;
  if (isTerminal) process.stdout.write(line(name, detail === "" ? "…" : `${detail} …`));
  const end = (text: string, tookMs = performance.now() - begunAt): void => {
    const seconds = (tookMs / 1000).toFixed(1);
    if (isTerminal) process.stdout.write("\r\u001B[K");
    process.stdout.write(`${line(name, text)}${`${seconds} s`.padStart(10)}\n`);
  };
  let updatedAt = begunAt;
  const update = (text: string): void => {
    if (isTerminal) {
      process.stdout.write(`\r\u001B[K${line(name, `${text} …`)}`);
    } else if (performance.now() - updatedAt > UPDATE_LOG_MS) {
      updatedAt = performance.now();
      process.stdout.write(`${line(name, `${text} …`).trimEnd()}\n`);
    }
  };
  return { update, done: end, failed: (text, tookMs) => end(`FAILED ${text}`.trim(), tookMs) };
}

/** Runs the work as a step. `work` returns what to show beside the name. */
export async function step(name: string, detail: string, work: () => Promise<string>): Promise<void> {
  const shown = beginStep(name, detail);
  try {
    shown.done(await work());
  } catch (cause) {
    shown.failed("");
    throw cause;
  }
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function line(name: string, detail: string): string {
  return `  ${name.padEnd(NAME_WIDTH)} ${detail.padEnd(44)}`;
}
