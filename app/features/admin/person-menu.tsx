"use client";
// The menu of a person's account. Each action is confirmed, with its effects.
import { useState } from "react";
import { useRouter } from "next/navigation";
import { cdxIconExpand } from "@wikimedia/codex-icons";
import type { Person } from "#lib/contract/admin.ts";
import { useAction } from "../../client/use-action.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { loadable } from "../../ui/loadable.tsx";
import { MenuButton, type MenuTrigger } from "../../ui/menu-button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import type { PersonAction } from "./person-actions.ts";

const PersonOptions = loadable(() => import("./person-options.tsx").then((module) => module.default));

export function PersonMenu({ person }: { person: Person }) {
  const router = useRouter();
  const isConnected = isCurrent(useOverview().connection);
  const [action, setAction] = useState<PersonAction>();
  const [isOpen, setIsOpen] = useState(false);
  const request = useAction(async (_, onSlow) => {
    await action?.send(onSlow);
    setIsOpen(false);
    router.refresh();
  });
  const trigger: MenuTrigger = {
    className: buttonClass({}),
    label: `Manage ${person.name}`,
    disabled: !isConnected,
    content: (
      <>
        Manage
        <Icon icon={cdxIconExpand} size="small" />
      </>
    ),
  };
  return (
    <>
      <MenuButton trigger={trigger} load={PersonOptions.load}>
        <PersonOptions
          trigger={trigger}
          person={person}
          onChoose={(chosen) => {
            setAction(chosen);
            request.reset();
            setIsOpen(true);
          }}
        />
      </MenuButton>
      {action !== undefined && (
        <ConfirmDialog
          isOpen={isOpen}
          title={`${action.label}: ${person.name}?`}
          action={action.label}
          isDestructive={action.isDestructive}
          isEnabled={isConnected && !request.isRunning}
          onClose={() => setIsOpen(false)}
          onConfirm={() => request.run()}
        >
          {action.effects.map((effect) => (
            <p key={effect}>{effect}</p>
          ))}
          {request.problem !== undefined && <ProblemNotice problem={request.problem} />}
        </ConfirmDialog>
      )}
    </>
  );
}
