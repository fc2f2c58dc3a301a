import { z } from "zod";
import {
  pageTexts,
  type PageContract,
  type PageNotification,
  type RequestName,
  type RequestParams,
} from "../../../pages/contract.ts";
import { planViewSchema, viewTensorRowSchema } from "./schema.ts";

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

const shownDocument = { uri: z.string(), file: z.string() };

/**
 * What the page of the panel "Merge plan" and the extension host say to each other. What the page is shown is made by a
 * process that reads headers.
 */
export const planPage = {
  requests: {
    ...pageTexts,
    /** The page is there, and has nothing to show yet. */
    ready: { params: z.object({}), value: z.null() },
    /** Every tensor of a merge. */
    tensors: { params: z.object({ merge: mergeName }), value: z.array(viewTensorRowSchema) },
    /** Shows a slice or a model in the configuration. */
    reveal: {
      params: z.object({ merge: mergeName, slice: index.nullable(), model: z.string().max(10_000).nullable() }),
      value: z.null(),
    },
    goTo: { params: z.object({ line: z.int().positive(), column: z.int().positive() }), value: z.null() },
  },
  notifications: {
    plan: z.object({
      ...shownDocument,
      version: index.describe("Of the plan; a table of tensors belongs to one"),
      plan: planViewSchema,
    }),
    /** The document cannot be read as a configuration; the last plan stays, marked as out of date. */
    problem: z.object({
      ...shownDocument,
      message: z.string(),
      hint: z.string().optional(),
      line: z.int().positive().optional(),
      column: z.int().positive().optional(),
    }),
    /** Where the cursor stands in the configuration. */
    place: z.object({ merge: mergeName, slice: index.nullable(), model: z.string().nullable() }),
  },
} as const satisfies PageContract;
export type PlanPageContract = typeof planPage;

export type PlanParams<Name extends RequestName<PlanPageContract>> = RequestParams<PlanPageContract, Name>;
export type PlanNotification = PageNotification<PlanPageContract>;
