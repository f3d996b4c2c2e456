// The body of a webhook message in each template. Pure. Questions and subjects come from outside, so each template escapes
// what its chat would interpret: links, formatting, and mentions that would notify a whole room.
import { visibleText } from "./visible-text.ts";
import type { WebhookJob, WebhookPayload, WebhookTemplate } from "./webhook.ts";

export type WebhookMessage = { contentType: string; body: string };

/** The chat text of a message, and the page that it links to. */
type Notice = { text: string; link: { label: string; url: string } };

const JSON_TYPE = "application/json";
/** Below the 512 bytes of a line of IRC, with the name of the channel and the prefix that the server adds. */
const IRC_BYTES_MAX = 400;

/** @param publicUrl of the pages, without a slash at the end. */
export function webhookMessage(
  template: WebhookTemplate,
  payload: WebhookPayload,
  publicUrl: string,
): WebhookMessage {
  const notice = noticeOf(payload, publicUrl);
  const { text, link } = notice;
  switch (template) {
    case "standard":
      return { contentType: JSON_TYPE, body: JSON.stringify(standardBody(payload, link.url)) };
    case "slack": {
      const line = `${escapeSlack(text)} <${link.url}|${link.label}>`;
      return { contentType: JSON_TYPE, body: JSON.stringify({ text: line }) };
    }
    case "mattermost": {
      const line = `${escapeMarkdown(text)} [${link.label}](${link.url})`;
      return { contentType: JSON_TYPE, body: JSON.stringify({ text: line }) };
    }
    case "matrix": {
      const html = `${escapeHtml(silent(text))} <a href="${escapeHtml(link.url)}">${link.label}</a>`;
      return {
        contentType: JSON_TYPE,
        body: JSON.stringify({ text: `${silent(text)} ${link.url}`, html }),
      };
    }
    case "irc":
      return { contentType: "text/plain; charset=utf-8", body: ircLine(notice) };
  }
}

function standardBody({ type, timestamp, data }: WebhookPayload, url: string): object {
  return { type, timestamp, data: { ...data, url } };
}

function noticeOf(payload: WebhookPayload, publicUrl: string): Notice {
  return { text: visibleText(sentenceOf(payload)).replaceAll(/\s+/g, " "), link: linkOf(payload, publicUrl) };
}

function linkOf(payload: WebhookPayload, publicUrl: string): Notice["link"] {
  if ("job" in payload.data) {
    const { id } = payload.data.job;
    const anchor = "question" in payload.data ? `#question-${payload.data.question.id}` : "";
    return { label: `Job ${id}`, url: `${publicUrl}/jobs/${id}${anchor}` };
  }
  if (payload.type === "test") return { label: "Webhooks", url: `${publicUrl}/admin/webhooks` };
  return { label: "SpiderPig", url: publicUrl };
}

function sentenceOf(payload: WebhookPayload): string {
  switch (payload.type) {
    case "question.asked": {
      const { job, question } = payload.data;
      return `${named(job)} is waiting for input: ${question.title}`;
    }
    case "question.reminded": {
      const { job, question, reminder } = payload.data;
      return `${named(job)} is still waiting for input (reminder ${reminder}): ${question.title}`;
    }
    case "question.answered": {
      const { job, question, answer } = payload.data;
      const option = answer.option === null ? "" : ` “${answer.option}”`;
      return `${answer.by} answered${option} in job ${job.id}: ${question.title}`;
    }
    case "job.started":
      return `${named(payload.data.job)} has started.`;
    case "job.ended": {
      const { job, outcome, reached } = payload.data;
      const where = reached === "nowhere" ? "" : `, reached: ${reached}`;
      return `${named(job)} has ended: ${outcome.replaceAll("_", " ")}${where}.`;
    }
    case "lane.frozen": {
      const { lane, by, reason, until } = payload.data;
      return `${by} froze the lane ${lane}${until === null ? "" : ` until ${until}`}: ${reason}`;
    }
    case "lane.unfrozen":
      return `${payload.data.by} unfroze the lane ${payload.data.lane}.`;
    case "test":
      return `This is a test of the webhook “${payload.data.webhook}”.`;
  }
}

/** For example `Job 12 (backport 1234 “Fix the thing” and 2 more, alice)`. */
function named({ id, operation, requestedBy, changes, changeCount }: WebhookJob): string {
  const [first] = changes;
  const change = first === undefined ? "" : ` ${first.number} “${first.subject}”`;
  const more = changeCount > 1 ? ` and ${changeCount - 1} more` : "";
  return `Job ${id} (${operation}${change}${more}, ${requestedBy})`;
}

/** Slack interprets nothing else of the text as a link, a mention or a command. */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escapeMarkdown(text: string): string {
  return silent(text).replaceAll(/[\\`*_{}[\]()#!|~>]/g, String.raw`\$&`);
}

function escapeHtml(text: string): string {
  return escapeSlack(text).replaceAll('"', "&quot;");
}

/** With a word joiner, which is not visible, after each @: `@all` and `@room` would notify everyone. */
function silent(text: string): string {
  return text.replaceAll("@", "@\u2060");
}

/** One line without control characters, which IRC interprets as formatting and commands; the link is never cut. */
function ircLine({ text, link }: Notice): string {
  const room = Math.max(IRC_BYTES_MAX - Buffer.byteLength(` ${link.url}`), 0);
  const bytes = Buffer.from(text);
  if (bytes.length <= room) return `${text} ${link.url}`;
  // The cut may be inside a character.
  const cut = bytes.subarray(0, Math.max(room - Buffer.byteLength("…"), 0)).toString("utf8");
  return `${cut.replace(/\ufffd+$/, "")}… ${link.url}`;
}
