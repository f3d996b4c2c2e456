/** Text that a row can hold: without NULs and halves of characters, which both the terminal and JSON can bring. */
export function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
