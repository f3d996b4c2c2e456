import { answerAuthRequest } from "#lib/web/auth-endpoints.ts";
import { problemResponse } from "#lib/web/route.ts";

export const dynamic = "force-dynamic";

/** Signing in and out; open to everybody by nature, and limited by lib/web/auth.ts. */
export async function POST(request: Request): Promise<Response> {
  try {
    return await answerAuthRequest(request);
  } catch (error) {
    return problemResponse(error);
  }
}
