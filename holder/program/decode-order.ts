// Decodes and validates orders of clients, without a library and only here: the rest of the holder can rely on their shape. A client that
// sends anything else does not speak this protocol.

import { FRAME, MalformedFrame, type Frame } from "../protocol/frames.ts";
import { REPLY_LENGTH_MAX, type Order, type SignalKind } from "../protocol/messages.ts";

const ID_LENGTH_MAX = 200;
/** Longer than the longest line that can be typed; a text that is too long for the terminal gets the result `invalid`. */
const TEXT_LENGTH_MAX = 64 * 1024;

/** @throws MalformedFrame when a client sends something that is not an order. */
export function decodeOrder(frame: Frame): Order {
  const fields = readFields(frame.payload);
  switch (frame.kind) {
    case FRAME.attach:
      return {
        order: "attach",
        fromPosition: integer(fields, "fromPosition"),
        epoch: integer(fields, "epoch"),
      };
    case FRAME.type:
      return {
        order: "type",
        interactionId: text(fields, "interactionId", ID_LENGTH_MAX),
        readId: integer(fields, "readId"),
        text: text(fields, "text", TEXT_LENGTH_MAX),
        secret: fields.get("secret") === true,
        by: text(fields, "by", ID_LENGTH_MAX),
        epoch: integer(fields, "epoch"),
      };
    case FRAME.signal:
      return {
        order: "signal",
        signalId: text(fields, "signalId", ID_LENGTH_MAX),
        kind: signalKind(fields),
        by: text(fields, "by", ID_LENGTH_MAX),
        epoch: integer(fields, "epoch"),
      };
    case FRAME.resize:
      return {
        order: "resize",
        columns: integer(fields, "columns"),
        rows: integer(fields, "rows"),
        epoch: integer(fields, "epoch"),
      };
    case FRAME.reply:
      return {
        order: "reply",
        position: integer(fields, "position"),
        text: text(fields, "text", REPLY_LENGTH_MAX),
        epoch: integer(fields, "epoch"),
      };
    case FRAME.ping:
      return { order: "ping", pingId: integer(fields, "pingId") };
    default:
      throw new MalformedFrame(`frame kind ${frame.kind} is not an order`);
  }
}

function readFields(payload: Buffer): Map<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString("utf8"));
  } catch (cause) {
    throw new MalformedFrame("an order is not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedFrame("an order is not an object");
  }
  return new Map(Object.entries(value));
}

function integer(fields: Map<string, unknown>, name: string): number {
  const value = fields.get(name);
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new MalformedFrame(`${name} is not a non-negative integer`);
  }
  return value;
}

function text(fields: Map<string, unknown>, name: string, lengthMax: number): string {
  const value = fields.get(name);
  if (typeof value !== "string" || value.length > lengthMax) {
    throw new MalformedFrame(`${name} is not a text of at most ${lengthMax} characters`);
  }
  return value;
}

function signalKind(fields: Map<string, unknown>): SignalKind {
  const kind = fields.get("kind");
  if (kind === "interrupt" || kind === "interrupt_group" || kind === "terminate" || kind === "kill") {
    return kind;
  }
  throw new MalformedFrame("kind is not a kind of signal");
}
