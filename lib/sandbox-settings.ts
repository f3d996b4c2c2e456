// The settings of the sandbox, a part of lib/config.ts.
import path from "node:path";
import { z } from "zod";
import { port } from "./setting-formats.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

export const SANDBOX_SETTINGS = {
  SANDBOX_DIR: z
    .string()
    .optional()
    .describe("Directory of the sandbox. Set by `npm start`; enables sandbox mode."),
  SANDBOX_SPEED: z.coerce
    .number()
    .positive()
    .default(1)
    .describe(
      "Divides the delays of the sandbox: a deployment takes about a minute with 1, a second with 50. Default: 1.",
    ),
  SANDBOX_PORT: port
    .optional()
    .describe("First of nine consecutive ports of the sandbox's servers. Default: the ones after PORT."),
} as const satisfies Record<string, z.ZodType>;

export type SandboxSettings = Readonly<{
  sandboxDir: string | undefined;
  sandboxSpeed: number;
  sandboxPort: number | undefined;
  /** The demo accounts exist: sandbox mode, and the page is reachable only from this machine. */
  demoAccounts: boolean;
}>;

export function sandboxSettingsOf(
  value: z.output<z.ZodObject<typeof SANDBOX_SETTINGS>>,
  host: string,
): SandboxSettings {
  const { SANDBOX_DIR: directory } = value;
  return {
    sandboxDir: directory === undefined ? undefined : path.resolve(directory),
    sandboxSpeed: value.SANDBOX_SPEED,
    sandboxPort: value.SANDBOX_PORT,
    demoAccounts: directory !== undefined && LOOPBACK.has(host),
  };
}
