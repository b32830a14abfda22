import * as z from "zod";

/** What a supervisor tells the command that started it. */
export const supervisorMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), text: z.string() }),
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("failed"), code: z.string(), message: z.string() }),
]);

/** What a supervisor tells the command that started it. */
export type SupervisorMessage = z.infer<typeof supervisorMessage>;
