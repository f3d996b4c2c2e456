// What a sign-in remembers while the browser is at the identity provider, in an encrypted cookie: the response is accepted
// only in the browser that began, within ten minutes, and the cookie is removed with the first response.
import { z } from "zod";
import { open, seal } from "./sealed.ts";

const MAX_AGE_SECONDS = 10 * 60;

const flowSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  /** The page to open afterwards, a path of this site. */
  next: z.string(),
  expiresAt: z.number(),
});
export type SignInFlow = Omit<z.infer<typeof flowSchema>, "expiresAt">;

type CookieSettings = { secret: string; publicUrl: string };

/** A `Set-Cookie` header. */
export async function flowCookie(flow: SignInFlow, { secret, publicUrl }: CookieSettings): Promise<string> {
  const value = await seal(secret, { ...flow, expiresAt: Date.now() + MAX_AGE_SECONDS * 1000 });
  return header(publicUrl, value, MAX_AGE_SECONDS);
}

export function expiredFlowCookie({ publicUrl }: CookieSettings): string {
  return header(publicUrl, "", 0);
}

/** Undefined without a cookie of a sign-in that began in this browser within the last ten minutes. */
export async function readFlowCookie(
  { headers }: Request,
  { secret, publicUrl }: CookieSettings,
): Promise<SignInFlow | undefined> {
  const prefix = `${nameFor(publicUrl)}=`;
  const cookies = (headers.get("cookie") ?? "").split(/; */);
  const value = cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
  const flow = value === undefined ? undefined : await open(secret, flowSchema, value);
  return flow === undefined || flow.expiresAt < Date.now() ? undefined : flow;
}

/** The prefix keeps other hosts of the domain from setting the cookie. */
function nameFor(publicUrl: string): string {
  return publicUrl.startsWith("https://") ? "__Host-spiderpig.sso" : "spiderpig.sso";
}

/** `Lax`: the browser comes back from the provider's site, by a link that it follows itself. */
function header(publicUrl: string, value: string, maxAge: number): string {
  const secure = publicUrl.startsWith("https://") ? "; Secure" : "";
  return `${nameFor(publicUrl)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}
