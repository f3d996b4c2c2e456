// Runs once when a web process starts, before any request.
export async function register(): Promise<void> {
  // oxlint-disable-next-line node/no-process-env -- set by Next for its own bundles, not a setting of ours
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const { startWeb } = await import("./lib/web/start-up.ts");
  await startWeb();
}
