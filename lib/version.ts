/** The version in the history and in /api/health; package.json has the same (tests/lib/version.test.ts). */
export const VERSION = "0.1.0";
