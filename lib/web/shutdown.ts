// What must be closed when the web process is asked to stop. On globalThis, because Next loads this module more than
// once, and web/main.ts, which stops, once more.
type Close = () => void | Promise<void>;

const KEY = Symbol.for("spiderpig.closers");
type Holder = { [KEY]?: Set<Close> };

/** Registers something to close. @returns what takes it back. */
export function onShutdown(close: Close): () => void {
  const closers = closersOf(globalThis as Holder);
  closers.add(close);
  return () => closers.delete(close);
}

/** Never rejects: what cannot be closed is no reason to stay. */
export async function closeAll(): Promise<void> {
  await Promise.allSettled([...closersOf(globalThis as Holder)].map(async (close) => close()));
}

function closersOf(holder: Holder): Set<Close> {
  return (holder[KEY] ??= new Set());
}
