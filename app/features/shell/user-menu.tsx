"use client";
// The button of the user menu (user-options.tsx).
import { useState } from "react";
import { cdxIconUserAvatar } from "@wikimedia/codex-icons";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { loadable } from "../../ui/loadable.tsx";
import { MenuButton } from "../../ui/menu-button.tsx";
import { FreezeDialog, NotificationSettings, ShortcutsDialog } from "./lazy-dialogs.tsx";
import { useTheme } from "./use-theme.ts";
import styles from "./user-menu.module.css";

const UserOptions = loadable(() => import("./user-options.tsx").then((module) => module.default));

export function UserMenu() {
  const { user } = useSession();
  // Here and not in the menu, so that a theme selected in another tab applies while the menu is closed.
  const [theme, setTheme] = useTheme();
  const canFreeze = usePermission("freeze_lane");
  const [open, setOpen] = useState<"notifications" | "freeze" | "shortcuts">();
  const close = () => setOpen(undefined);
  const trigger = {
    className: buttonClass({ weight: "quiet" }),
    label: `${user.name}: account and appearance`,
    content: (
      <>
        <Icon icon={cdxIconUserAvatar} />
        <span className={styles.name}>{user.name}</span>
      </>
    ),
  };
  return (
    <>
      <MenuButton trigger={trigger} load={UserOptions.load}>
        <UserOptions
          trigger={trigger}
          theme={theme}
          setTheme={setTheme}
          onConfigure={() => setOpen("notifications")}
          onFreeze={() => setOpen("freeze")}
          onShortcuts={() => setOpen("shortcuts")}
        />
      </MenuButton>
      {open === "notifications" && <NotificationSettings onClose={close} />}
      {open === "shortcuts" && <ShortcutsDialog onClose={close} />}
      {canFreeze && open === "freeze" && <FreezeDialog isOpen onClose={close} />}
    </>
  );
}
