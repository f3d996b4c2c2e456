// Every request to /api. The endpoints are defined in lib/contract.
import { createRouter } from "#lib/web/router.ts";
import { handlers } from "../handlers.ts";

export const dynamic = "force-dynamic";

const respond = createRouter(handlers);

export const GET = respond;
export const POST = respond;
export const PUT = respond;
export const DELETE = respond;
