import { z } from "zod";

/** The charts of a result, in the order in which they are shown; also the values of an evaluation cell's `plots`. */
export const plotIds = ["forest", "reliability", "subjects", "comparison", "positionBias"] as const;

export const plotIdSchema = z
  .enum(plotIds)
  .describe(
    "forest: results with their intervals; reliability: accuracy by confidence; subjects: accuracy by subject; " +
      "comparison: paired differences of the models; positionBias: choices and accuracy by the options' positions",
  );
export type PlotId = z.infer<typeof plotIdSchema>;
