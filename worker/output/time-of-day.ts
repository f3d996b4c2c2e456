// The time of day at the beginning of lines of scap's log: `12:34:56 `.

const LENGTH = "00:00:00 ".length;

/** The text after the time of day; undefined when the text does not begin with one. */
export function afterTimeOfDay(text: string): string | undefined {
  // One character excludes nearly all lines; a regular expression would cost more than everything else for a line.
  if (text.charCodeAt(2) !== 0x3a || !/^\d\d:\d\d:\d\d /.test(text)) return undefined;
  return text.slice(LENGTH);
}
