// Follows a job from any position, and gives orders to its holder.
//
// There is one way for every case: while the holder runs, records come over its socket; when it has ended, or ends before it has
// sent everything, they come from the journal on the disk.

import { jobDirectory } from "../protocol/job-directory.ts";
import {
  type ConnectOptions,
  type HolderConnection,
  HolderMissing,
  HolderNewer,
} from "./connection-types.ts";
import { createConnection } from "./connection.ts";
import { findHolder } from "./find-holder.ts";

/**
 * Listeners are first called after the promise has resolved.
 * @throws HolderMissing when the job was never started on this machine; HolderNewer when only a newer worker can follow it;
 * HolderRefused when no record begins at the position; ConnectionLost when the holder lives but cannot be reached.
 */
export async function connectHolder(
  dataDir: string,
  jobId: number | string,
  options: ConnectOptions,
): Promise<HolderConnection> {
  const find = () => findHolder(dataDir, jobId);
  const holder = await find();
  if (holder.state === "none") {
    throw new HolderMissing(`job ${jobId} was never started here`);
  }
  if (holder.state === "newer") {
    throw new HolderNewer(holder.version);
  }
  const connection = createConnection(options, { directory: jobDirectory(dataDir, jobId), find });
  if (holder.state === "alive") {
    await connection.attach();
  } else {
    connection.replay();
  }
  return connection;
}
