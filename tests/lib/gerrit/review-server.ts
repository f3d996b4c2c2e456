// A fake Gerrit. Special change numbers make it respond like a Gerrit that is misconfigured, behind another service, or
// unreachable.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Numbers with a special response; every other number is a change of project `p`. */
export const ODD = {
  signInPage: 1,
  redirect: 2,
  wrongPath: 3,
  refusedQuery: 4,
  projectWithMarks: 5,
  twoProjects: 6,
  cutConnection: 7,
  cutJson: 8,
  noGuard: 9,
  forbidden: 10,
  unknownForm: 11,
  error: 12,
  silence: 13,
  endless: 14,
  missing: 15,
} as const;

export const MARKED_PROJECT = "C#-samples/what?";
const GUARD = ")]}'\n";

type Info = Record<string, unknown> & { _number: number };

function aChange(number: number, facts: Record<string, unknown> = {}): Info {
  return {
    _number: number,
    project: "p",
    branch: "main",
    subject: `Subject ${number}`,
    status: "NEW",
    ...facts,
  };
}

export type ReviewServer = { url: string; asked: string[]; close(): Promise<void> };

export async function startReviewServer(): Promise<ReviewServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const url = new URL(request.url ?? "/", "http://review");
    const numbers = [...(url.searchParams.get("q") ?? "").matchAll(/change:(\d+)/g)].map(([, digits]) =>
      Number(digits),
    );
    answer(numbers, Number(url.searchParams.get("n")), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(numbers: readonly number[], limit: number, response: ServerResponse): void {
  const send = (status: number, body: string, headers: Record<string, string> = {}) =>
    response.writeHead(status, headers).end(body);
  switch (numbers[0]) {
    case ODD.signInPage:
      return void send(200, "<!doctype html><title>Sign in</title>", {
        "content-type": "text/html; charset=utf-8",
      });
    case ODD.redirect:
      return void send(302, "", { location: "/login?token=abc" });
    case ODD.wrongPath:
      return void send(404, "Not Found");
    case ODD.refusedQuery:
      return void send(400, `too many\u001b[31m terms${" in query".repeat(100)}`);
    case ODD.cutConnection:
      response.writeHead(200, { "content-length": "1000" });
      response.write(`${GUARD}[{"_num`, () => response.destroy());
      return;
    case ODD.cutJson:
      return void send(200, `${GUARD}[{"_number": 8`);
    case ODD.noGuard:
      return void send(200, JSON.stringify([aChange(9)]));
    case ODD.forbidden:
      return void send(403, "Forbidden");
    case ODD.unknownForm:
      return void send(200, `${GUARD}{"changes":[]}`);
    case ODD.error:
      return void send(503, "Service Unavailable");
    case ODD.silence:
      return;
    case ODD.endless:
      response.writeHead(200);
      return flood(response);
    case undefined:
    default:
      return void send(200, GUARD + JSON.stringify(numbers.flatMap(changesOf).slice(0, limit)));
  }
}

function changesOf(number: number): Info[] {
  if (number === ODD.missing) return [];
  if (number === ODD.projectWithMarks) return [aChange(number, { project: MARKED_PROJECT })];
  if (number === ODD.twoProjects) return ["one", "two"].map((project) => aChange(number, { project }));
  return [aChange(number)];
}

function flood(response: ServerResponse): void {
  const part = `${GUARD}${" ".repeat(1024 * 1024)}`;
  const more = () => {
    while (!response.destroyed && response.write(part));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
}
