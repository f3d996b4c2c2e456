// What the seed says about one change.
import type { ChangeStatus } from "../records.ts";
import type { people } from "./people.ts";
import type { Files } from "./site.ts";

/** The parent commit of a seeded change; `change:N` is the last patch set of another change. */
type Base =
  | "config:start"
  | "config:named"
  | "config:tip"
  | "extension:live"
  | "extension:retired"
  | `change:${number}`;

export type SeededChange = {
  number: number;
  project: string;
  branch: string;
  base: Base;
  owner: keyof typeof people;
  /** UTC, to the minute. */
  at: string;
  subject: string;
  body: string;
  task: string;
  /** The files that each patch set writes. */
  patchSets: [Files, ...Files[]];
  status: ChangeStatus;
  workInProgress?: boolean;
  failsTests?: true;
  /** The change that a `Depends-On` footer names. */
  dependsOn?: number;
  /** A vote of a colleague. */
  review?: { by: keyof typeof people; value: number };
  /** The vote of the tests before the approval; 2 by default. */
  verified?: number;
  /** The visible effect of deploying it. */
  effect: string;
};
