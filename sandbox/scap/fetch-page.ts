// One GET request to a server of the sandbox.
import { get } from "node:http";

const TIMEOUT_MS = 5_000;

export function fetchPage(
  { url }: { url: string },
  path: string,
): Promise<{ status: number; content: string }> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}`, { timeout: TIMEOUT_MS, agent: false }, (response) => {
      let content = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (content += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, content }));
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on("error", reject);
  });
}
