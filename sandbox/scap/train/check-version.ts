// Asks a server of production which version a wiki of the group runs, for up to ten seconds.
import { fetchPage } from "../fetch-page.ts";
import { errorText, PlainExit } from "../errors.ts";
import { pause, type Session } from "../session.ts";

const INTERVAL_MS = 1_000;
const ATTEMPTS_MAX = 10;
const RULE = "==================================================";

export async function checkVersion(session: Session, wiki: string, expected: string): Promise<void> {
  const server = session.settings.sandbox.servers.findLast(({ stage }) => stage === "production");
  if (server === undefined) throw new PlainExit("There is no production server");
  const path = `/wiki/Special:Version?wiki=${wiki}`;
  for (let attempt = 1; ; attempt += 1) {
    const actual = await session.interrupts.during(
      fetchPage(server, path).then(
        ({ content }) =>
          /MediaWiki (\d+\.\d+\.\d+-wmf\.\d+)/.exec(content)?.[1] ?? "Version not found on checked page",
        errorText,
      ),
    );
    const isExpected = actual === expected;
    const text = [
      RULE,
      `Checking version on ${server.url}${path}`,
      `Expected: ${expected}`,
      `Actual:   ${actual}`,
      `Result:   ${isExpected ? "SUCCESS" : "FAIL"}`,
      RULE,
    ].join("\n");
    if (isExpected) return session.out.info(text);
    session.out.error(text);
    if (attempt === ATTEMPTS_MAX) throw new PlainExit("Aborting: Could not verify version update");
    await pause(session, INTERVAL_MS);
  }
}
