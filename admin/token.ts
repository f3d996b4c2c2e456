// `npm run token -- <user>`: issues an API token and prints it, once; with --revoke it revokes the tokens of that name.
// Only the token goes to standard output, so that it can be piped into a secret store.
import { parseArgs } from "node:util";
import { issueToken, revokeTokens } from "#lib/auth/accounts.ts";
import { runCommand, UsageError } from "./command.ts";

const USAGE = "usage: npm run token -- <user> [--name <name>] [--days <number>] | <user> --revoke <name>";
const DAYS_MAX = 3650;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: "string", default: "api" },
      days: { type: "string", default: "365" },
      revoke: { type: "string" },
    },
  });
  const [account, ...more] = positionals;
  if (account === undefined || more.length > 0) throw new UsageError();
  if (values.revoke !== undefined) {
    const count = await revokeTokens({ account, name: values.revoke });
    process.stderr.write(`Revoked ${count} token(s) "${values.revoke}" of ${account}.\n`);
    return;
  }
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) throw new UsageError();
  const token = await issueToken({ account, name: values.name, days });
  process.stderr.write(
    `Token "${values.name}" of ${account}, valid for ${days} days. It is not stored and not shown again.\n`,
  );
  process.stdout.write(`${token}\n`);
});
