// `npm run user -- …`: adds and changes accounts. Passwords are read from standard input, because every user of the host
// can read arguments.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Role, ROLES } from "#lib/domain/permission.ts";
import { addAccount, linkAccount, setPassword } from "#lib/auth/accounts.ts";
import {
  deleteAccount,
  disableAccount,
  enableAccount,
  endAllSessions,
  endSessions,
  resetSecondFactors,
  setRole,
} from "#lib/auth/manage-account.ts";
import type { Person } from "#lib/contract/admin.ts";
import { listPeople } from "#lib/db/people.ts";
import { commandContext, runCommand, UsageError } from "./command.ts";

const USAGE = `usage: npm run user -- add <name> --role ${ROLES.join("|")}     (password on standard input)
       npm run user -- password <name>                             (password on standard input)
       npm run user -- role <name> ${ROLES.join("|")}
       npm run user -- link <name> <issuer> <subject>             (to a person of single sign-on)
       npm run user -- list
       npm run user -- disable|enable|delete|end-sessions|reset-second-factor <name>
       npm run user -- end-sessions --everyone`;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { role: { type: "string" }, everyone: { type: "boolean", default: false } },
  });
  const [verb = "", name, argument, subject, ...more] = positionals;
  const context = commandContext();
  if (verb === "list" && name === undefined) return listAccounts(await listPeople(context.db));
  if (verb === "end-sessions" && values.everyone && name === undefined) {
    return say(`Ended ${await endAllSessions(context, undefined)} session(s).`);
  }
  if (name === undefined || more.length > 0) throw new UsageError();
  if (verb === "link") {
    if (argument === undefined || subject === undefined || !URL.canParse(argument)) throw new UsageError();
    await linkAccount(context, name, { issuer: argument, subject });
    return say(
      `Linked ${name} to ${subject} of ${argument}. Password and second factors are removed, and ${name} is signed out everywhere.`,
    );
  }
  if (subject !== undefined) throw new UsageError();
  switch (verb) {
    case "add": {
      const role = roleOf(values.role);
      await addAccount(context, { name, role, password: await readPassword() });
      return say(`Added ${name} as ${role}.`);
    }
    case "password":
      await setPassword(context, name, await readPassword());
      return say(`Changed the password of ${name}, who is signed out everywhere.`);
    case "role": {
      const role = roleOf(argument);
      await setRole(context, name, role);
      return say(`${name} is ${role} now.`);
    }
    case "disable":
      await disableAccount(context, name);
      return say(
        `Disabled ${name}, who is signed out everywhere; the API tokens are revoked. Running jobs continue, queued jobs are held.`,
      );
    case "enable":
      await enableAccount(context, name);
      return say(`Enabled ${name}.`);
    case "delete":
      await deleteAccount(context, name);
      return say(
        `Deleted ${name}. The history keeps the name. A person with single sign-on gets a new account at the next sign-in, unless the identity provider refuses them.`,
      );
    case "reset-second-factor":
      await resetSecondFactors(context, name);
      return say(`Removed the second factors of ${name}, who is signed out everywhere.`);
    case "end-sessions":
      return say(`Ended ${await endSessions(context, name)} session(s) of ${name}.`);
    default:
      throw new UsageError();
  }
});

/** To standard output, a line each, with tabs between the columns. */
function listAccounts(people: readonly Person[]): void {
  const lines = people.map(({ name, role, source, isDisabled, lastSeenAt, sessions, tokens }) =>
    [
      name,
      role,
      isDisabled ? "disabled" : "enabled",
      source,
      `last seen ${lastSeenAt ?? "never"}`,
      `${sessions} sessions`,
      `${tokens} tokens`,
    ].join("\t"),
  );
  process.stdout.write(`${lines.join("\n")}\n`);
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

function roleOf(word: string | undefined): Role {
  const role = ROLES.find((known) => known === word);
  if (role === undefined) throw new UsageError();
  return role;
}

/** The first line of standard input. Not echoed when a person types it. */
async function readPassword(): Promise<string> {
  const typed = process.stdin.isTTY;
  if (typed) process.stderr.write("Password: ");
  const lines = createInterface({ input: process.stdin, terminal: typed });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
    process.stdin.destroy();
    if (typed) process.stderr.write("\n");
  }
}
