// What the pages of windows load on the server, with the user that the page has authorised.
import { readWindow } from "../actions/read-window.ts";
import { permit } from "../auth/authorise.ts";
import type { DeploymentWindow, WindowSummary } from "../contract/window.ts";
import { listWindows } from "../db/windows.ts";
import type { User } from "../domain/permission.ts";
import { services } from "./services.ts";

const COMING_MAX = 50;
const PAST_MAX = 50;

export async function loadWindows(user: User): Promise<{ coming: WindowSummary[]; past: WindowSummary[] }> {
  permit(user, "view");
  const { db } = services();
  const [coming, past] = await Promise.all([
    listWindows(db, "coming", COMING_MAX),
    listWindows(db, "past", PAST_MAX),
  ]);
  return { coming, past };
}

/** @throws AppError not_found. */
export async function loadWindow(user: User, id: number): Promise<DeploymentWindow> {
  permit(user, "view");
  return readWindow(services().db, id);
}
