// Reads what is deployed on a server and says what is wrong with it. The front page and the health check
// share this one reading, so a server never shows a page from settings that its check would refuse.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../files.ts";

type Link = { title: string; href: string };

export type Site = {
  name: string;
  tagline: string;
  language: string;
  navigation: Link[];
  heading: string;
  welcome: string;
  featured: { title: string; text: string; more: string };
  accent: string;
  accentDark: string;
  corner: string;
  searchPlaceholder: string;
  languages: { code: string; name: string }[];
  footer: string;
  notice: { tone: string; text: string } | null;
  seasonal: { title: string; pages: string[] } | null;
  thanks: { button: string; description: string; icon: string } | null;
  thanksInHeader: boolean;
  template: string;
};

type Reading = { site: Site; faults: [] } | { site: null; faults: string[] };

/** Reads and checks a whole release; every fault names its file. */
export async function readSite(directory: string): Promise<Reading> {
  const check = new ReleaseCheck(directory);
  const site = await check.site();
  return check.faults.length === 0 ? { site, faults: [] } : { site: null, faults: check.faults };
}

type Settings = Record<string, unknown>;

class ReleaseCheck {
  readonly faults: string[] = [];
  readonly #directory: string;
  readonly #values = new Map<string, unknown>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async site(): Promise<Site> {
    for (const file of await this.#jsonFiles()) await this.#parse(file);
    const wikis = Object.values(this.#object("wikiversions.json"));
    const versions = [...new Set(wikis.filter((version) => typeof version === "string"))];
    if (versions.length === 0 || versions.length < new Set(wikis).size) {
      this.faults.push("wikiversions.json: every wiki needs a version");
    }
    const names = this.#object("wmf-config/site.json");
    const welcome = this.#object("wmf-config/welcome.json");
    const featured = this.#object("wmf-config/featured.json");
    const theme = this.#object("wmf-config/theme.json");
    const search = this.#object("wmf-config/search.json");
    this.#text(search, "wmf-config/search.json", "backend");
    return {
      name: this.#text(names, "wmf-config/site.json", "name"),
      tagline: this.#text(names, "wmf-config/site.json", "tagline"),
      language: this.#text(names, "wmf-config/site.json", "language"),
      navigation: this.#rows("wmf-config/navigation.json", ["title", "href"]) as Link[],
      heading: this.#text(welcome, "wmf-config/welcome.json", "heading"),
      welcome: this.#text(welcome, "wmf-config/welcome.json", "text"),
      featured: {
        title: this.#text(featured, "wmf-config/featured.json", "title"),
        text: this.#text(featured, "wmf-config/featured.json", "text"),
        more: this.#text(featured, "wmf-config/featured.json", "more"),
      },
      accent: this.#matching(theme, "wmf-config/theme.json", "accent", colour),
      accentDark: this.#matching(theme, "wmf-config/theme.json", "accentDark", colour),
      corner: this.#matching(theme, "wmf-config/theme.json", "corner", length),
      searchPlaceholder: this.#text(search, "wmf-config/search.json", "placeholder"),
      languages: this.#rows("wmf-config/languages.json", ["code", "name"]) as Site["languages"],
      footer: this.#text(this.#object("wmf-config/footer.json"), "wmf-config/footer.json", "text"),
      notice: this.#notice(),
      seasonal: this.#seasonal(),
      thanks: this.#thanks(versions),
      thanksInHeader: this.#object("wmf-config/features.json")["thanksInHeader"] === true,
      template: await this.#template(),
    };
  }

  async #jsonFiles(): Promise<string[]> {
    const folders = ["wmf-config"];
    const versions = (await this.#names("")).filter((name) => name.startsWith("php-"));
    for (const version of versions) {
      for (const extension of await this.#names(`${version}/extensions`)) {
        const folder = `${version}/extensions/${extension}`;
        folders.push(folder, `${folder}/i18n`);
      }
    }
    const files = ["wikiversions.json"];
    for (const folder of folders) {
      for (const name of await this.#names(folder))
        if (name.endsWith(".json")) files.push(`${folder}/${name}`);
    }
    return files;
  }

  async #names(folder: string): Promise<string[]> {
    try {
      return (await readdir(join(this.#directory, folder))).sort();
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw cause;
    }
  }

  async #parse(file: string): Promise<void> {
    try {
      this.#values.set(file, JSON.parse(await readFile(join(this.#directory, file), "utf8")));
    } catch (cause) {
      this.faults.push(`${file}: ${isMissing(cause) ? "is missing" : (cause as Error).message}`);
      this.#values.set(file, null);
    }
  }

  #object(file: string): Settings {
    const value = this.#value(file);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Settings;
    if (value !== null) this.#unusable(file, "must be an object");
    return {};
  }

  /** Null for a file that has been reported already; what is missing in it is then no news. */
  #value(file: string): unknown {
    if (!this.#values.has(file)) this.#unusable(file, "is missing");
    return this.#values.get(file);
  }

  #unusable(file: string, reason: string): void {
    this.#fault(file, reason);
    this.#values.set(file, null);
  }

  #rows(file: string, keys: readonly string[]): Record<string, string>[] {
    const value = this.#value(file);
    if (!Array.isArray(value)) {
      if (value !== null) this.#unusable(file, "must be a list");
      return [];
    }
    return value.map((row: unknown, index) => {
      const settings = (typeof row === "object" && row !== null ? row : {}) as Settings;
      return Object.fromEntries(keys.map((key) => [key, this.#text(settings, `${file}[${index}]`, key)]));
    });
  }

  #text(settings: Settings, file: string, key: string): string {
    const value = settings[key];
    if (typeof value === "string" && value !== "") return value;
    if (this.#values.get(file) !== null) this.#fault(file, `"${key}" is missing`);
    return "";
  }

  #matching(settings: Settings, file: string, key: string, pattern: RegExp): string {
    const value = this.#text(settings, file, key);
    if (value !== "" && !pattern.test(value)) this.#fault(file, `"${key}" is not a valid value: ${value}`);
    return value;
  }

  #notice(): Site["notice"] {
    const file = "wmf-config/site-notice.json";
    const notice = this.#object(file);
    if (notice["enabled"] !== true) return null;
    return {
      tone: this.#matching(notice, file, "tone", /^(?:info|success|warning)$/),
      text: this.#text(notice, file, "text"),
    };
  }

  #seasonal(): Site["seasonal"] {
    const file = "wmf-config/seasonal.json";
    if (!this.#values.has(file)) return null;
    const seasonal = this.#object(file);
    const title = this.#text(seasonal, file, "title");
    const pages = Array.isArray(seasonal["pages"]) ? seasonal["pages"].map(String) : [];
    if (pages.length === 0) this.#fault(file, '"pages" is missing');
    return seasonal["show"] === true ? { title, pages } : null;
  }

  #thanks(versions: readonly string[]): Site["thanks"] {
    const file = versions
      .map((version) => `${version}/extensions/WikiLove/i18n/en.json`)
      .find((name) => this.#values.has(name));
    if (file === undefined) return null;
    const messages = this.#object(file);
    return {
      button: this.#text(messages, file, "wikilove-button"),
      description: this.#text(messages, file, "wikilove-description"),
      icon: this.#text(messages, file, "wikilove-icon"),
    };
  }

  async #template(): Promise<string> {
    try {
      return await readFile(join(this.#directory, "www/index.html"), "utf8");
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      this.#fault("www/index.html", "is missing");
      return "";
    }
  }

  #fault(file: string, reason: string): void {
    const fault = `${file}: ${reason}`;
    if (!this.faults.includes(fault)) this.faults.push(fault);
  }
}

const colour = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const length = /^\d{1,2}px$/;
