// What a change stands on: the changes below it in the same repository, and those its message names.
import type { Change, Gerrit } from "../gerrit.ts";
import type { Session } from "../session.ts";
import { isLive } from "./live.ts";

export type Dependency = {
  kind: "Depends-On" | "Related";
  change: Change;
  /** It concerns code that some live version runs. */
  relevant: boolean;
};

export async function listDependencies(
  session: Session,
  gerrit: Gerrit,
  change: Change,
): Promise<Dependency[]> {
  const related = await Promise.all(
    (await gerrit.listAncestors(change)).map((number) => gerrit.findChange(number)),
  );
  const named = await Promise.all(
    [...change.message.matchAll(/^Depends-On: (I[0-9a-f]{40})$/gm)].map(([, id]) =>
      gerrit.listChanges(`change:${id}`),
    ),
  );
  const withKind = (kind: Dependency["kind"]) => (other: Change) => ({
    kind,
    change: other,
    relevant: other.status !== "ABANDONED" && isLive(session, other),
  });
  return [
    ...named.flat().map(withKind("Depends-On")),
    ...related.flatMap((found) => found ?? []).map(withKind("Related")),
  ];
}
