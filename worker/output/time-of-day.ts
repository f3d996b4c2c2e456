// The time of day at the beginning of lines of scap's log: `12:34:56 `, and the dots before it.

const LENGTH = "00:00:00 ".length;
const DOT = 0x2e;

/** The text after the time of day; undefined when the text does not begin with one. */
export function afterTimeOfDay(text: string): string | undefined {
  const logged = afterDots(text);
  // One character excludes nearly all lines; a regular expression would cost more than everything else for a line.
  if (logged.charCodeAt(2) !== 0x3a || !/^\d\d:\d\d:\d\d /.test(logged)) return undefined;
  return logged.slice(LENGTH);
}

/** While scap waits for a lock or a merge it prints dots without a line feed, so its next sentence follows them on the same line. */
export function afterDots(text: string): string {
  if (text.charCodeAt(0) !== DOT) return text;
  let end = 1;
  while (text.charCodeAt(end) === DOT) end += 1;
  return /^[A-Z\d]/.test(text.charAt(end)) ? text.slice(end) : text;
}
