// The pages of the navigation in the header, in their order. "Go to" offers the same. A new page adds one entry. Pure.
import type { Session } from "../../../client/use-session.tsx";
import { ERRORS_HREF } from "../../../text/error-rate-text.ts";
import { OPERATIONS_HREF, WINDOWS_HREF } from "../../../text/page-links.ts";
import { TRAIN_HREF } from "../../../text/train-text.ts";

export type SitePage = {
  href: string;
  label: string;
  /** Shown by "Go to". */
  hint: string;
  /** The paths below this one belong to the page. The default is `href`. */
  section?: string;
  /** Stays beside the menu when the window has no place for all pages. The default is "wide", which has place for all. */
  shownFrom?: "narrow" | "medium";
  /** The default is everyone. */
  isVisible?: (session: Session) => boolean;
};

const PAGES: readonly SitePage[] = [
  { href: "/", label: "Deploy", hint: "The home page", shownFrom: "narrow" },
  {
    href: WINDOWS_HREF,
    label: "Windows",
    hint: "Changes of several people, deployed together",
    shownFrom: "medium",
  },
  { href: OPERATIONS_HREF, label: "Operations", hint: "Everything that a job can do" },
  {
    href: TRAIN_HREF,
    label: "Train",
    hint: "Versions of the wikis",
    shownFrom: "medium",
    isVisible: ({ hasTrain }) => hasTrain,
  },
  {
    href: ERRORS_HREF,
    label: "Errors",
    hint: "Errors of the servers",
    shownFrom: "medium",
    isVisible: ({ errors }) => errors !== null,
  },
  { href: "/history", label: "History", hint: "All jobs", shownFrom: "narrow" },
  { href: "/insights", label: "Insights", hint: "How deployments are going" },
  {
    href: "/admin/people",
    label: "Admin",
    hint: "People, audit, lanes and webhooks",
    section: "/admin",
    isVisible: ({ permissions }) => permissions.includes("manage_people"),
  },
];

export function visiblePages(session: Session): SitePage[] {
  return PAGES.filter(({ isVisible }) => isVisible === undefined || isVisible(session));
}

/** Whether the page at this path is the given one or below it. The home page has nothing below. */
export function isCurrentPage({ href, section = href }: SitePage, path: string): boolean {
  return path === section || (section !== "/" && path.startsWith(`${section}/`));
}
