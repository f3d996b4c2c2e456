"use client";
import { cdxIconEllipsis } from "@wikimedia/codex-icons";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { loadable } from "../../ui/loadable.tsx";
import { MenuButton } from "../../ui/menu-button.tsx";
import type { LogActionsProps } from "./log-actions.tsx";

const LogActions = loadable(() => import("./log-actions.tsx").then((module) => module.default));

/** The menu of what can be done with the whole log (log-actions.tsx). */
export function LogMenu(props: Omit<LogActionsProps, "trigger">) {
  const trigger = {
    className: buttonClass({ weight: "quiet" }),
    label: "More log actions",
    content: <Icon icon={cdxIconEllipsis} />,
  };
  return (
    <MenuButton trigger={trigger} load={LogActions.load}>
      <LogActions trigger={trigger} {...props} />
    </MenuButton>
  );
}
