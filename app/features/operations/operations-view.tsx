"use client";
// All operations of this installation, and the form of the selected one. Backports have a form of their own on the home page.
import Link from "next/link";
import { cdxIconPrevious } from "@wikimedia/codex-icons";
import type { Operation, OperationList } from "#lib/contract/operation.ts";
import { usePermission } from "../../client/use-session.tsx";
import { hasOwnPage, operationHref, OPERATIONS_HREF } from "../../text/page-links.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import { Main } from "../../ui/main.tsx";
import card from "../../ui/card.module.css";
import { Notice } from "../../ui/notice.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import { OperationForm } from "./operation-form.tsx";
import styles from "./operations-view.module.css";

type OperationsViewProps = OperationList & { selected: string | undefined };

export function OperationsView({ operations, fileProblems, selected }: OperationsViewProps) {
  const canCreate = usePermission("create_job");
  const operation = operations.find(({ kind }) => kind === selected && !hasOwnPage(kind));
  return (
    <Main className={styles.page}>
      <h1>Operations</h1>
      {fileProblems.length > 0 && <FileProblems problems={fileProblems} />}
      <div className={styles.columns} data-selected={operation !== undefined || undefined}>
        <Link href={OPERATIONS_HREF} className={styles.back}>
          <Icon icon={cdxIconPrevious} size="small" />
          All operations
        </Link>
        <nav aria-label="Operations">
          <ul className={`${card.card} ${styles.list}`}>
            {operations.map((one) => (
              <OperationItem key={one.kind} operation={one} isSelected={one.kind === operation?.kind} />
            ))}
          </ul>
        </nav>
        {operation === undefined ? (
          <p className={styles.hint}>
            {canCreate ? "Select an operation." : "View only. Deployers can start operations."}
          </p>
        ) : (
          <OperationForm key={operation.kind} operation={operation} />
        )}
      </div>
      <PageDock />
    </Main>
  );
}

/** Admins see them. */
function FileProblems({ problems }: { problems: readonly string[] }) {
  return (
    <Notice tone="warning">
      <strong>The file with this site&apos;s operations has mistakes.</strong> Its last valid version stays in
      effect. Correct the file; a web process that starts now would refuse it.
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <li key={problem}>
            <code>{problem}</code>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function OperationItem({ operation, isSelected }: { operation: Operation; isSelected: boolean }) {
  const { kind, name, description } = operation;
  return (
    <li className={styles.item} data-selected={isSelected || undefined}>
      <Link
        href={operationHref(kind)}
        className={styles.name}
        aria-current={isSelected ? "page" : undefined}
        scroll={false}
      >
        {name}
      </Link>
      <p className={styles.description}>{description}</p>
    </li>
  );
}
