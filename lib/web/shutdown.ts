// What the web process closes before it exits. On globalThis, because Next loads this module more than
// once, and web/main.ts, which stops, once more.
type Close = () => void | Promise<void>;

const KEY = Symbol.for("spiderpig.closers");
const DRAINING = Symbol.for("spiderpig.draining");
type Holder = { [KEY]?: Set<Close>; [DRAINING]?: true };

/** From now on /api/ready refuses, so that load balancers send no new requests. */
export function startDraining(): void {
  (globalThis as Holder)[DRAINING] = true;
}

export function isDraining(): boolean {
  return (globalThis as Holder)[DRAINING] === true;
}

/** @returns a function that removes the callback. */
export function onShutdown(close: Close): () => void {
  const closers = closersOf(globalThis as Holder);
  closers.add(close);
  return () => closers.delete(close);
}

/** Never rejects: the process exits even if something cannot be closed. */
export async function closeAll(): Promise<void> {
  await Promise.allSettled([...closersOf(globalThis as Holder)].map(async (close) => close()));
}

function closersOf(holder: Holder): Set<Close> {
  return (holder[KEY] ??= new Set());
}
