// How much JavaScript a browser without a cache loads before a page is interactive. What a page loads when it is used, such as
// dialogs, menus and the player of recordings, does not count.
import { untilEnded } from "../installation/jobs.ts";
import type { Row } from "../measure/result.ts";
import type { Benchmark } from "./benchmark.ts";

const KB = 1000;
const JOB_PAGE_KB_MAX = 200;

export const pageScripts: Benchmark = {
  number: 15,
  name: "JavaScript of the pages",
  async run(installation) {
    const { client } = installation;
    await installation.startWorker(["/bin/sh", "-c", "echo one line"]);
    const { job } = await client.createJob();
    await untilEnded(installation, job.id);
    const kilobytes = async (path: string): Promise<number> => {
      const { text } = await client.send("GET", path);
      const scripts = new Set(
        [...text.matchAll(/<script[^>]+src="([^"]+)"(?![^>]*nomodule)/gi)].map(([, src]) => src),
      );
      const sizes = await Promise.all([...scripts].map((src) => client.transferSize(src ?? "")));
      return sizes.reduce((sum, size) => sum + size, 0) / KB;
    };
    const row = (name: string, kb: number): Row => ({ benchmark: 15, name, unit: "kB", p50: kb, n: 1 });
    const jobPage = await kilobytes(`/jobs/${job.id}`);
    return [
      {
        ...row("JavaScript of the job page, compressed", jobPage),
        target: `≤ ${JOB_PAGE_KB_MAX}`,
        ok: jobPage <= JOB_PAGE_KB_MAX,
      },
      row("JavaScript of the home page, compressed", await kilobytes("/")),
    ];
  },
};
