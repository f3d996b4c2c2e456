// The tests in a real browser, against everything that `npm start` starts. Each worker has a database, a web process, a
// worker and a sandbox of its own.
import { defineConfig } from "@playwright/test";

// oxlint-disable-next-line node/no-process-env -- set by the runner, which also brings a browser if there is none
const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.test.ts",
  globalSetup: "./tests/e2e/support/pages.ts",
  outputDir: ".cache/e2e",
  workers: 3,
  retries: 0,
  forbidOnly: true,
  // Only to end a hang, on a slow machine. A test that is marked as slow has three times as long.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  // Pictures and copies of the page for each step would take half of the processor time: `npx playwright test --trace on`.
  use: {
    launchOptions: { executablePath },
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    screenshot: "only-on-failure",
  },
});
