// `npm run token -- …`: lists, creates and revokes API tokens. Only a new token goes to standard output, so that it can be
// piped into a secret store.
import { parseArgs } from "node:util";
import { issueToken, revokeToken } from "#lib/auth/api-tokens.ts";
import { listTokensOfAccounts } from "#lib/db/api-tokens.ts";
import { database } from "#lib/db/connection.ts";
import { TOKEN_SCOPES, type TokenScope } from "#lib/domain/permission.ts";
import { commandContext, runCommand, UsageError } from "./command.ts";

const USAGE = `usage: npm run token -- list [<user>]
       npm run token -- create <user> [--name <name>] [--scope ${TOKEN_SCOPES.join("|")}] [--days <number>]
       npm run token -- revoke <id>`;
const DAYS_MAX = 3650;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: "string", default: "api" },
      scope: { type: "string", default: "read" },
      days: { type: "string", default: "365" },
    },
  });
  const [verb, argument, ...more] = positionals;
  if (more.length > 0) throw new UsageError();
  if (verb === "list") return list(argument);
  if (argument === undefined) throw new UsageError();
  if (verb === "create") return create(argument, values);
  if (verb === "revoke") return revoke(argument);
  throw new UsageError();
});

async function list(account: string | undefined): Promise<void> {
  const tokens = await listTokensOfAccounts(database(), account);
  const lines = tokens.map(({ id, account: owner, name, scope, expiresAt, lastUsedAt }) =>
    [id, owner, scope, dateOf(expiresAt), lastUsedAt === null ? "never" : dateOf(lastUsedAt), name].join(
      "\t",
    ),
  );
  process.stdout.write(`${["id\taccount\tscope\texpires\tlast used\tname", ...lines].join("\n")}\n`);
}

async function create(account: string, values: { name: string; scope: string; days: string }): Promise<void> {
  const { name } = values;
  const days = Number(values.days);
  if (name.length < 1 || name.length > 100) throw new UsageError();
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) throw new UsageError();
  const scope = scopeOf(values.scope);
  const { token } = await issueToken(commandContext(), { account, name, scope, days });
  process.stderr.write(
    `Token "${name}" of ${account} with scope ${scope}, valid for ${days} days. It is not stored and not shown again.\n`,
  );
  process.stdout.write(`${token}\n`);
}

async function revoke(argument: string): Promise<void> {
  if (!/^[1-9]\d{0,8}$/.test(argument)) throw new UsageError();
  const { name, account } = await revokeToken(commandContext(), Number(argument));
  process.stderr.write(`Revoked the token "${name}" of ${account}.\n`);
}

function scopeOf(word: string): TokenScope {
  const scope = TOKEN_SCOPES.find((known) => known === word);
  if (scope === undefined) throw new UsageError();
  return scope;
}

function dateOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
