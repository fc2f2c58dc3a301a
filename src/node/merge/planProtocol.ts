import { z } from "zod";
import { planViewSchema, viewTensorRowSchema } from "../../core/merge/plan/view/schema.ts";
import { defineMethod } from "../processes/method.ts";

/** What is planned. */
export const planRequestSchema = z.object({
  /** Path of the configuration, for messages. */
  file: z.string(),
  text: z.string(),
  /** Relative model paths start here; without it nothing is known of any model. */
  folder: z.string().optional(),
  /** Bytes. */
  memory: z.number().positive(),
});
export type PlanRequest = z.infer<typeof planRequestSchema>;

/** What the extension host asks of the process that plans merges for the panel "Merge plan". */
export const planMethods = {
  /** What the panel shows. Fails with a ConfigurationError when the text is no configuration. */
  view: defineMethod("view", planRequestSchema, planViewSchema),
  /** Every tensor of one merge, by its `name`; none where it cannot be planned. */
  tensors: defineMethod(
    "tensors",
    planRequestSchema.extend({ merge: z.string().nullable() }),
    z.array(viewTensorRowSchema),
  ),
} as const;
