// The review server's pages: the list of changes with a description of each, and one change with its diff. All text of a
// change is escaped, and no page contains a script.
import { escapeHtml } from "../http.ts";
import { currentPatchSet, type Change } from "./records.ts";
import type { Reviews } from "./reviews.ts";

export type ServerLink = { name: string; stage: string; url: string };

export async function indexPage(reviews: Reviews, servers: readonly ServerLink[]): Promise<string> {
  const rows = await Promise.all(
    reviews
      .changes()
      .toSorted((a, b) => a.number - b.number)
      .map(
        async (change) => `<tr>
<td><a href="/${change.number}">${change.number}</a></td>
<td>${await statusBadge(reviews, change)}</td>
<td><a href="/${change.number}">${escapeHtml(currentPatchSet(change).subject)}</a>
<div class="quiet">${escapeHtml(change.effect ?? "")}</div></td>
<td class="quiet">${escapeHtml(shortProject(change.project))}<br>${escapeHtml(change.branch)}</td>
<td class="quiet">${escapeHtml(reviews.account(change.owner).name)}</td>
</tr>`,
      ),
  );
  const links = servers.map(
    ({ name, stage, url }) =>
      `<a href="${escapeHtml(url)}">${escapeHtml(name)}</a> <span class="quiet">${escapeHtml(stage)}</span>`,
  );
  return page(
    "Changes",
    `<h1>Changes</h1>
<p>Changes for trial deployments. Enter a number in SpiderPig, or open a change to see its diff.</p>
${links.length === 0 ? "" : `<p class="servers">Servers: ${links.join(" · ")}</p>`}
<div class="scroll" tabindex="0"><table><thead><tr><th>Number<th>Status<th>Change<th>Project, branch<th>Owner</thead>
<tbody>${rows.join("")}</tbody></table></div>
<form method="post" action="/sandbox/reset" class="reset"><button>Reset the sandbox</button>
<span class="quiet">Restores the initial state of all changes, repositories and servers. Not possible during a deployment.</span></form>`,
  );
}

export async function changePage(reviews: Reviews, change: Change): Promise<string> {
  const patchSet = currentPatchSet(change);
  const repository = reviews.repository(change.project);
  const diff = await repository.diff(patchSet.commit);
  const votes = change.votes.map(
    (vote) =>
      `${vote.label} ${vote.value > 0 ? "+" : ""}${vote.value} by ${reviews.account(vote.account).name}`,
  );
  const facts: [string, string][] = [
    ["Owner", escapeHtml(reviews.account(change.owner).name)],
    ["Project", escapeHtml(change.project)],
    ["Branch", escapeHtml(change.branch)],
    ["Patch set", String(patchSet.number)],
    ["Commit", `<code>${patchSet.commit}</code>`],
    ["Change-Id", `<code>${change.changeId}</code>`],
    ["Votes", escapeHtml(votes.join(", ") || "none")],
    ["Updated", `${change.updated.slice(0, 16).replace("T", " ")} UTC`],
  ];
  return page(
    `${change.number}: ${patchSet.subject}`,
    `<p><a href="/">All changes</a></p>
<h1><span class="quiet">${change.number}</span> ${escapeHtml(patchSet.subject)}</h1>
<p>${await statusBadge(reviews, change)} ${escapeHtml(change.effect ?? "")}</p>
<dl>${facts.map(([name, html]) => `<dt>${name}</dt><dd>${html}</dd>`).join("")}</dl>
<h2>Message</h2>
<pre tabindex="0">${escapeHtml(patchSet.message)}</pre>
<h2>Diff</h2>
${diffHtml(diff)}
<h2>History</h2>
<ol class="log">${change.messages
      .map(
        ({ date, account, text }) =>
          `<li><span class="quiet">${date.slice(0, 16).replace("T", " ")} ${escapeHtml(reviews.account(account).name)}</span><div>${escapeHtml(text)}</div></li>`,
      )
      .join("")}</ol>`,
  );
}

export function notFoundPage(path: string): string {
  return page(
    "Not found",
    `<h1>Page not found</h1><p><code>${escapeHtml(path)}</code> does not exist.</p><p><a href="/">All changes</a></p>`,
  );
}

async function statusBadge(reviews: Reviews, change: Change): Promise<string> {
  const [kind, text] = await statusOf(reviews, change);
  return `<span class="badge ${kind}">${text}</span>`;
}

async function statusOf(reviews: Reviews, change: Change): Promise<[string, string]> {
  if (change.status === "MERGED") return ["good", "Merged"];
  if (change.status === "ABANDONED") return ["gone", "Abandoned"];
  if (change.gateDue !== null) return ["busy", "Tests running"];
  if (change.workInProgress) return ["gone", "Work in progress"];
  return (await reviews.isMergeable(change)) ? ["open", "Open"] : ["bad", "Merge conflict"];
}

function diffHtml(diff: string): string {
  const lines = diff.split("\n").map((line) => {
    const kind = /^(?:diff |index |--- |\+\+\+ |new file|deleted file)/.test(line)
      ? "head"
      : ({ "+": "add", "-": "del", "@": "hunk" }[line[0] ?? ""] ?? "same");
    return `<span class="${kind}">${escapeHtml(line)}</span>`;
  });
  return `<pre class="diff" tabindex="0">${lines.join("\n")}</pre>`;
}

function shortProject(project: string): string {
  return project.replace(/^mediawiki\//, "");
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} – Code review</title>
<style>${STYLES}</style>
</head>
<body><header><a href="/">Code review</a></header><main>${body}</main></body>
</html>
`;
}

const STYLES = `
:root { --text: #202122; --quiet: #54595d; --page: #fff; --panel: #f8f9fa; --line: #c8ccd1; --link: #36c;
  --good: #14866d; --bad: #bf3c2c; --busy: #886425; --open: #36c; --added: #d5fdf4; --removed: #fee7e6; }
@media (prefers-color-scheme: dark) { :root { --text: #eaecf0; --quiet: #a2a9b1; --page: #101418; --panel: #1a1f25;
  --line: #404750; --link: #88a3e8; --good: #2cb491; --bad: #fd7865; --busy: #ca982e; --open: #88a3e8;
  --added: #10382f; --removed: #4a1d1a; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
header { padding: 12px 16px; border-bottom: 1px solid var(--line); background: var(--panel); font-weight: 600; }
header a { color: inherit; text-decoration: none; }
main { max-width: 1120px; margin: 0 auto; padding: 16px; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.125rem; margin-top: 2rem; }
a { color: var(--link); } .quiet { color: var(--quiet); font-size: .875rem; font-weight: 400; }
.scroll { overflow-x: auto; margin: 16px 0; } table { border-collapse: collapse; width: 100%; min-width: 640px; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: 8px; border-bottom: 1px solid var(--line); }
td:nth-child(3) { min-width: 280px; overflow-wrap: anywhere; }
.badge { white-space: nowrap; font-size: .875rem; border: 1px solid; border-radius: 2px; padding: 1px 6px; }
.good { color: var(--good); } .bad { color: var(--bad); } .busy { color: var(--busy); } .open { color: var(--open); } .gone { color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; } dt { color: var(--quiet); } dd { margin: 0; }
pre { background: var(--panel); border: 1px solid var(--line); padding: 12px; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; overflow-wrap: normal; }
.diff span { display: inline-block; min-width: 100%; } .add { background: var(--added); } .del { background: var(--removed); }
.head, .hunk { color: var(--quiet); } .log { padding-left: 1.25rem; } .log div { white-space: pre-wrap; margin-bottom: 8px; }
button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 2px; padding: 5px 10px; cursor: pointer; } .reset { margin-top: 2rem; }
`;
