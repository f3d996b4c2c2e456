// The tests in a real browser, against everything that `npm start` starts. One at a time: they share two
// processors with a database, a web server, a worker and a whole sandbox.
import { defineConfig } from "@playwright/test";

// oxlint-disable-next-line node/no-process-env -- set by the runner, which also brings a browser if there is none
const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Every wording of scap since 2022; those from 2024-09 on speak its protocol unless told to use the terminal. */
const DIALECTS = ["2022", "2024-09", "2025", "today", "2024-09-terminal", "2025-terminal", "today-terminal"];
const DIALECT_TESTS = "**/dialects.test.ts";

export default defineConfig<object, { dialect: string; worldName: string }>({
  testDir: "tests/e2e",
  testMatch: "**/*.test.ts",
  outputDir: ".cache/e2e",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: "pages", testIgnore: DIALECT_TESTS },
    ...DIALECTS.map((dialect) => ({
      name: `scap of ${dialect}`,
      testMatch: DIALECT_TESTS,
      use: { dialect, worldName: `scap of ${dialect}` },
    })),
  ],
  use: { launchOptions: { executablePath }, trace: "retain-on-failure", screenshot: "only-on-failure" },
});
