import { z } from "zod";
import { planViewSchema, viewTensorRowSchema } from "./schema.ts";

/**
 * What the page of the panel "Merge plan" and the extension host say to each other. Both ends validate what they receive.
 * The page reads no file and asks no network; what it is shown is made by a process that reads headers.
 */

/** The element of the page's document that carries a {@link PlanPanelState} as JSON in its attribute `data-state`. */
export const planElementId = "medley-plan";

const index = z.int().nonnegative();
const mergeName = z.string().max(10_000).nullable().describe("`name` of the merge; null for the one without");

/** What the panel is restored from after a reload of the window: the page passes it on to `setState`. */
export const planPanelStateSchema = z.object({
  v: z.literal(1),
  uri: z.string().min(1).describe("Of the document whose plan is shown"),
  merge: mergeName.optional().describe("Which merge of the file is chosen"),
  tab: z.string().optional(),
});
export type PlanPanelState = z.infer<typeof planPanelStateSchema>;

/** Everything that the page says. */
export const planRequestSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }).describe("The page is there, and has nothing to show yet"),
  z.strictObject({ type: z.literal("tensors"), merge: mergeName }).describe("Asks for every tensor of a merge"),
  z
    .strictObject({
      type: z.literal("reveal"),
      merge: mergeName,
      slice: index.nullable(),
      model: z.string().max(10_000).nullable(),
    })
    .describe("Shows a slice or a model in the configuration"),
  z.strictObject({ type: z.literal("goTo"), line: z.int().positive(), column: z.int().positive() }),
]);
export type PlanRequestMessage = z.infer<typeof planRequestSchema>;

const version = index.describe("Of the plan; a table of tensors belongs to one");

/** Everything that the extension host says. */
export const planMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("plan"), uri: z.string(), file: z.string(), version, plan: planViewSchema }),
  z
    .object({
      type: z.literal("problem"),
      uri: z.string(),
      file: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      line: z.int().positive().optional(),
      column: z.int().positive().optional(),
    })
    .describe("The document cannot be read as a configuration; the last plan stays, marked as out of date"),
  z.object({ type: z.literal("tensors"), version, merge: mergeName, rows: z.array(viewTensorRowSchema) }),
  z.object({
    type: z.literal("tensorsProblem"),
    version,
    merge: mergeName,
    message: z.string(),
    hint: z.string().optional(),
  }),
  z
    .object({ type: z.literal("place"), merge: mergeName, slice: index.nullable(), model: z.string().nullable() })
    .describe("Where the cursor stands in the configuration"),
]);
export type PlanMessage = z.infer<typeof planMessageSchema>;
