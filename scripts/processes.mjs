/**
 * Says whether a process that was noted down earlier is still the same process.
 *
 * A number alone is not enough: after a restart of the machine, and within minutes in a container, the
 * number belongs to something else. So the number is kept together with the moment the process started.
 * Plain JavaScript, because the bootstrap needs it before any package is installed.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells this process from every other that ever had its number; undefined when it is gone.
 * A zombie counts as gone: it holds nothing any more.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function identityOf(pid) {
  if (process.platform !== "linux") return identityFromPs(pid);
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined; // no such process
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return `${bootId()}/${fields[19]}`;
}

/**
 * @param {{ pid: number, identity: string }} noted
 * @returns {boolean}
 */
export function isStillRunning(noted) {
  return identityOf(noted.pid) === noted.identity;
}

/** @returns {{ pid: number, identity: string }} */
export function thisProcess() {
  return { pid: process.pid, identity: identityOf(process.pid) ?? "unknown" };
}

function bootId() {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "boot"; // some containers hide it; the start time alone is still good
  }
}

/** @param {number} pid */
function identityFromPs(pid) {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
  } catch {
    return undefined;
  }
}
