"use client";
// The versions of each group before and after a job that moves the train.
import type { Job } from "#lib/contract/job.ts";
import type { TrainSnapshot } from "#lib/contract/train.ts";
import { STATIONS, type Station } from "#lib/domain/train.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { trainSubject, wikiCount } from "../../text/train-text.ts";
import card from "../../ui/card.module.css";
import styles from "./job-train.module.css";

export function JobTrain({ job, train }: { job: Job; train: NonNullable<Job["train"]> }) {
  return (
    <section className={`${card.card} ${styles.box}`} aria-labelledby="train">
      <h2 id="train" className={styles.title}>
        {visibleText(trainSubject(job.parameters))}
      </h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {STATIONS.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <Versions of={train.before} name={name} />
              <Versions of={train.after} name={name} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Versions({ of, name }: { of: TrainSnapshot | null; name: Station }) {
  const versions = of?.stations.find((station) => station.name === name)?.versions;
  return (
    <td>
      {versions === undefined
        ? "—"
        : versions.map(({ version, wikis }) => (
            <p key={version}>
              <span className={styles.version}>{version}</span> {wikiCount(wikis)}
            </p>
          ))}
    </td>
  );
}
