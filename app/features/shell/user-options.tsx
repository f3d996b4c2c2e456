"use client";
// The user menu: account, theme, freeze and sign-out. Loaded when it is opened.
import Link from "next/link";
import { Menu } from "@base-ui/react/menu";
import {
  cdxIconBell,
  cdxIconCheck,
  cdxIconKeyboard,
  cdxIconLogOut,
  cdxIconPause,
  cdxIconUserAvatar,
} from "@wikimedia/codex-icons";
import { useAction } from "../../client/use-action.ts";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { useTimeZoneChoice } from "../../ui/time-zone.tsx";
import { call } from "../../client/api.ts";
import { isTheme, type Theme, THEME_LABELS, THEMES } from "./theme.ts";
import { ROLE_LABELS } from "../../text/labels.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import type { MenuTrigger } from "../../ui/menu-button.tsx";
import { LoadedMenu } from "../../ui/menu-popup.tsx";
import { unsubscribe } from "../notifications/push-subscription.ts";
import menu from "../../ui/menu.module.css";

type UserOptionsProps = {
  trigger: MenuTrigger;
  theme: Theme;
  setTheme: (theme: Theme) => void;
  onConfigure: () => void;
  onFreeze: () => void;
  onShortcuts: () => void;
};

export default function UserOptions({
  trigger,
  theme,
  setTheme,
  onConfigure,
  onFreeze,
  onShortcuts,
}: UserOptionsProps) {
  const { user } = useSession();
  const signOut = useAction(async () => {
    // The next person at this browser must not get notifications of this account.
    await unsubscribe().catch(() => undefined);
    const { continueAt } = await call("POST /api/auth/sign-out", {});
    // A full page load, so that no data of this account stays in memory.
    window.location.assign(continueAt ?? "/sign-in");
  });
  return (
    <LoadedMenu trigger={trigger} label="Account and appearance">
      <div className={menu.note}>
        <strong>{user.name}</strong>
        <span>
          {ROLE_LABELS[user.role].label}: {ROLE_LABELS[user.role].permissions}
        </span>
      </div>
      <Menu.Separator className={menu.separator} />
      <ThemeOptions theme={theme} setTheme={setTheme} />
      <Menu.Separator className={menu.separator} />
      <LocalTimesOption />
      <Menu.Separator className={menu.separator} />
      <AccountLink />
      <Menu.Item className={menu.item} onClick={onConfigure}>
        <span className={menu.check}>
          <Icon icon={cdxIconBell} />
        </span>
        Notifications…
      </Menu.Item>
      <Menu.Item className={menu.item} onClick={onShortcuts}>
        <span className={menu.check}>
          <Icon icon={cdxIconKeyboard} />
        </span>
        Keyboard shortcuts
      </Menu.Item>
      <FreezeOption onFreeze={onFreeze} />
      <Menu.Item className={menu.item} closeOnClick={false} onClick={() => signOut.run()}>
        <span className={menu.check}>
          <Icon icon={cdxIconLogOut} />
        </span>
        {signOut.problem === undefined ? "Sign out" : `${signOut.problem.title} Try again`}
      </Menu.Item>
    </LoadedMenu>
  );
}

function FreezeOption({ onFreeze }: Pick<UserOptionsProps, "onFreeze">) {
  if (!usePermission("freeze_lane")) return null;
  return (
    <Menu.Item className={menu.item} onClick={onFreeze}>
      <span className={menu.check}>
        <Icon icon={cdxIconPause} />
      </span>
      Freeze deployments…
    </Menu.Item>
  );
}

function AccountLink() {
  return (
    <Menu.LinkItem className={menu.item} render={<Link href="/account" />} closeOnClick>
      <span className={menu.check}>
        <Icon icon={cdxIconUserAvatar} />
      </span>
      Account
    </Menu.LinkItem>
  );
}

function ThemeOptions({ theme, setTheme }: { theme: Theme; setTheme: (theme: Theme) => void }) {
  return (
    <Menu.RadioGroup
      value={theme}
      onValueChange={(value: string) => {
        if (isTheme(value)) setTheme(value);
      }}
    >
      <Menu.GroupLabel className={menu.label}>Appearance</Menu.GroupLabel>
      {THEMES.map((name) => (
        <Menu.RadioItem key={name} value={name} className={menu.item} closeOnClick={false}>
          <span className={menu.check}>
            <Menu.RadioItemIndicator>
              <Icon icon={cdxIconCheck} />
            </Menu.RadioItemIndicator>
          </span>
          {THEME_LABELS[name]}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

function LocalTimesOption() {
  const { isLocal, setLocal } = useTimeZoneChoice();
  return (
    <Menu.CheckboxItem
      className={menu.item}
      checked={isLocal}
      onCheckedChange={setLocal}
      closeOnClick={false}
    >
      <span className={menu.check}>
        <Menu.CheckboxItemIndicator>
          <Icon icon={cdxIconCheck} />
        </Menu.CheckboxItemIndicator>
      </span>
      Show local times
    </Menu.CheckboxItem>
  );
}
