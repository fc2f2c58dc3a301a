import { z } from "zod";

/** The charts of a result by the names that an evaluation cell's `plots` has for them, in their order, with what each shows. */
export const plots = {
  forest: "results with their intervals",
  reliability: "accuracy by confidence",
  subjects: "accuracy by subject",
  comparison: "paired differences of the models",
  positionBias: "choices and accuracy by the options' positions",
} as const;

export type PlotId = keyof typeof plots;
export const plotIds = Object.keys(plots) as readonly PlotId[];

export const plotIdSchema = z.enum(plotIds).describe(
  Object.entries(plots)
    .map(([id, shows]) => `${id}: ${shows}`)
    .join("; "),
);
