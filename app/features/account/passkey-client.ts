"use client";
// Passkeys in the browser: asks for one, or creates one, with what the server sent.
import type { z } from "zod";
import type { createdPasskey, passkeyAnswer } from "#lib/contract/second-factor.ts";
import { ApiError, call } from "../../client/api.ts";

type Options = Record<string, unknown>;

/** Why passkeys cannot be used here: they belong to a host name, not to an IP address, and need a current browser. */
export function passkeyObstacle(host: string): "address" | "browser" | undefined {
  if (window.location.hostname !== host) return "address";
  const isSupported =
    typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
  return isSupported ? undefined : "browser";
}

export function canUsePasskeys(host: string): boolean {
  return passkeyObstacle(host) === undefined;
}

/** @throws ApiError when the person cancels, or has no passkey here. */
export async function askForPasskey(): Promise<z.input<typeof passkeyAnswer>> {
  const options: Options = await call("POST /api/auth/passkey-request", {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return credentialOf(() => navigator.credentials.get({ publicKey })) as Promise<
    z.input<typeof passkeyAnswer>
  >;
}

/** @throws ApiError when the person cancels, or has added this passkey already. */
export async function createPasskey(): Promise<z.input<typeof createdPasskey>> {
  const options: Options = await call("POST /api/account/passkey-creation", {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return credentialOf(() => navigator.credentials.create({ publicKey })) as Promise<
    z.input<typeof createdPasskey>
  >;
}

async function credentialOf(request: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await request();
    if (credential instanceof PublicKeyCredential) return credential.toJSON();
  } catch (cause) {
    const isKnown = cause instanceof DOMException && cause.name === "InvalidStateError";
    throw isKnown
      ? new ApiError(
          { code: "passkey_known", title: "This device already has a passkey for your account." },
          cause,
        )
      : noPasskey(cause);
  }
  throw noPasskey();
}

function noPasskey(cause?: unknown): ApiError {
  const detail = "The browser returned none. Nothing was changed.";
  return new ApiError({ code: "no_passkey", title: "No passkey was used.", detail }, cause);
}
