// Carries out the orders of clients. Orders carry the epoch of the client's lease; once a higher epoch has been seen, clients with a
// lower one are sent `stale` and disconnected.
import { messageOf } from "../protocol/errors.ts";
import { encodeJson, FRAME } from "../protocol/frames.ts";
import type { Attached, Order, Signalled, Typed } from "../protocol/messages.ts";
import { decodeOrder } from "./decode-order.ts";
import { type Client, disconnectStale, refuse, send, serve, type Service } from "./server-clients.ts";

export function receiveOrders(service: Service, client: Client, chunk: Buffer): void {
  try {
    for (const frame of client.frames.push(chunk)) {
      if (!client.socket.destroyed) {
        handleOrder(service, client, decodeOrder(frame));
      }
    }
  } catch (error) {
    const message = messageOf(error);
    service.log("a client was disconnected", { error: message });
    refuse(client, message);
  }
}

function handleOrder(service: Service, client: Client, order: Order): void {
  if (order.order === "attach") {
    attach(service, client, order.fromPosition, order.epoch);
    return;
  }
  if (client.epoch === undefined) {
    refuse(client, "attach first");
    return;
  }
  if (order.order === "ping") {
    send(client, encodeJson(FRAME.pong, { pingId: order.pingId }, Date.now()));
    return;
  }
  if (client.epoch === 0 || order.epoch === 0) {
    refuse(client, "epoch 0 is read-only");
  } else if (admit(service, client, order.epoch)) {
    client.epoch = order.epoch;
    execute(service, client, order);
  }
}

function attach(service: Service, client: Client, fromPosition: number, epoch: number): void {
  if (client.epoch !== undefined) {
    refuse(client, "attached already");
    return;
  }
  if (epoch > 0 && !admit(service, client, epoch)) return;
  try {
    // A position that is not the beginning of a record is refused before anything is sent.
    if (fromPosition !== service.journal.end) {
      service.journal.read(fromPosition);
    }
  } catch (error) {
    refuse(client, messageOf(error));
    return;
  }
  client.epoch = epoch;
  client.position = fromPosition;
  const attached: Attached = { ...service.describe(), fromPosition, endPosition: service.journal.end };
  send(client, encodeJson(FRAME.attached, attached, Date.now()));
  if (service.journalError !== undefined) {
    send(client, service.journalError);
  }
  // An earlier connection may have reported a read to this worker, which would consider it still open.
  if (service.reading === undefined && service.endedReadId > 0) {
    send(client, encodeJson(FRAME.notReading, { readId: service.endedReadId }, Date.now()));
  }
  serve(service, client);
}

/** Whether an epoch is still valid. A higher one disconnects every client with a lower one. */
function admit(service: Service, client: Client, epoch: number): boolean {
  if (epoch < service.epoch) {
    disconnectStale(service, client);
    return false;
  }
  if (epoch > service.epoch) {
    service.epoch = epoch;
    for (const other of service.clients) {
      if (other !== client && other.epoch !== undefined && other.epoch > 0 && other.epoch < epoch) {
        disconnectStale(service, other);
      }
    }
  }
  return true;
}

function execute(
  service: Service,
  client: Client,
  order: Exclude<Order, { order: "attach" | "ping" }>,
): void {
  const handlers = service.handlers;
  switch (order.order) {
    case "type":
      void handlers.type(order).then((typed) => answer(service, client, FRAME.typed, typed));
      break;
    case "signal":
      void handlers.signal(order).then((signalled) => answer(service, client, FRAME.signalled, signalled));
      break;
    case "resize":
      handlers.resize(order.columns, order.rows);
      break;
    case "reply":
      handlers.reply(order);
      break;
  }
}

function answer(service: Service, client: Client, kind: number, answer: Typed | Signalled): void {
  // The record of what was done comes first, for a client that does not lag behind.
  serve(service, client);
  send(client, encodeJson(kind, answer, Date.now()));
}
