// Starts the sandbox: repositories with changes, the review server over them, two test servers and four
// production servers, all in this process, over one directory. Whoever deploys (the sandbox's scap) works on
// the same directory from outside; sandbox.json tells it where everything is.
//
// What is deployed is one tree: the configuration repository at the root, and the live branch of the
// extension at php-<version>/extensions/WikiLove/. A server's directory holds releases/<name>/ (such trees)
// and `current`, a link to one of them. The name begins with the configuration's commit; when the extension
// moves while the configuration does not, whoever deploys chooses a name of its own that starts with it.
import { cp, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { listen, type Listening } from "./http.ts";
import { git, requireGit } from "./gerrit/git.ts";
import { loadReviewState, replaceFile, type ReviewState } from "./gerrit/records.ts";
import { Repository } from "./gerrit/repository.ts";
import { reviewServer } from "./gerrit/rest.ts";
import { Reviews } from "./gerrit/reviews.ts";
import { configProject, extensionProject, liveBranch } from "./gerrit/seed/changes.ts";
import { seedHistory } from "./gerrit/seed/history.ts";
import { liveVersion } from "./gerrit/seed/site.ts";
import { applicationServer, releaseNoteName, type ServerPlace, type Stage } from "./servers/server.ts";

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

export type TreePart = { repository: string; commit: string; path: string };

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
  await rm(descriptionFile, { force: true });

  const reviewsFile = join(directory, "gerrit", "changes.json");
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
      reset: () => reviews.replace(() => seedWorld(directory)),
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
  await Promise.all(
    ["gerrit", "servers", "staging"].map((name) =>
      rm(join(directory, name), { recursive: true, force: true }),
    ),
  );
  const state = await seedHistory((project) => repositoryOf(directory, project));
  const config = repositoryOf(directory, configProject);
  const extension = repositoryOf(directory, extensionProject);
  const [configCommit, extensionCommit] = await Promise.all([
    git(config, ["rev-parse", "refs/heads/master"]),
    git(extension, ["rev-parse", `refs/heads/${liveBranch}`]),
  ]);
  const tree = join(directory, "servers", "seed");
  await composeTree(
    [
      { repository: config, commit: configCommit, path: "." },
      { repository: extension, commit: extensionCommit, path: extensionPath },
    ],
    tree,
  );
  await replaceFile(
    join(tree, releaseNoteName),
    `${JSON.stringify({ commit: configCommit, changes: [] })}\n`,
  );
  await Promise.all(
    serverPlaces(directory).map(async (place) => {
      const release = join(place.directory, "releases", configCommit);
      await cp(tree, release, { recursive: true });
      await switchCurrent(place.directory, configCommit);
    }),
  );
  await rm(tree, { recursive: true });
  await replaceFile(join(directory, "gerrit", "changes.json"), `${JSON.stringify(state, null, 1)}\n`);
  return state;
}

/** Where the extension lies in a deployed tree. */
export const extensionPath = `php-${liveVersion}/extensions/${basename(extensionProject)}`;

/** Writes commits of several repositories side by side into a new directory, without any `.git` in it. */
export async function composeTree(parts: readonly TreePart[], directory: string): Promise<void> {
  for (const { repository, commit, path } of parts) {
    const target = join(directory, path);
    await mkdir(target, { recursive: true });
    const index = join(directory, `.index-${process.pid}`);
    const environment = { GIT_INDEX_FILE: index, GIT_WORK_TREE: target };
    await git(repository, ["read-tree", commit], { environment });
    await git(repository, ["checkout-index", "--all", "--force"], { environment });
    await rm(index, { force: true });
  }
}

/** Points a server's `current` at one of its releases, in one step. */
export async function switchCurrent(serverDirectory: string, release: string): Promise<void> {
  const draft = join(serverDirectory, `current.${process.pid}.draft`);
  await rm(draft, { force: true });
  await symlink(join("releases", release), draft);
  await rename(draft, join(serverDirectory, "current"));
}

/** Reads sandbox.json of a running world. */
export async function readWorldDescription(directory: string): Promise<WorldDescription> {
  return JSON.parse(await readFile(join(directory, "sandbox.json"), "utf8")) as WorldDescription;
}
