import { openApiDocument } from "#lib/contract/openapi.ts";
import { json, route } from "#lib/web/route.ts";

export const GET = route({ action: "view" }, async () => json(openApiDocument()));
