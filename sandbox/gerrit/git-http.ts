// Serves the repositories over git's HTTP protocol, for reading: what a change's `fetch` names can really be
// fetched, and anybody can clone the small world. Pushing is refused; changes move through the REST calls.
import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { readBody, send, sendText } from "../http.ts";
import { runGit } from "./git.ts";

export type GitCall = { project: string; call: "info/refs" | "git-upload-pack" };

const service = "git-upload-pack";
const unzippedBytesMax = 10_000_000;

/** What a path asks of git, or null when it is none of git's business. */
export function gitCallOf(path: string): GitCall | null {
  const match = /^\/(?:a\/)?(.+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/.exec(path);
  const [, project, call] = match ?? [];
  if (project === undefined || call === undefined) return null;
  return { project, call: call === "info/refs" ? call : service };
}

export async function answerGit(
  { call }: GitCall,
  repository: string,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const environment = protocolOf(request);
  if (call === "info/refs") {
    if (url.searchParams.get("service") !== service) {
      sendText(response, 403, "Pushing is not possible here; changes are made through the REST interface.\n");
      return;
    }
    const args = [...uploadPack, "--advertise-refs", repository];
    const { output } = await runGit(args, { environment });
    const announcement = environment["GIT_PROTOCOL"] === undefined ? `001e# service=${service}\n0000` : "";
    const body = Buffer.concat([Buffer.from(announcement), output]);
    send(response, 200, `application/x-${service}-advertisement`, body);
    return;
  }
  const body = await readBody(request);
  if (body === null) return sendText(response, 413, "Request body is too large\n");
  const zipped = request.headers["content-encoding"] === "gzip";
  const input = zipped ? gunzipSync(body, { maxOutputLength: unzippedBytesMax }) : body;
  const { output } = await runGit([...uploadPack, repository], { environment, input });
  send(response, 200, `application/x-${service}-result`, output);
}

const uploadPack = ["-c", "uploadpack.allowAnySHA1InWant=true", "upload-pack", "--stateless-rpc"];

function protocolOf(request: IncomingMessage): Record<string, string> {
  const asked = request.headers["git-protocol"];
  return typeof asked === "string" && /^version=\d$/.test(asked) ? { GIT_PROTOCOL: asked } : {};
}
