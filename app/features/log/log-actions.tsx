"use client";
// What can be done with the whole log: fold it, copy it, open it as plain text, download it, play its recording.
// Loaded when it is opened.
import { Menu } from "@base-ui/react/menu";
import {
  cdxIconCollapse,
  cdxIconCopy,
  cdxIconDownload,
  cdxIconExpand,
  cdxIconEye,
  cdxIconPlay,
  cdxIconTextFlow,
  type Icon as CodexIcon,
} from "@wikimedia/codex-icons";
import { urlOf } from "#lib/contract/path.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import type { MenuTrigger } from "../../ui/menu-button.tsx";
import { LoadedMenu } from "../../ui/menu-popup.tsx";
import type { LogFolds } from "./use-log-folds.ts";
import menu from "../../ui/menu.module.css";

export type LogActionsProps = {
  trigger: MenuTrigger;
  jobId: number;
  folds: LogFolds;
  onCopy: () => void;
  onPlay: () => void;
  /** Undefined if no line is hidden from this person. */
  onReveal: (() => void) | undefined;
};

export default function LogActions({ trigger, jobId, folds, onCopy, onPlay, onReveal }: LogActionsProps) {
  const params = { id: jobId };
  const plainLog = urlOf("GET /api/jobs/{id}/log.txt", { params });
  return (
    <LoadedMenu trigger={trigger} label="Log actions">
      {folds.canFold && (
        <>
          <Item icon={cdxIconCollapse} label="Collapse all phases" onClick={() => folds.foldAll(true)} />
          <Item icon={cdxIconExpand} label="Expand all phases" onClick={() => folds.foldAll(false)} />
          <Menu.Separator className={menu.separator} />
        </>
      )}
      {onReveal !== undefined && (
        <>
          <Item icon={cdxIconEye} label="Show hidden lines…" onClick={onReveal} />
          <Menu.Separator className={menu.separator} />
        </>
      )}
      <Item icon={cdxIconCopy} label="Copy log" onClick={onCopy} />
      <LinkItem icon={cdxIconTextFlow} label="Open as plain text" href={plainLog} target="_blank" />
      <LinkItem icon={cdxIconDownload} label="Download log" href={plainLog} download={`job-${jobId}.txt`} />
      <Menu.Separator className={menu.separator} />
      <Item icon={cdxIconPlay} label="Play recording" onClick={onPlay} />
      <LinkItem
        icon={cdxIconDownload}
        label="Download recording"
        href={urlOf("GET /api/jobs/{id}/transcript.cast", { params })}
        download={`job-${jobId}.cast`}
      />
    </LoadedMenu>
  );
}

function Item({ icon, label, onClick }: { icon: CodexIcon; label: string; onClick: () => void }) {
  return (
    <Menu.Item className={menu.item} onClick={onClick}>
      <Icon icon={icon} />
      {label}
    </Menu.Item>
  );
}

type LinkItemProps = { icon: CodexIcon; label: string; href: string; target?: string; download?: string };

function LinkItem({ icon, label, ...link }: LinkItemProps) {
  return (
    <Menu.LinkItem className={menu.item} closeOnClick {...link}>
      <Icon icon={icon} />
      {label}
    </Menu.LinkItem>
  );
}
