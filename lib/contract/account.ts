// The account that makes a request.
import { z } from "zod";
import { ACTIONS, ROLES } from "../domain/permission.ts";

export const whoami = z.object({
  user: z.object({ name: z.string(), role: z.enum(ROLES) }).nullable(),
  permissions: z.array(z.enum(ACTIONS)),
  sandbox: z.boolean(),
});
export type Whoami = z.infer<typeof whoami>;
