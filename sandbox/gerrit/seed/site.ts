// The initial content of the repositories: the configuration of a small encyclopaedia of fruit trees, from which the servers
// render their front page. Each setting is in a file of its own, so that seeded changes can be deployed in any order.

export type Files = Record<string, string>;

export const liveVersion = "1.47.0-wmf.10";
/** The version of the train. */
export const nextVersion = "1.47.0-wmf.11";
export const retiredVersion = "1.46.0-wmf.3";

/** The format of all JSON files in the repositories. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const testwikis = ["test2wiki", "testwiki"];
const wikis = [
  "applewiki",
  "cherrywiki",
  "figwiki",
  "graftwiki",
  "medlarwiki",
  "nurserywiki",
  "orchardwiki",
  "pearwiki",
  "plumwiki",
  "quincewiki",
  ...testwikis,
];

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join("");
}

export const siteName = { name: "Orchard", tagline: "The encyclopaedia of fruit trees", language: "en" };

export const navigation = [
  { title: "Main page", href: "/" },
  { title: "All trees", href: "/#trees" },
  { title: "Recent changes", href: "/#recent" },
];

export const welcome = {
  heading: "Welcome to the Orchard",
  text: "Everything about fruit trees: how they are planted, grafted, pruned, and what is baked from them.",
};

export const featured = {
  title: "Quince",
  text: "The quince is sour and hard when raw, and turns red and fragrant when it is cooked for an hour. It was grown around the Mediterranean long before the apple.",
  more: "/#quince",
};

export const theme = { accent: "#36722f", accentDark: "#9ccb86", corner: "6px" };

export const search = { backend: "suggester-1", resultsMax: 20, placeholder: "Search the Orchard" };

export const languages = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
  { code: "pl", name: "polski" },
  { code: "ja", name: "日本語" },
];

export const footer = {
  text: "Text is available under a free licence; see who wrote it in the history of each page.",
};

export const siteNotice = { enabled: false, tone: "info", text: "" };

export function wordmark(text: string, leaf: string, trunk: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 48" role="img" aria-label="${text}">
  <circle cx="24" cy="17" r="15" fill="${leaf}"/>
  <circle cx="19" cy="14" r="3" fill="#d33"/>
  <circle cx="29" cy="20" r="3" fill="#d33"/>
  <rect x="22" y="30" width="4" height="15" rx="2" fill="${trunk}"/>
  <text x="52" y="33" font-family="Georgia, serif" font-size="27" fill="${leaf}">${text}</text>
</svg>
`;
}

const frontPage = `<main>
  {{siteNotice}}
  <h1>{{heading}}</h1>
  <p class="lead">{{welcome}}</p>
  {{search}}
  <section class="cards">
    {{featured}}
    {{seasonal}}
    {{thanks}}
  </section>
</main>
`;

export const styles = `.cards {
  display: grid;
  gap: 16px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr));
}

.lead {
  font-size: 1.125rem;
  max-width: 42em;
}
`;

export const baseSite: Files = {
  "README.md": `# Configuration of the Orchard

What the wikis show is decided here: settings in \`wmf-config/\`, files served as they are in \`docroot/\`,
the front page in \`www/\`, and which wiki runs which version in \`wikiversions.json\`.
`,
  "wikiversions.json": json(Object.fromEntries(wikis.map((wiki) => [wiki, `php-${liveVersion}`]))),
  "dblists/all.dblist": lines(wikis),
  "dblists/testwikis.dblist": lines(testwikis),
  "dblists/group0.dblist": `# The project's own wikis, and the first to test.\n%% testwikis + own\n`,
  "dblists/own.dblist": lines(["graftwiki", "nurserywiki"]),
  "dblists/group1.dblist": lines(["applewiki", "cherrywiki", "medlarwiki", "plumwiki"]),
  "dblists/group2.dblist": "%% all - group0 - group1\n",
  "wmf-config/site.json": json(siteName),
  "wmf-config/navigation.json": json(navigation),
  "wmf-config/welcome.json": json(welcome),
  "wmf-config/featured.json": json(featured),
  "wmf-config/theme.json": json(theme),
  "wmf-config/search.json": json(search),
  "wmf-config/languages.json": json(languages),
  "wmf-config/footer.json": json(footer),
  "wmf-config/site-notice.json": json(siteNotice),
  "docroot/robots.txt": "User-agent: *\nAllow: /\n",
  "docroot/static/wordmark.svg": wordmark("Orchard", "#36722f", "#7a4b2a"),
  "docroot/static/site.css": styles,
  "www/index.html": frontPage,
};

export const thanksMessages = {
  "wikilove-button": "Say thank you",
  "wikilove-description": "Did you enjoy an article? Thank its author.",
  "wikilove-icon": "♥",
};

/** Of the next version. */
export const nextThanksMessages = { ...thanksMessages, "wikilove-button": "Thank the author" };

const thanksExtension = { name: "WikiLove", version: "1.3.1", "license-name": "MIT" };

export const baseExtension: Files = {
  "extension.json": json(thanksExtension),
  "README.md": "# WikiLove\n\nSays thank you to the people who write.\n",
  "i18n/en.json": json(thanksMessages),
  "includes/dialog.json": json({ escapeNames: false, kinds: ["barnstar", "fruit", "kitten"] }),
};
