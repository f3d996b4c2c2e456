// What must be closed when the web process is asked to stop; launch/web.ts calls the closers. On globalThis,
// because Next loads this module more than once.
const CLOSERS = Symbol.for("spiderpig.closers");
type CloserHolder = { [CLOSERS]?: Set<() => void | Promise<void>> };

/** Registers something to close when the web process is asked to stop (launch/web.ts calls them). */
export function onShutdown(close: () => void | Promise<void>): () => void {
  const holder = globalThis as CloserHolder;
  const closers = (holder[CLOSERS] ??= new Set());
  closers.add(close);
  return () => closers.delete(close);
}
