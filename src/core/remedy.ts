import { z } from "zod";

const folder = z.string().describe("Absolute path of a run's folder");

/**
 * Something that helps after an error, but is asked for differently on the command line and in the editor: each of them
 * words it, or offers it as a button.
 */
export const remedySchema = z.discriminatedUnion("action", [
  z.object({ action: z.literal("fetchData"), benchmarks: z.array(z.string()).min(1) }),
  z.object({ action: z.literal("listRuns") }),
  z.object({ action: z.literal("startNewRun") }),
  z.object({ action: z.literal("resumeRun"), folder }),
  z.object({ action: z.literal("followRun"), folder }),
  z.object({ action: z.literal("reportRuns"), folders: z.array(folder).min(1) }),
  z.object({ action: z.literal("overwriteOutput") }),
  z.object({ action: z.literal("allowMemory"), bytes: z.number().positive() }),
  z.object({ action: z.literal("allowMixedArchitectures") }),
  z.object({ action: z.literal("nameIntermediateFolder") }),
  z.object({ action: z.literal("useBuiltInEngine") }),
]);
export type Remedy = z.infer<typeof remedySchema>;
