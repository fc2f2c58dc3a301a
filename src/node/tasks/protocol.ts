import { z } from "zod";
import { defineMethod } from "../rpc/method.ts";

/**
 * What the editor asks of a task process: one piece of work that is too heavy for the extension host, and short enough
 * to need no run folder.
 */
export const tasks = {
  /** Reads the benchmarks, builds every prompt, hashes the models, and finds or creates a run for each model. */
  prepareEvaluation: defineMethod(
    "prepareEvaluation",
    z.object({
      /** As the user gave it; checked by the task. */
      configuration: z.json(),
      /** Folder that relative paths start from. */
      baseFolder: z.string(),
      runsFolder: z.string(),
    }),
    z.array(z.object({ folder: z.string(), finished: z.boolean(), notes: z.array(z.string()) })),
  ),
} as const;
