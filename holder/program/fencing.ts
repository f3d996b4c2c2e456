// Proves that everything that was written to the terminal has been received, by markers (fence.ts) that are written to it from the
// program's side and removed from the output.
import { createFenceFilter } from "./fence.ts";

/** A marker that takes longer was discarded by a program, or the machine is so loaded that nothing is certain. */
const FENCE_TIMEOUT_MS = 250;
/** More than the kernel keeps of a terminal's output, which is some 12 KiB. */
const KERNEL_BYTES_MAX = 64 * 1024;

export type FenceOutcome =
  /** Everything that was written to the terminal before has been passed to `onOutput`. */
  | "returned"
  /** The terminal took no marker: it is full or stopped, or a process is in the middle of a write. Nothing is known. */
  | "refused"
  /** It took one, which did not come back. */
  | "lost";

export type Fencing = {
  /**
   * Finds out whether everything written to the terminal before this call has been passed to `onOutput`. One fence at a time;
   * `settle` is never called before this returns.
   */
  fence(settle: (outcome: FenceOutcome) => void): void;
  /** What the terminal sent. */
  receive(chunk: Buffer): void;
  /** How many bytes have been received so far. */
  readonly receivedBytes: number;
  /** The terminal is closed: no fence returns after this. */
  stop(): void;
};

type Fence = { marker: Buffer; settle: (outcome: FenceOutcome) => void; timer: NodeJS.Timeout };

/** @param write writes to the terminal from the program's side, and returns how many bytes it took. */
export function createFencing(write: (bytes: Buffer) => number, onOutput: (bytes: Buffer) => void): Fencing {
  const filter = createFenceFilter();
  let current: Fence | undefined;
  let receivedBytes = 0;
  let isStopped = false;

  /**
   * The fence timed out, perhaps only because this process got no processor time and has not yet received what came in time.
   * The fence is lost when nothing more comes, or more than the kernel can have queued before it.
   */
  function awaitLateFence(marker: Buffer, receivedInTime: number): void {
    const received = receivedBytes;
    setImmediate(() => {
      if (isStopped || current?.marker !== marker) return;
      const isStillComing = received !== receivedBytes && receivedBytes < receivedInTime + KERNEL_BYTES_MAX;
      if (isStillComing) awaitLateFence(marker, receivedInTime);
      else giveUp(current.settle);
    });
  }

  function giveUp(settle: (outcome: FenceOutcome) => void): void {
    current = undefined;
    const released = filter.giveUp();
    if (released.length > 0) onOutput(released);
    settle("lost");
  }

  return {
    fence(settle) {
      const marker = current === undefined && !isStopped ? filter.create() : undefined;
      const written = marker === undefined ? 0 : write(marker);
      if (marker === undefined || written < marker.length) {
        if (marker !== undefined && written > 0) filter.expectPart(marker.subarray(0, written));
        setImmediate(settle, "refused");
        return;
      }
      filter.expect(marker);
      const timer = setTimeout(() => awaitLateFence(marker, receivedBytes), FENCE_TIMEOUT_MS);
      current = { marker, settle, timer };
    },
    receive(chunk) {
      receivedBytes += chunk.length;
      for (const part of filter.push(chunk)) {
        if ("output" in part) {
          onOutput(part.output);
        } else if (part.marker === current?.marker) {
          const { settle, timer } = current;
          clearTimeout(timer);
          current = undefined;
          settle("returned");
        }
      }
    },
    get receivedBytes() {
      return receivedBytes;
    },
    stop() {
      isStopped = true;
      clearTimeout(current?.timer);
    },
  };
}
