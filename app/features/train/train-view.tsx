"use client";
// The page of the train: where it is, and the form that promotes it or rolls it back.
import { useState } from "react";
import type { Train } from "#lib/contract/train.ts";
import { isTerminal } from "#lib/domain/job.ts";
import { TRAIN } from "#lib/domain/train.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { Main } from "../../ui/main.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import { MoveForm } from "./move-form.tsx";
import { NotConfigured } from "./not-configured.tsx";
import { Stations } from "./stations.tsx";
import { EMPTY_DRAFT, type TrainDraft } from "./train-draft.ts";
import { TrainFacts } from "./train-facts.tsx";
import { type ShownTrain, useTrain } from "./use-train.ts";
import styles from "./train-view.module.css";

export function TrainView({ rendered }: { rendered: Train | undefined }) {
  const shown = useTrain(rendered);
  return (
    <Main className={styles.page}>
      <h1>Train</h1>
      {shown === undefined ? <NotConfigured /> : <CurrentTrain shown={shown} />}
      <PageDock />
    </Main>
  );
}

function CurrentTrain({ shown }: { shown: ShownTrain }) {
  const [draft, setDraft] = useState<TrainDraft>(EMPTY_DRAFT);
  const { overview } = useOverview();
  const canCreate = usePermission("create_job");
  const { operations } = useSession();
  const mayMove = canCreate && operations.some(({ kind, isPermitted }) => kind === TRAIN && isPermitted);
  const job = overview.jobs.find(({ kind, state }) => kind === TRAIN && !isTerminal(state));
  const { train } = shown;
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        <Stations
          train={train}
          selected={draft.station}
          onSelect={mayMove ? (station) => setDraft((known) => ({ ...known, station })) : undefined}
        />
        {mayMove ? (
          <MoveForm shown={shown} draft={draft} onDraft={setDraft} job={job} />
        ) : (
          <p className={styles.hint}>
            {canCreate
              ? "The policy permits only other people to move the train."
              : "View only. Deployers can move the train."}
          </p>
        )}
      </div>
      <TrainFacts shown={shown} job={job} />
    </div>
  );
}
