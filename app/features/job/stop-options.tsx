"use client";
// The menu of the ways to stop a job. Loaded when it is opened.
import { Menu } from "@base-ui/react/menu";
import { SIGNAL_KINDS } from "#lib/domain/signal.ts";
import type { SafeStop } from "../../text/stop-effect.ts";
import { SIGNAL_LABELS } from "../../text/labels.ts";
import type { MenuTrigger } from "../../ui/menu-button.tsx";
import { LoadedMenu } from "../../ui/menu-popup.tsx";
import menu from "../../ui/menu.module.css";
import type { Stop } from "./stop-menu.tsx";

type StopOptionsProps = {
  trigger: MenuTrigger;
  safe: SafeStop | undefined;
  onChoose: (stop: Stop) => void;
};

export default function StopOptions({ trigger, safe, onChoose }: StopOptionsProps) {
  return (
    <LoadedMenu trigger={trigger} label="Stop options">
      {safe !== undefined && (
        <>
          <Menu.Item className={menu.item} onClick={() => onChoose({ by: "answer", answer: safe })}>
            Answer “{safe.option.text}”…
          </Menu.Item>
          <Menu.Separator className={menu.separator} />
        </>
      )}
      {SIGNAL_KINDS.map((kind) => (
        <Menu.Item
          key={kind}
          className={menu.item}
          data-destructive={SIGNAL_LABELS[kind].isDestructive || undefined}
          onClick={() => onChoose({ by: "signal", kind })}
        >
          {SIGNAL_LABELS[kind].action}…
        </Menu.Item>
      ))}
    </LoadedMenu>
  );
}
