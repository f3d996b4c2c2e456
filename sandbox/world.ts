// Starts the sandbox: repositories with changes, the review server over them, two test servers and four
// production servers, all in this process, over one directory. Whoever deploys (the sandbox's scap) works on
// the same directory from outside; sandbox.json tells it where everything is.
import { cp, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { replaceFile } from "./files.ts";
import { listen, type Listening } from "./http.ts";
import { requireGit } from "./gerrit/git.ts";
import { loadReviewState, WorldFault, type ReviewState } from "./gerrit/records.ts";
import { Repository } from "./gerrit/repository.ts";
import { reviewServer } from "./gerrit/rest.ts";
import { Refused } from "./gerrit/refused.ts";
import { Reviews } from "./gerrit/reviews.ts";
import { configProject, extensionProject, liveBranch } from "./gerrit/seed/changes.ts";
import { seedHistory } from "./gerrit/seed/history.ts";
import { liveVersion } from "./gerrit/seed/site.ts";
import { runningWorld } from "./occupants.ts";
import { livingHolder } from "./scap/lock.ts";
import { composeTree, releaseName, releaseNoteName, switchCurrent } from "./servers/release.ts";
import { applicationServer, type ServerPlace, type Stage } from "./servers/server.ts";

export type WorldOptions = {
  directory: string;
  /** All waits are divided by it; default 1. */
  speed?: number;
  /** The review server's port, the servers take the following ones; 0 (default) is any free port for each. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
};

export type WorldServer = { name: string; stage: Stage; url: string; directory: string };

export type World = {
  gerritUrl: string;
  servers: readonly WorldServer[];
  directory: string;
  /** Closes every port and ends every wait; what is on disk stays, and a later start goes on from it. */
  close(): Promise<void>;
};

/** The content of sandbox.json. */
export type WorldDescription = {
  gerritUrl: string;
  repository: string;
  repositories: Record<string, string>;
  servers: readonly WorldServer[];
  liveBranches: readonly string[];
  speed: number;
  pid: number;
};

const serverNames: readonly { name: string; stage: Stage }[] = [
  { name: "mwdebug1001", stage: "testservers" },
  { name: "mwdebug1002", stage: "testservers" },
  { name: "mw1001", stage: "canaries" },
  { name: "mw1002", stage: "production" },
  { name: "mw1003", stage: "production" },
  { name: "mw1004", stage: "production" },
];

export async function startWorld(options: WorldOptions): Promise<World> {
  const { directory, speed = 1, port = 0, host = "127.0.0.1" } = options;
  const descriptionFile = join(directory, "sandbox.json");
  await requireGit();
  await mkdir(directory, { recursive: true });
  const other = await runningWorld(directory);
  if (other !== null) {
    throw new WorldFault(
      `a sandbox is already running over ${directory}: ${other.gerritUrl}, process ${other.pid}`,
    );
  }
  await rm(descriptionFile, { force: true });

  const reviewsFile = reviewsFileOf(directory);
  const state = (await loadReviewState(reviewsFile)) ?? (await seedWorld(directory));
  const repositories = new Map(
    projects.map((project) => [project, new Repository(repositoryOf(directory, project))]),
  );
  const reviews = new Reviews({ file: reviewsFile, speed, state, repositories });
  const places = serverPlaces(directory);

  const listening: Listening[] = [];
  const servers: WorldServer[] = [];
  const close = async () => {
    await rm(descriptionFile, { force: true });
    await Promise.all([reviews.close(), ...listening.map((each) => each.close())]);
  };
  let gerritUrl = "";
  try {
    const handler = reviewServer({
      reviews,
      gerritUrl: () => gerritUrl,
      servers: () => servers,
      reset: async () => {
        const deployer = livingHolder(directory);
        if (deployer !== undefined)
          throw new Refused(409, `A deployment is running (process ${deployer.pid})`);
        await reviews.replace(() => seedWorld(directory));
      },
    });
    const gerrit = await listen(handler, host, port);
    listening.push(gerrit);
    gerritUrl = gerrit.url;
    for (const [index, place] of places.entries()) {
      const server = await listen(applicationServer(place), host, port === 0 ? 0 : port + 1 + index);
      listening.push(server);
      servers.push({ name: place.name, stage: place.stage, url: server.url, directory: place.directory });
    }
    const description: WorldDescription = {
      gerritUrl,
      repository: repositoryOf(directory, configProject),
      repositories: Object.fromEntries(
        projects.map((project) => [project, repositoryOf(directory, project)]),
      ),
      servers,
      liveBranches: [liveBranch],
      speed,
      pid: process.pid,
    };
    await replaceFile(descriptionFile, `${JSON.stringify(description, null, 2)}\n`);
  } catch (cause) {
    await close();
    throw cause;
  }
  return { gerritUrl, servers, directory, close };
}

const projects = [configProject, extensionProject];

function repositoryOf(directory: string, project: string): string {
  return join(directory, "gerrit", `${project}.git`);
}

function serverPlaces(directory: string): ServerPlace[] {
  return serverNames.map(({ name, stage }) => ({ name, stage, directory: join(directory, "servers", name) }));
}

/** Makes everything as it is in the beginning. changes.json is written last: without it a start seeds anew. */
async function seedWorld(directory: string): Promise<ReviewState> {
  const old = ["gerrit", "servers", "staging"].map((name) => join(directory, name));
  await Promise.all(old.map((each) => rm(each, { recursive: true, force: true })));
  const state = await seedHistory((project) => repositoryOf(directory, project));
  const parts = await Promise.all(
    deployedBranches.map(async ({ project, branch, path }) => {
      const repository = repositoryOf(directory, project);
      return { project, repository, path, commit: await new Repository(repository).tip(branch) };
    }),
  );
  const tree = join(directory, "servers", "seed");
  await composeTree(parts, tree);
  const note = {
    commit: parts[0]?.commit,
    changes: [],
    repositories: Object.fromEntries(parts.map(({ project, commit }) => [project, commit])),
  };
  await replaceFile(join(tree, releaseNoteName), `${JSON.stringify(note)}\n`);
  const name = releaseName(parts);
  await Promise.all(
    serverPlaces(directory).map(async (place) => {
      await cp(tree, join(place.directory, "releases", name), { recursive: true });
      await switchCurrent(place.directory, name);
    }),
  );
  await rm(tree, { recursive: true });
  await replaceFile(reviewsFileOf(directory), `${JSON.stringify(state, null, 1)}\n`);
  return state;
}

const deployedBranches = [
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
