"use client";
// All operations of this installation, and the form of the selected one. Backports have a form of their own on the home page.
import Link from "next/link";
import type { Operation } from "#lib/contract/operation.ts";
import { usePermission } from "../../client/use-session.tsx";
import { hasOwnPage, operationHref } from "../../text/page-links.ts";
import { Main } from "../../ui/main.tsx";
import card from "../../ui/card.module.css";
import { PageDock } from "../shell/page-dock.tsx";
import { OperationForm } from "./operation-form.tsx";
import styles from "./operations-view.module.css";

type OperationsViewProps = { operations: readonly Operation[]; selected: string | undefined };

export function OperationsView({ operations, selected }: OperationsViewProps) {
  const canCreate = usePermission("create_job");
  const operation = operations.find(({ kind }) => kind === selected && !hasOwnPage(kind));
  return (
    <Main className={styles.page}>
      <h1>Operations</h1>
      <div className={styles.columns}>
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
