"use client";
// The dialogs of the header, each loaded when it is first opened.
import { loadable } from "../../ui/loadable.tsx";

export const GoToDialog = loadable(() =>
  import("./go-to/go-to-dialog.tsx").then((module) => module.GoToDialog),
);

export const ShortcutsDialog = loadable(() =>
  import("./go-to/shortcuts-dialog.tsx").then((module) => module.ShortcutsDialog),
);

export const FreezeDialog = loadable(() =>
  import("./freeze-dialog.tsx").then((module) => module.FreezeDialog),
);

export const NotificationSettings = loadable(() =>
  import("../notifications/notification-settings.tsx").then((module) => module.NotificationSettings),
);
