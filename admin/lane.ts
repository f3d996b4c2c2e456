// `npm run lane -- …`: binds lanes to hosts, and drains hosts.
import { parseArgs } from "node:util";
import { drainHost, switchLane, undrainHost } from "#lib/actions/manage-hosts.ts";
import { drainRequest, laneSwitchRequest } from "#lib/contract/lane.ts";
import { listHosts } from "#lib/db/hosts.ts";
import { listLanes } from "#lib/db/lanes.ts";
import type { Database } from "#lib/db/connection.ts";
import { LANE_PATTERN } from "#lib/domain/job.ts";
import { commandContext, runCommand, UsageError } from "./command.ts";

const USAGE = `usage: npm run lane -- list
       npm run lane -- switch <lane> <host> --reason <text>
       npm run lane -- drain <host> --reason <text>
       npm run lane -- undrain <host>`;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { reason: { type: "string", default: "" } },
  });
  const [verb = "", ...names] = positionals;
  const context = commandContext();
  switch (`${verb} ${names.length}`) {
    case "list 0":
      return list(context.db);
    case "switch 2": {
      const [lane = "", host] = names;
      const wanted = laneSwitchRequest.safeParse({ host, reason: values.reason });
      if (!wanted.success || !LANE_PATTERN.test(lane)) throw new UsageError();
      await switchLane(context, { lane, ...wanted.data });
      return say(`The lane ${lane} is bound to ${wanted.data.host}. A running job continues on its host.`);
    }
    case "drain 1": {
      const [host = ""] = names;
      const wanted = drainRequest.safeParse({ reason: values.reason });
      if (!wanted.success) throw new UsageError();
      await drainHost(context, { host, ...wanted.data });
      return say(`${host} is drained. Running jobs continue.`);
    }
    case "undrain 1": {
      const [host = ""] = names;
      await undrainHost(context, host);
      return say(`${host} starts jobs again.`);
    }
    default:
      throw new UsageError();
  }
});

/** To standard output, a line each, with tabs between the columns. */
async function list(db: Database): Promise<void> {
  const lanes = (await listLanes(db)).map(({ name, host, heldBy, freeze }) =>
    [
      "lane",
      name,
      host ?? "no host yet",
      heldBy === null ? "idle" : `held by job ${heldBy}`,
      freeze === null ? "open" : "frozen",
    ].join("\t"),
  );
  const hosts = (await listHosts(db)).map(({ name, isResponding, drain, claimProblem, runningJobs }) =>
    [
      "host",
      name,
      isResponding ? "connected" : "not responding",
      `${runningJobs} running`,
      drain === null ? (claimProblem ?? "starts jobs") : `drained by ${drain.by}: ${drain.reason}`,
    ].join("\t"),
  );
  process.stdout.write(`${[...lanes, ...hosts].join("\n")}\n`);
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
