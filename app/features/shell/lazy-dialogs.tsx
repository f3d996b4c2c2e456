"use client";
// The dialogs of the header, each loaded when it is first opened.
import dynamic from "next/dynamic";

export const loadGoTo = () => import("./go-to/go-to-dialog.tsx").then(({ GoToDialog: dialog }) => dialog);

export const GoToDialog = dynamic(loadGoTo, { ssr: false });

export const ShortcutsDialog = dynamic(
  () => import("./go-to/shortcuts-dialog.tsx").then(({ ShortcutsDialog: dialog }) => dialog),
  { ssr: false },
);

export const FreezeDialog = dynamic(
  () => import("./freeze-dialog.tsx").then(({ FreezeDialog: dialog }) => dialog),
  { ssr: false },
);

export const NotificationSettings = dynamic(
  () => import("../notifications/notification-settings.tsx").then((module) => module.NotificationSettings),
  { ssr: false },
);
