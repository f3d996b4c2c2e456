// Random malformed requests: parts of valid and malformed ones, combined and damaged.
import type { Endpoint } from "#lib/contract/endpoint.ts";
import { endpoints } from "#lib/contract/endpoints.ts";
import { type Random, randomFrom } from "../chaos/random.ts";
import {
  BODIES,
  HEADERS,
  malformedRequests,
  QUERIES,
  type RawRequest,
  SEGMENTS,
} from "./malformed-requests.ts";

const METHODS = [
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "TRACE",
  "get",
  "",
  "G\u00cbT",
] as const;
const PAGES = [
  "/",
  "/jobs/1",
  "/history",
  "/changes/1",
  "/people/x",
  "/sign-in",
  "/_next/image",
  "/_next/data/x",
] as const;
const DAMAGED_MAX = 4;
const PIECES_MAX = 3;

/** @param credentials header lines of callers. @param seed the same requests for the same seed. */
export function randomRequests(seed: number, credentials: readonly string[]): () => RawRequest {
  const random = randomFrom(seed);
  const all: readonly Endpoint[] = Object.values(endpoints);
  return () => {
    const endpoint = pickOf(random, all);
    const { method, path } = endpoint;
    const by = random.chance(0.7) ? [pickOf(random, credentials)] : [];
    const listed = malformedRequests(endpoint, random.between(0, HEADERS.length), by[0] ?? "");
    if (listed.length > 0 && random.chance(0.3)) return damaged(random, pickOf(random, listed));
    const isPage = random.chance(0.15);
    const target = isPage ? random.pick(PAGES) : path.replaceAll(/\{\w+\}/g, () => segment(random));
    const request = {
      method: random.chance(0.7) ? method : random.pick(METHODS),
      target: target + Array.from({ length: random.between(0, 2) }, () => pickOf(random, QUERIES)).join("&"),
      headers: [
        ...by,
        ...Array.from({ length: random.between(0, PIECES_MAX) }, () => pickOf(random, HEADERS)),
      ],
      ...(random.chance(0.5) ? { body: pickOf(random, BODIES) } : {}),
    };
    return random.chance(0.3) ? damaged(random, request) : request;
  };
}

function segment(random: Random): string {
  return random.chance(0.4) ? String(random.between(-1, 3)) : pickOf(random, SEGMENTS);
}

/** Some characters are other ones, removed or repeated. Credentials stay, so that not every request ends at the sign-in. */
function damaged(random: Random, request: RawRequest): RawRequest {
  const { target, body } = request;
  if (body !== undefined && random.chance(0.5)) return { ...request, body: damage(random, body) };
  // A line break would end the request line.
  return { ...request, target: damage(random, target).replaceAll(/[\r\n]/g, "") };
}

function damage(random: Random, text: string): string {
  const characters = Array.from(text);
  for (let count = random.between(1, DAMAGED_MAX); count > 0; count -= 1) {
    const at = random.between(0, characters.length);
    const piece = String.fromCodePoint(
      random.pick([random.between(1, 127), random.between(128, 0xd7ff), 0xfffd]),
    );
    const repeated = random.chance(0.1) ? piece.repeat(random.between(2, 9000)) : piece;
    characters.splice(at, random.between(0, 2), repeated);
  }
  return characters.join("");
}

function pickOf<T>(random: Random, items: readonly T[]): T {
  const item = items[random.between(0, items.length - 1)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
