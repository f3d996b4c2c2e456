// What the holder says became of an answer, as it is kept in the history and shown to people.
import type { SettledDelivery } from "#lib/domain/interaction.ts";
import type { TypeResult } from "../holder/protocol/messages.ts";

/** `typed` results as they are kept in the history. */
export const DELIVERY_OF: Record<TypeResult, SettledDelivery> = {
  consumed: "consumed",
  already_typed: "consumed",
  not_consumed: "not_consumed",
  not_reading: "undelivered",
  echo_on: "undelivered",
  invalid: "undelivered",
};

export const WHY_NOT: Partial<Record<TypeResult, string>> = {
  not_consumed: "scap did not read it within two seconds; it was taken back",
  not_reading: "scap no longer waited for input",
  echo_on: "the terminal would have shown the secret",
  invalid: "the text cannot be typed",
};
