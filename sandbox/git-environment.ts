// The environment of every git process of the sandbox: neither the user's configuration nor a GIT_DIR of the shell may
// change what is deployed, or the hashes of the seeded commits.

export function gitEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) if (name.startsWith("GIT_")) delete environment[name];
  return Object.assign(environment, FIXED_VARIABLES, more);
}

const FIXED_VARIABLES = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_COUNT: "4",
  // scap may run as another user than the owner of the sandbox's directory.
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  // Housekeeping in the background would outlive the sandbox and race with the removal of its directory.
  GIT_CONFIG_KEY_1: "maintenance.auto",
  GIT_CONFIG_VALUE_1: "false",
  GIT_CONFIG_KEY_2: "core.quotePath",
  GIT_CONFIG_VALUE_2: "false",
  GIT_CONFIG_KEY_3: "advice.detachedHead",
  GIT_CONFIG_VALUE_3: "false",
};
