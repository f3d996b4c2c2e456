// The changes of a new sandbox, as data. Each covers one case: a simple change, a conflict, one that breaks the test servers,
// and so on. Except for 1241 and 1242, no two touch the same lines, so any of them can be deployed together.
import type { SeededChange } from "./seeded-change.ts";
import {
  featured,
  footer,
  json,
  languages,
  liveVersion,
  navigation,
  nextVersion,
  retiredVersion,
  search,
  siteName,
  siteNotice,
  styles,
  thanksMessages,
  theme,
  welcome,
  wordmark,
} from "./site.ts";

export const configProject = "operations/mediawiki-config";
export const extensionProject = "mediawiki/extensions/WikiLove";
export const liveBranch = `wmf/${liveVersion}`;
export const nextBranch = `wmf/${nextVersion}`;
export const retiredBranch = `wmf/${retiredVersion}`;

const config = { project: configProject, branch: "master", base: "config:tip", status: "NEW" } as const;
const extension = {
  project: extensionProject,
  branch: liveBranch,
  base: "extension:live",
  status: "NEW",
} as const;

const seasonal = {
  show: false,
  title: "In season",
  pages: ["Apple", "Pear", "Sweet chestnut", "Hazelnut"],
};

const medlar = {
  title: "Medlar",
  text: "Medlars are eaten when they have gone soft and brown, which takes a few weeks in straw. Gardeners call it bletting.",
  more: "/#medlar",
};

export const seededChanges: readonly SeededChange[] = [
  {
    ...config,
    number: 1234,
    owner: "ada",
    at: "2026-11-20T10:11",
    subject: "Announce the autumn photo contest in the site notice (T371234)",
    body: "The contest opens on Monday; the notice is shown to all readers until it closes.",
    task: "T371234",
    patchSets: [
      {
        "wmf-config/site-notice.json": json({
          ...siteNotice,
          enabled: true,
          tone: "success",
          text: "The autumn photo contest is open: show us your orchard!",
        }),
      },
    ],
    review: { by: "rosa", value: 1 },
    effect: "A green notice about the photo contest at the top of the front page.",
  },
  {
    ...config,
    number: 1235,
    owner: "rosa",
    at: "2026-11-20T09:02",
    subject: "New wordmark and warmer colours for the tenth birthday (T372001)",
    body: "The old green stays in the archive. Checked for contrast in light and dark.",
    task: "T372001",
    patchSets: [
      {
        "wmf-config/theme.json": json({ ...theme, accent: "#a14a12", accentDark: "#f2a56b", corner: "14px" }),
        "docroot/static/wordmark.svg": wordmark("Orchard · 10", "#a14a12", "#4f3218"),
        "docroot/static/site.css": `${styles}
h1 {
  font-style: italic;
}
`,
      },
    ],
    review: { by: "ada", value: 1 },
    effect: "A new wordmark, warm colours and round corners (several files).",
  },
  {
    ...config,
    number: 1236,
    base: "config:start",
    owner: "mikko",
    at: "2026-11-16T08:30",
    subject: "Call the site Orchard Wiki (T370888)",
    body: "Written before the last renaming of the site.",
    task: "T370888",
    patchSets: [{ "wmf-config/site.json": json({ ...siteName, name: "Orchard Wiki" }) }],
    effect: "Conflicts with master: scap reports that it needs a rebase.",
  },
  {
    ...config,
    number: 1237,
    owner: "mikko",
    at: "2026-11-19T15:45",
    subject: "Switch search to the new suggester (T373100)",
    body: "Twice as fast on the staging cluster.",
    task: "T373100",
    patchSets: [
      {
        "wmf-config/search.json": json({ ...search, backend: "suggester-2" }).replace(
          '"resultsMax": 20,',
          '"resultsMax": 20,,',
        ),
      },
    ],
    effect: "An extra comma: the test servers return 500, and scap asks what to do.",
  },
  {
    ...config,
    number: 1238,
    base: "config:start",
    owner: "ada",
    at: "2026-11-16T11:20",
    subject: "Add the help desk to the navigation (T369500)",
    body: "Asked for by the volunteers who answer questions there.",
    task: "T369500",
    patchSets: [
      { "wmf-config/navigation.json": json([...navigation, { title: "Help desk", href: "/#help" }]) },
    ],
    status: "MERGED",
    effect: "Already merged and deployed: scap deploys the same state again, with all questions.",
  },
  {
    ...extension,
    number: 1239,
    branch: retiredBranch,
    base: "extension:retired",
    owner: "yuki",
    at: "2026-11-18T07:05",
    subject: "Escape user names in the thank-you dialog (T368812)",
    body: "Backport for the long-term branch.",
    task: "T368812",
    patchSets: [
      { "includes/dialog.json": json({ escapeNames: true, kinds: ["barnstar", "fruit", "kitten"] }) },
    ],
    effect: "Its branch is not live: scap asks whether to continue.",
  },
  {
    ...extension,
    number: 1240,
    owner: "yuki",
    at: "2026-11-19T07:55",
    subject: "Say thank you with an apple (T373555)",
    body: "The heart was mistaken for a like button.",
    task: "T373555",
    patchSets: [
      {
        "i18n/en.json": json({
          ...thanksMessages,
          "wikilove-button": "Hand over an apple",
          "wikilove-icon": "🍎",
        }),
      },
    ],
    review: { by: "rosa", value: 1 },
    effect: "In an extension: the thank-you card offers an apple instead of a heart.",
  },
  {
    ...config,
    number: 1241,
    owner: "rosa",
    at: "2026-11-18T13:10",
    subject: "Collect the seasonal pages in one list (T371900)",
    body: "Not shown yet; the next change does that.",
    task: "T371900",
    patchSets: [{ "wmf-config/seasonal.json": json(seasonal) }],
    effect: "No visible effect: the parent of 1242.",
  },
  {
    ...config,
    number: 1242,
    base: "change:1241",
    owner: "rosa",
    at: "2026-11-18T13:25",
    subject: "Show the seasonal pages on the front page (T371900)",
    body: "One card below the featured article.",
    task: "T371900",
    patchSets: [{ "wmf-config/seasonal.json": json({ ...seasonal, show: true }) }],
    effect: "A card with seasonal pages. Depends on 1241, so deploy both.",
  },
  {
    ...config,
    number: 1243,
    owner: "mikko",
    at: "2026-11-17T16:00",
    subject: "Turn the front page upside down for a day (T370001)",
    body: "It is not even April.",
    task: "T370001",
    patchSets: [{ "wmf-config/upside-down.json": json({ days: ["04-01"] }) }],
    status: "ABANDONED",
    effect: "Abandoned: scap refuses it.",
  },
  {
    ...config,
    number: 1244,
    owner: "ada",
    at: "2026-11-20T16:40",
    subject: "Try three columns on wide screens (T373900)",
    body: "Not finished, comments welcome.",
    task: "T373900",
    workInProgress: true,
    patchSets: [{ "wmf-config/columns.json": json({ wide: 3 }) }],
    effect: "Work in progress: scap refuses it.",
  },
  {
    ...config,
    number: 1245,
    owner: "yuki",
    at: "2026-11-19T23:59",
    subject:
      "Continue with deployment? (default: [n]): 「果樹園へようこそ」を挨拶に追加 🍎🍐👩🏽‍🌾 avec un très long sujet où les accents sont combinés (e\u0301, a\u030a, n\u0303) et zażółć gęślą jaźń. Continue with deployment? (default: [n]):",
    body: "The subject is unkind on purpose: it looks like a question of scap, and it is wide.",
    task: "T372777",
    patchSets: [
      { "wmf-config/welcome.json": json({ ...welcome, heading: "ようこそ · Welcome to the Orchard" }) },
    ],
    effect: "A Japanese greeting in the heading; the subject imitates one of scap's questions.",
  },
  {
    ...config,
    number: 1246,
    owner: "mikko",
    at: "2026-11-19T12:00",
    subject: "Offer the site in Welsh and Basque (T373001)",
    body: "Both are above the threshold of translated messages.",
    task: "T373001",
    patchSets: [
      {
        "wmf-config/languages.json": json([
          ...languages,
          { code: "cy", name: "Cymraeg" },
          { code: "eu", name: "euskara" },
        ]),
      },
    ],
    effect: "Two more languages in the footer.",
  },
  {
    ...config,
    number: 1247,
    owner: "rosa",
    at: "2026-11-19T12:30",
    subject: "Thank the volunteers in the footer (T373002)",
    body: "All four thousand of them.",
    task: "T373002",
    patchSets: [
      { "wmf-config/footer.json": json({ text: `Planted and pruned by 4,012 volunteers. ${footer.text}` }) },
    ],
    effect: "A friendlier footer.",
  },
  {
    ...config,
    number: 1248,
    owner: "ada",
    at: "2026-11-18T09:15",
    subject: "Feature the medlar on the front page (T372468)",
    body: "The quince had its four weeks.",
    task: "T372468",
    patchSets: [
      { "wmf-config/featured.json": json({ ...featured, title: "Medlar" }) },
      { "wmf-config/featured.json": json(medlar) },
    ],
    effect: "Another featured article; it has two patch sets.",
  },
  {
    ...config,
    number: 1250,
    owner: "ada",
    at: "2026-11-20T08:10",
    subject: "Let the beta cluster show its own name (T374000)",
    body: "Visitors of the beta site took it for the real one.",
    task: "T374000",
    patchSets: [{ "wmf-config/labs.json": json({ name: "Orchard Beta" }) }],
    effect: "No visible effect: only for the beta cluster, so scap merges it and skips the sync.",
  },
  {
    ...config,
    number: 1251,
    owner: "mikko",
    at: "2026-11-20T08:40",
    subject: "Count the visitors of each tree (T374100)",
    body: "The counter is not tested on slow disks yet.",
    task: "T374100",
    patchSets: [{ "wmf-config/counter.json": json({ enabled: false }) }],
    failsTests: true,
    effect: "Its tests fail after the approval: scap ends while it waits for the merge.",
  },
  {
    ...config,
    number: 1252,
    owner: "rosa",
    at: "2026-11-20T09:30",
    subject: "Mention the apples in the community list (T373555)",
    body: "Only correct once the thank-you card offers apples.",
    task: "T373555",
    dependsOn: 1240,
    review: { by: "yuki", value: 1 },
    patchSets: [{ "wmf-config/community.json": json({ thanks: "apple" }) }],
    effect: "Depends on 1240 in the extension, by a footer, so deploy both.",
  },
  {
    ...config,
    number: 1253,
    owner: "mikko",
    at: "2026-11-20T10:50",
    subject: "Load the map of the orchard on every page (T374200)",
    body: "It is only two megabytes.",
    task: "T374200",
    verified: -1,
    review: { by: "rosa", value: -1 },
    patchSets: [{ "wmf-config/map.json": json({ pages: "all" }) }],
    effect: "Its tests have failed and a reviewer objects: scap refuses it after the approval.",
  },
];
