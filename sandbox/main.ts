// The sandbox as a program: reads its environment variables, starts the sandbox, prints one line of JSON when it is ready, and
// stops on SIGTERM or SIGINT. An error that the user can fix is one line on stderr and exit code 1.
import { GitFailed } from "./gerrit/git.ts";
import { SandboxError } from "./gerrit/records.ts";
import { startSandbox, type SandboxOptions } from "./sandbox.ts";

function settings(): SandboxOptions {
  const { SANDBOX_DIR: directory, SANDBOX_SPEED, SANDBOX_PORT, SANDBOX_SSO_LOGOUT_URL, HOST } = process.env;
  if (directory === undefined || directory === "") {
    throw new SandboxError("SANDBOX_DIR must name the sandbox's directory");
  }
  const speed = Number(SANDBOX_SPEED ?? "1");
  if (!(speed > 0 && speed <= 10_000)) {
    throw new SandboxError(`SANDBOX_SPEED must be a number above 0: ${SANDBOX_SPEED}`);
  }
  const port = Number(SANDBOX_PORT ?? "0");
  if (!Number.isInteger(port) || port < 0 || port > 65_500) {
    throw new SandboxError(
      `SANDBOX_PORT must be a port below 65501, or 0 for any free ones: ${SANDBOX_PORT}`,
    );
  }
  const host = HOST === undefined || HOST === "" ? "127.0.0.1" : HOST;
  return { directory, speed, port, host, hasVisitors: true, ssoLogoutUrl: SANDBOX_SSO_LOGOUT_URL };
}

function explain(cause: unknown): string {
  if (cause instanceof SandboxError || cause instanceof GitFailed) return cause.message;
  const { code, port, address, path, message } = cause as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  if (code === "EADDRINUSE") {
    return `port ${port} on ${address} is in use: set SANDBOX_PORT to another one, or 0 for any`;
  }
  if (code === "EADDRNOTAVAIL") return `${address} is not an address of this machine: set HOST`;
  if (code === "EACCES" && port !== undefined) {
    return `port ${port} may not be opened: set SANDBOX_PORT above 1023`;
  }
  if (code !== undefined && path !== undefined) return `cannot write ${path}: ${message}`;
  return cause instanceof Error && cause.stack !== undefined ? cause.stack : String(cause);
}

try {
  const sandbox = await startSandbox(settings());
  let closing = false;
  const stop = () => {
    if (closing) return;
    closing = true;
    void sandbox.close().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  const ready = {
    ready: true,
    gerritUrl: sandbox.gerritUrl,
    servers: sandbox.servers.map(({ name, url }) => ({ name, url })),
  };
  console.log(JSON.stringify(ready));
} catch (cause) {
  console.error(`sandbox: ${explain(cause)}`);
  process.exit(1);
}
