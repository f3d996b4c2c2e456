"use client";
import { lazy } from "react";
import { cdxIconEllipsis } from "@wikimedia/codex-icons";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { MenuButton } from "../../ui/menu-button.tsx";
import type { LogActionsProps } from "./log-actions.tsx";

const LogActions = lazy(() => import("./log-actions.tsx"));

/** The menu of what can be done with the whole log (log-actions.tsx). */
export function LogMenu(props: Omit<LogActionsProps, "trigger">) {
  const trigger = {
    className: buttonClass({ weight: "quiet" }),
    label: "More log actions",
    content: <Icon icon={cdxIconEllipsis} />,
  };
  return (
    <MenuButton trigger={trigger}>
      <LogActions trigger={trigger} {...props} />
    </MenuButton>
  );
}
