/** Text that PostgreSQL accepts: without NULs and lone surrogates, which both the terminal and JSON may contain. */
export function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
