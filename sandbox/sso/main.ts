// The identity provider of the sandbox as a program: writes its address to sso.json in the sandbox's directory when it is ready,
// and stops on SIGTERM or SIGINT.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../files.ts";
import { startSso } from "./provider.ts";

const {
  SANDBOX_DIR: directory = "",
  SANDBOX_SSO_PORT: port = "0",
  HOST: host = "",
  SANDBOX_SSO_LOGOUT_URL,
} = process.env;

const sso = await startSso({
  host: host === "" ? "127.0.0.1" : host,
  port: Number(port),
  ...(SANDBOX_SSO_LOGOUT_URL === undefined ? {} : { backchannelLogoutUrl: SANDBOX_SSO_LOGOUT_URL }),
});
await mkdir(directory, { recursive: true });
await replaceFile(join(directory, "sso.json"), `${JSON.stringify({ pid: process.pid, issuer: sso.url })}\n`);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => void sso.close().then(() => process.exit(0)));
}
