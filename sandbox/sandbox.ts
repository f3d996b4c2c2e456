// Starts the sandbox: repositories with changes, their review server, two test servers, a canary and three production servers,
// all in this process and in one directory. The sandbox's scap works on the same directory; sandbox.json contains all
// addresses and paths.
import { cp, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { readJson, replaceFile } from "./files.ts";
import { type Handler, listen, type Listening } from "./http.ts";
import { requireGit } from "./gerrit/git.ts";
import { loadReviewState, SandboxError, type ReviewState } from "./gerrit/records.ts";
import { branchTip, openRepository } from "./gerrit/repository.ts";
import { reviewServer } from "./gerrit/rest.ts";
import { Refused } from "./gerrit/refused.ts";
import { createReviews } from "./gerrit/reviews.ts";
import { configProject, extensionProject, liveBranch } from "./gerrit/seed/changes.ts";
import { seedHistory } from "./gerrit/seed/history.ts";
import { liveVersion } from "./gerrit/seed/site.ts";
import { createErrorLog } from "./errors/error-log.ts";
import { searchServer } from "./errors/search-server.ts";
import { startVisitors } from "./errors/visitors.ts";
import { activeHolder } from "./scap/lock.ts";
import { deployRelease, releaseOf, writeNote } from "./releases.ts";
import { type SandboxSettings, settingsOf } from "./settings.ts";
import { composeTree } from "./servers/compose-tree.ts";
import { applicationServer, type ServerPlace, type Stage } from "./servers/server.ts";

export type SandboxOptions = {
  directory: string;
  /** Divides all waiting times; default 1. */
  speed?: number;
  /**
   * The port of the review server; the servers, the search for errors and the identity provider use the following ports.
   * 0 (default): any free ports.
   */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** The servers get requests by themselves, so that they log errors. Default false. */
  hasVisitors?: boolean;
  /** There is an identity provider, which reports here that a session has ended. */
  ssoLogoutUrl?: string | undefined;
};

export type SandboxServer = { name: string; stage: Stage; url: string; directory: string };

export type Sandbox = {
  gerritUrl: string;
  /** Searches the errors of the servers. */
  errorsUrl: string;
  servers: readonly SandboxServer[];
  directory: string;
  /** Closes all ports and cancels all timers. A later start continues from the files on disk. */
  close(): Promise<void>;
};

/** The content of sandbox.json. */
export type SandboxDescription = {
  gerritUrl: string;
  repositories: Record<string, string>;
  servers: readonly SandboxServer[];
  liveBranches: readonly string[];
  speed: number;
  settings: SandboxSettings;
  pid: number;
};

const SERVER_NAMES: readonly { name: string; stage: Stage }[] = [
  { name: "mwdebug1001", stage: "testservers" },
  { name: "mwdebug1002", stage: "testservers" },
  { name: "mw1001", stage: "canaries" },
  { name: "mw1002", stage: "production" },
  { name: "mw1003", stage: "production" },
  { name: "mw1004", stage: "production" },
];

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { directory, speed = 1, port = 0, host = "127.0.0.1", hasVisitors = false } = options;
  const descriptionFile = join(directory, "sandbox.json");
  await requireGit();
  await mkdir(directory, { recursive: true });
  await requireOnlyOne(directory, descriptionFile);
  await rm(descriptionFile, { force: true });

  const reviewsFile = reviewsFileOf(directory);
  const state = (await loadReviewState(reviewsFile)) ?? (await seedSandbox(directory));
  const repositories = new Map(
    PROJECTS.map((project) => [project, openRepository(repositoryOf(directory, project))]),
  );
  const reviews = createReviews({ file: reviewsFile, speed, state, repositories });
  const errorLog = createErrorLog();
  let visitors: { stop(): void } | undefined;

  const listening: Listening[] = [];
  const servers: SandboxServer[] = [];
  const listenNext = async (handler: Handler): Promise<string> => {
    const opened = await listen(handler, host, port === 0 ? 0 : port + listening.length);
    listening.push(opened);
    return opened.url;
  };
  const close = async () => {
    visitors?.stop();
    await rm(descriptionFile, { force: true });
    await Promise.all([reviews.close(), ...listening.map((each) => each.close())]);
  };
  try {
    const handler = reviewServer({
      reviews,
      servers: () => servers,
      reset: async () => {
        const holder = activeHolder(directory);
        if (holder !== undefined) throw new Refused(409, `A deployment is running (process ${holder.pid})`);
        await reviews.replace(() => seedSandbox(directory));
        errorLog.clear();
      },
    });
    const gerritUrl = await listenNext(handler);
    for (const place of serverPlaces(directory)) {
      const url = await listenNext(applicationServer(place, errorLog));
      servers.push({ name: place.name, stage: place.stage, url, directory: place.directory });
    }
    const errorsUrl = await listenNext(searchServer(errorLog));
    if (hasVisitors) visitors = startVisitors(servers, errorLog);
    const sso = await startProvider(host, port === 0 ? 0 : port + listening.length, options.ssoLogoutUrl);
    if (sso !== undefined) listening.push(sso);
    const settings = settingsOf({ directory, gerritUrl, errorsUrl, issuer: sso?.url });
    const description = describe(directory, { gerritUrl, servers, speed, settings });
    await replaceFile(descriptionFile, `${JSON.stringify(description, null, 2)}\n`);
    return { gerritUrl, errorsUrl, servers, directory, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function requireOnlyOne(directory: string, descriptionFile: string): Promise<void> {
  const other = await runningSandbox(descriptionFile);
  if (other === undefined) return;
  throw new SandboxError(
    `a sandbox is already running in ${directory}: ${other.gerritUrl}, process ${other.pid}`,
  );
}

/** Loaded only where it is used: the provider is larger than the rest of the sandbox. */
async function startProvider(
  host: string,
  port: number,
  backchannelLogoutUrl: string | undefined,
): Promise<Listening | undefined> {
  if (backchannelLogoutUrl === undefined) return undefined;
  const { startSso } = await import("./sso/provider.ts");
  return startSso({ host, port, backchannelLogoutUrl });
}

function describe(
  directory: string,
  opened: Pick<SandboxDescription, "gerritUrl" | "servers" | "speed" | "settings">,
): SandboxDescription {
  const repositories = PROJECTS.map((project) => [project, repositoryOf(directory, project)]);
  return {
    ...opened,
    repositories: Object.fromEntries(repositories) as Record<string, string>,
    liveBranches: [liveBranch],
    pid: process.pid,
  };
}

const PROJECTS = [configProject, extensionProject];

function repositoryOf(directory: string, project: string): string {
  return join(directory, "gerrit", `${project}.git`);
}

function serverPlaces(directory: string): ServerPlace[] {
  return SERVER_NAMES.map(({ name, stage }) => ({
    name,
    stage,
    directory: join(directory, "servers", name),
  }));
}

/** Creates the initial state. changes.json is written last: without it, the next start seeds again. */
async function seedSandbox(directory: string): Promise<ReviewState> {
  const old = ["gerrit", "servers", "staging"].map((name) => join(directory, name));
  await Promise.all(old.map((each) => rm(each, { recursive: true, force: true })));
  const state = await seedHistory((project) => repositoryOf(directory, project));
  const parts = await Promise.all(
    DEPLOYED_BRANCHES.map(async ({ project, branch, path }) => {
      const repository = repositoryOf(directory, project);
      return { project, repository, path, commit: await branchTip(repository, branch) };
    }),
  );
  const tree = join(directory, "servers", "seed");
  await composeTree(parts, tree);
  const release = releaseOf(new Map(parts.map(({ project, commit }) => [project, commit])));
  writeNote(tree, release, []);
  for (const place of serverPlaces(directory)) deployRelease(place.directory, tree, release.name);
  // scap makes checkouts of it. Until then it has the files from which the state of the train is read.
  await cp(tree, join(directory, "staging"), { recursive: true });
  await rm(tree, { recursive: true });
  await replaceFile(reviewsFileOf(directory), `${JSON.stringify(state, null, 1)}\n`);
  return state;
}

const DEPLOYED_BRANCHES = [
  { project: configProject, branch: "master", path: "." },
  {
    project: extensionProject,
    branch: liveBranch,
    path: `php-${liveVersion}/extensions/${basename(extensionProject)}`,
  },
];

function reviewsFileOf(directory: string): string {
  return join(directory, "gerrit", "changes.json");
}

const PROBE_TIMEOUT_MS = 1000;

/** The process and address of a sandbox that already runs in this directory. */
async function runningSandbox(
  descriptionFile: string,
): Promise<{ pid: number; gerritUrl: string } | undefined> {
  const earlier = await readJson<{ pid: number; gerritUrl: string }>(descriptionFile);
  if (earlier === undefined) return undefined;
  try {
    const version = new URL("/config/server/version", earlier.gerritUrl);
    const answer = await fetch(version, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    // Another program may use the port by now.
    return (await answer.text()).startsWith(")]}'") ? earlier : undefined;
  } catch {
    // sandbox.json is left from a crash.
    return undefined;
  }
}
