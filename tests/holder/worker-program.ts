// A worker for tests: starts a job as a worker does, reports it on standard output, and runs until it is killed.

import { connectHolder } from "../../holder/client/connect.ts";
import { launchSpare } from "../../holder/client/launch.ts";
import { orderScript } from "./held-job.ts";

const [dataDir = "", script = "", follow = ""] = process.argv.slice(2);
const spare = launchSpare({ dataDir });
if (script !== "") {
  const result = await spare.start(orderScript(script));
  if (follow !== "") {
    await connectHolder(dataDir, 1, { epoch: 5, fromPosition: 0, onRecord: () => undefined });
  }
  process.stdout.write(`${JSON.stringify({ ...result, holderPid: spare.pid })}\n`);
} else {
  await spare.ready;
  process.stdout.write(`${JSON.stringify({ holderPid: spare.pid })}\n`);
}
setInterval(() => undefined, 1000);
