// Reads and validates the deployed settings of a server. The front page and the health check share this, so a server never
// shows a page from settings that its check would reject.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isMissing } from "../files.ts";

/** The wiki whose front page the servers show. */
export const MAIN_WIKI = "orchardwiki";

const text = z.string({ error: "is missing" }).min(1, "is missing");
const colour = text.regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, "is not a valid value");

const SCHEMAS = {
  "wikiversions.json": z
    .record(z.string(), text)
    .refine((wikis) => Object.keys(wikis).length > 0, "is empty"),
  "wmf-config/site.json": z.object({ name: text, tagline: text, language: text }),
  "wmf-config/navigation.json": z.array(z.object({ title: text, href: text })),
  "wmf-config/welcome.json": z.object({ heading: text, text }),
  "wmf-config/featured.json": z.object({ title: text, text, more: text }),
  "wmf-config/theme.json": z.object({
    accent: colour,
    accentDark: colour,
    corner: text.regex(/^\d{1,2}px$/, "is not a valid value"),
  }),
  "wmf-config/search.json": z.object({ backend: text, placeholder: text }),
  "wmf-config/languages.json": z.array(z.object({ code: text, name: text })),
  "wmf-config/footer.json": z.object({ text }),
  "wmf-config/site-notice.json": z.discriminatedUnion("enabled", [
    z.object({ enabled: z.literal(false) }),
    z.object({ enabled: z.literal(true), tone: z.enum(["info", "success", "warning"]), text }),
  ]),
};
const seasonalSchema = z.object({ show: z.boolean(), title: text, pages: z.array(text).min(1) });
const thanksSchema = z.object({
  "wikilove-button": text,
  "wikilove-description": text,
  "wikilove-icon": text,
});

/** The template, and the content of each file by its name. */
export type Site = { [File in keyof typeof SCHEMAS]: z.infer<(typeof SCHEMAS)[File]> } & {
  seasonal: z.infer<typeof seasonalSchema> | undefined;
  thanks: z.infer<typeof thanksSchema> | undefined;
  template: string;
};

/** Validates a whole release; every error starts with the name of its file. */
export async function readSite(
  directory: string,
): Promise<{ site: Site; errors: [] } | { site: undefined; errors: string[] }> {
  const errors: string[] = [];
  const files = new Map<string, unknown>();
  for (const file of await jsonFiles(directory)) {
    try {
      files.set(file, JSON.parse(await readFile(join(directory, file), "utf8")));
    } catch (cause) {
      errors.push(`${file}: ${isMissing(cause) ? "is missing" : (cause as Error).message}`);
    }
  }
  const check = <Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> | undefined => {
    if (!files.has(file)) {
      if (!errors.some((error) => error.startsWith(`${file}: `))) errors.push(`${file}: is missing`);
      return undefined;
    }
    const parsed = schema.safeParse(files.get(file));
    for (const { path, message } of parsed.error?.issues ?? []) {
      errors.push(`${[file, ...path].join(".")}: ${message}`);
    }
    return parsed.data;
  };

  const settings = Object.entries(SCHEMAS).map(([file, schema]) => [file, check(file, schema)]);
  const optional = <Schema extends z.ZodType>(file: string | undefined, schema: Schema) =>
    file === undefined || !files.has(file) ? undefined : check(file, schema);
  const seasonal = optional("wmf-config/seasonal.json", seasonalSchema);
  const thanks = optional(mainWikiFile(files, "extensions/WikiLove/i18n/en.json"), thanksSchema);
  const template = await readFile(join(directory, "www/index.html"), "utf8").catch(() => undefined);
  if (template === undefined) errors.push("www/index.html: is missing");
  if (errors.length > 0) return { site: undefined, errors };
  return { site: { ...Object.fromEntries(settings), seasonal, thanks, template } as Site, errors: [] };
}

/** The file of the version that the main wiki runs, or of another version if that one does not have it. */
function mainWikiFile(files: ReadonlyMap<string, unknown>, path: string): string | undefined {
  const versions = files.get("wikiversions.json") as Record<string, unknown> | undefined;
  const own = `${String(versions?.[MAIN_WIKI])}/${path}`;
  return files.has(own) ? own : [...files.keys()].find((file) => file.endsWith(`/${path}`));
}

/** All JSON files of the configuration and of the extensions. */
async function jsonFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true });
  return entries
    .filter((name) => /^(wmf-config|php-[^/]+\/extensions)\/.*\.json$/.test(name))
    .sort()
    .concat("wikiversions.json");
}
