import { config } from "#lib/config.ts";
import { permittedActions } from "#lib/domain/permission.ts";
import { authenticate } from "#lib/web/authorise.ts";
import { json, problemResponse } from "#lib/web/route.ts";
import type { Whoami } from "#lib/contract/account.ts";

export const dynamic = "force-dynamic";

/** Open to everybody: it tells the caller about itself, and a page that it is not signed in. */
export async function GET(request: Request): Promise<Response> {
  try {
    const user = await authenticate(request);
    const answer: Whoami = {
      user: user === undefined ? null : { name: user.name, role: user.role },
      permissions: permittedActions(user),
      sandbox: config().sandboxDir !== undefined,
    };
    return json(answer);
  } catch (error) {
    return problemResponse(error);
  }
}
