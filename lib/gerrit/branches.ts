// The branches of a project, for the version of the train.
import { z } from "zod";
import { GerritFailure, requestGerrit } from "./request.ts";

const TIMEOUT_MS = 5000;

const branches = z.array(z.object({ ref: z.string() }));

/** @param baseUrl without a trailing slash. @returns refs whose names contain `part`. @throws GerritFailure. */
export async function listBranches(baseUrl: string, project: string, part: string): Promise<string[]> {
  const url = new URL(`${baseUrl}/projects/${encodeURIComponent(project)}/branches/`);
  url.searchParams.set("m", part);
  const parsed = branches.safeParse(await requestGerrit(url, TIMEOUT_MS));
  if (parsed.success) return parsed.data.map(({ ref }) => ref);
  throw new GerritFailure("gerrit_answer_invalid", "sent JSON in an unexpected form", {
    cause: parsed.error,
  });
}
