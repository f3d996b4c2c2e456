// A client for the calls of Gerrit's REST API that a backport makes. An invalid response ends the command.
import { request } from "node:http";
import { Failure } from "./errors.ts";
import { list, number, record, text, type Json } from "./json.ts";
import type { Session } from "./session.ts";

export type Change = {
  number: number;
  changeId: string;
  project: string;
  branch: string;
  subject: string;
  status: "NEW" | "MERGED" | "ABANDONED";
  workInProgress: boolean;
  owner: string;
  currentCommit: string;
  currentPatchSet: number;
  message: string;
  votes: { label: string; value: number; by: string }[];
};

export type Gerrit = {
  /** Undefined when there is no such change. */
  findChange(number: number): Promise<Change | undefined>;
  /** The numbers of the changes below this one in its chain, nearest first. */
  listAncestors(change: Change): Promise<number[]>;
  /** The changes with this Change-Id: one for each branch that has it. */
  findByChangeId(changeId: string): Promise<Change[]>;
  listFiles(change: Change): Promise<string[]>;
  isMergeable(change: Change): Promise<boolean>;
  approve(change: Change, message: string): Promise<void>;
  /** @returns the new change of the commit that was pushed to `refs/for/<branch>` */
  upload(to: { project: string; branch: string }): Promise<Change>;
  /** @returns the change that reverts the given one */
  revert(change: Change, message: string): Promise<Change>;
};

// scap's own account. The message of a vote names the deployer.
const account = "trainbranchbot";
const DETAILS = "o=CURRENT_REVISION&o=CURRENT_COMMIT&o=DETAILED_ACCOUNTS&o=DETAILED_LABELS";

export function openGerrit(session: Session): Gerrit {
  const base = `${session.settings.sandbox.gerritUrl}/a`;

  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const { status, content } = await session.interrupts.during(exchange(method, `${base}${path}`, body));
    if (status === 404) return undefined;
    if (status >= 300) throw new Failure("GerritError", `${method} ${path}: ${status} ${content.trim()}`);
    return content === "" ? null : JSON.parse(content.replace(/^\)\]\}'\n/, ""));
  };
  const required = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await call(method, path, body);
    if (answer === undefined) throw new Failure("GerritError", `${method} ${path}: not found`);
    return answer;
  };

  return {
    findChange: async (wanted) => {
      const answer = await call("GET", `/changes/${wanted}/detail?${DETAILS}`);
      return answer === undefined ? undefined : toChange(record(answer));
    },
    listAncestors: async (change) => {
      const answer = record(await required("GET", `/changes/${change.number}/revisions/current/related`));
      const related = list(answer["changes"]).map(record);
      const here = related.findIndex((entry) => entry["_change_number"] === change.number);
      // Newest first: the entries after a change are its ancestors.
      return here < 0 ? [] : related.slice(here + 1).map((entry) => number(entry["_change_number"]));
    },
    findByChangeId: async (changeId) => {
      const found = list(await required("GET", `/changes/?q=change:${changeId}&${DETAILS}`));
      return found.map((one) => toChange(record(one)));
    },
    listFiles: async (change) => {
      const answer = record(await required("GET", `/changes/${change.number}/revisions/current/files/`));
      return Object.keys(answer).filter((path) => path !== "/COMMIT_MSG");
    },
    isMergeable: async (change) => {
      const answer = record(await required("GET", `/changes/${change.number}/revisions/current/mergeable`));
      return answer["mergeable"] === true;
    },
    approve: async (change, message) => {
      await required("POST", `/changes/${change.number}/revisions/current/review`, {
        labels: { "Code-Review": 2 },
        message,
      });
    },
    upload: async (to) => toChange(record(await required("POST", `/sandbox/changes?${DETAILS}`, to))),
    revert: async (change, message) =>
      toChange(record(await required("POST", `/changes/${change.number}/revert?${DETAILS}`, { message }))),
  };
}

function exchange(method: string, url: string, body?: object): Promise<{ status: number; content: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      auth: `${account}:sandbox`,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      timeout: 30_000,
    });
    outgoing.on("response", (response) => {
      let content = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (content += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, content }));
      response.on("error", reject);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 30 s")));
    outgoing.on("error", (cause) => {
      reject(new Failure("GerritError", `${method} ${url}: ${cause.message}`, { cause }));
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function toChange(info: Json): Change {
  const currentCommit = text(info["current_revision"]);
  const revision = record(record(info["revisions"])[currentCommit]);
  const commit = record(revision["commit"]);
  const owner = record(info["owner"]);
  const status = text(info["status"]);
  return {
    number: number(info["_number"]),
    changeId: text(info["change_id"]),
    project: text(info["project"]),
    branch: text(info["branch"]),
    subject: text(info["subject"]),
    status: status === "MERGED" || status === "ABANDONED" ? status : "NEW",
    workInProgress: info["work_in_progress"] === true,
    owner: text(owner["username"] ?? owner["name"] ?? ""),
    currentCommit,
    currentPatchSet: number(revision["_number"]),
    message: text(commit["message"]),
    votes: Object.entries(record(info["labels"] ?? {})).flatMap(([label, value]) =>
      toVotes(label, record(value)),
    ),
  };
}

function toVotes(label: string, info: Json): Change["votes"] {
  return list(info["all"] ?? []).flatMap((entry) => {
    const vote = record(entry);
    if (typeof vote["value"] !== "number" || vote["value"] === 0) return [];
    return [{ label, value: vote["value"], by: text(vote["username"] ?? vote["name"] ?? "") }];
  });
}
