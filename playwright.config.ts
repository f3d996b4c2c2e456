// The tests in a real browser, against everything that `npm start` starts. One at a time: they share two
// processors with a database, a web server, a worker and a whole sandbox.
import { defineConfig } from "@playwright/test";

// oxlint-disable-next-line node/no-process-env -- set by the runner, which also brings a browser if there is none
const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.test.ts",
  globalSetup: "./tests/e2e/support/pages.ts",
  outputDir: ".cache/e2e",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // Both only end a hang. A test that is marked as slow may take three times as long, which the runner must outwait.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  use: { launchOptions: { executablePath }, trace: "retain-on-failure", screenshot: "only-on-failure" },
});
