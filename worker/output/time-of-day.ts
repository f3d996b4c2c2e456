// The time of day that begins the lines of scap's log: `12:34:56 `.

const LENGTH = "00:00:00 ".length;

/** What follows the time of day that the text begins with; undefined when it does not begin with one. */
export function behindTimeOfDay(text: string): string | undefined {
  // Nearly all lines are told apart by one character; a regular expression costs more than all the rest of a line.
  if (text.charCodeAt(2) !== 0x3a || !/^\d\d:\d\d:\d\d /.test(text)) return undefined;
  return text.slice(LENGTH);
}
