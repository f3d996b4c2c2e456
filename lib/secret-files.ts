// Secrets of the settings, which may be in files: `SESSION_SECRET_FILE` names the file that contains SESSION_SECRET. Credentials of
// systemd and secrets of a container are files, and a child process inherits variables but no file.
import { readFileSync } from "node:fs";

/** The settings that are passwords or keys. Their values are never shown. */
export const SECRETS = [
  "DATABASE_URL",
  "SESSION_SECRET",
  "VAPID_PRIVATE_KEY",
  "OIDC_CLIENT_SECRET",
  "ERRORS_AUTHORIZATION",
] as const;

type Environment = Record<string, string | undefined>;

export type SecretFiles = {
  /** By the name of the setting, without the newline at the end. */
  values: Environment;
  /** One line for each file that cannot be used. */
  issues: string[];
};

export function isSecret(name: string): boolean {
  return (SECRETS as readonly string[]).includes(name);
}

/** The name of the setting that names the file. */
export function fileSettingOf(name: string): string {
  return `${name}_FILE`;
}

export function readSecretFiles(env: Environment): SecretFiles {
  const values: Environment = {};
  const issues: string[] = [];
  for (const name of SECRETS) {
    const setting = fileSettingOf(name);
    const file = env[setting]?.trim() ?? "";
    if (file === "") continue;
    if ((env[name]?.trim() ?? "") !== "") {
      issues.push(`${setting}: must not be set together with ${name}`);
      continue;
    }
    try {
      values[name] = readFileSync(/* turbopackIgnore: true */ file, "utf8");
      if (values[name].trim() === "") issues.push(`${setting}: ${file} is empty`);
    } catch (error) {
      issues.push(`${setting}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { values, issues };
}
