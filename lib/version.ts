/** What the history and the health say of a process; package.json has the same (tests/lib/version.test.ts). */
export const VERSION = "0.1.0";
