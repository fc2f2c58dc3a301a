import { z } from "zod";
import { shownPromptSchema } from "../evaluation/shownPrompt.ts";
import { comparisonSchema } from "../reports/comparison.ts";
import { reportSchema } from "../reports/report.ts";
import { itemDetailSchema, itemFilterSchema, itemPageSchema, itemSortSchema } from "./items.ts";

/**
 * What the pages that draw an evaluation's result and the extension host say to each other. Both ends validate what
 * they receive. The page has no other way to anything: it reads no file and asks no network.
 */

/** MIME type of the cell output that the notebook renderer draws. */
export const resultMimeType = "application/vnd.medley.result+json";

/** Id of the notebook renderer in package.json, and of its messaging. */
export const resultRendererId = "medley.result";

/** The element of the panel's document that carries a {@link PanelState} as JSON in its attribute `data-state`. */
export const panelElementId = "medley-result";

/** Most rows of items that one request may ask for. */
export const mostItemRows = 200;

/** Name of a run's folder inside the folder of runs: never a path, so that nothing outside can be named. */
export const runNameSchema = z
  .string()
  .max(255)
  .regex(/^(?!\.)[^/\\:\p{Control}]+$/u, "the name of a run's folder");

const runsSchema = z.array(runNameSchema).min(1).max(64);

const comparesSchema = z.boolean().optional().describe("False where the runs are only shown beside each other");

/** What a cell's output carries. */
export const resultOutputSchema = z.object({
  v: z.literal(1).describe("Version of this format"),
  view: z.string().describe("Unique in the notebook and the same after a reload: the page keeps its state under it"),
  runs: runsSchema.describe("Folder names inside the folder of runs that the host knows"),
  markdown: z.string().describe("The saved table, for when the run folders are gone"),
  stale: z.boolean().describe("Whether the cell was changed since the result was made"),
  plots: z.array(z.string()).optional().describe("The plots that the cell asks for; without it all"),
  compare: comparesSchema,
});
export type ResultOutput = z.infer<typeof resultOutputSchema>;

/** What a result panel shows, and is restored from after a reload: the page passes it on to `setState`. */
export const panelStateSchema = z.object({
  v: z.literal(1),
  runs: runsSchema,
  runsFolder: z.string().min(1).describe("Absolute path of the folder that the runs are in"),
  compare: comparesSchema,
  page: z.json().optional().describe("What the page keeps for itself: chosen tab, filter, …"),
});
export type PanelState = z.infer<typeof panelStateSchema>;

const id = z.int().nonnegative().describe("Chosen by the page; the answer has the same");
/** Which item. */
export const itemNameSchema = z.strictObject({
  benchmark: z.string(),
  item: z.string(),
  draw: z.int().nonnegative(),
});

/** Which window of which items of a benchmark. */
export const itemsQuerySchema = z.strictObject({
  benchmark: z.string(),
  filter: itemFilterSchema,
  sort: itemSortSchema.optional().describe("Without it the order of the first run's items.jsonl"),
  offset: z.int().nonnegative(),
  limit: z.int().positive().max(mostItemRows),
});

/** Largest text that the page may have saved or copied, in UTF-16 code units. */
const mostText = 64 * 1024 * 1024;

/** Formats that the page can save. */
export const saveFormats = ["csv", "tex", "md", "svg", "html"] as const;

const savedFileSchema = z.strictObject({
  name: z.string().min(1).max(200).describe("Proposed file name, without folder and extension"),
  format: z.enum(saveFormats),
  text: z.string().max(mostText),
});
export type SavedFile = z.infer<typeof savedFileSchema>;

/** Most files that the page may have saved at once. */
const mostFiles = 1000;

/** Every request of the page. */
export const resultRequestSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("report"), id, runs: runsSchema }).describe("The summaries: quick"),
  z.strictObject({ type: z.literal("comparison"), id, runs: runsSchema }).describe("The runs item by item"),
  z
    .strictObject({ type: z.literal("items"), id, runs: runsSchema, ...itemsQuerySchema.shape })
    .describe("A window of the items of a benchmark"),
  z.strictObject({ type: z.literal("item"), id, runs: runsSchema, ...itemNameSchema.shape }),
  z
    .strictObject({ type: z.literal("prompt"), id, run: runNameSchema, ...itemNameSchema.shape })
    .describe("The prompt of an item as the model saw it"),
  z
    .strictObject({ type: z.literal("save"), id, ...savedFileSchema.shape })
    .describe("Asks the user where, and writes the text there"),
  z
    .strictObject({ type: z.literal("saveAll"), id, files: z.array(savedFileSchema).min(1).max(mostFiles) })
    .describe("Asks the user for a folder, and writes the files into it"),
  z.strictObject({ type: z.literal("copy"), id, text: z.string().max(mostText) }).describe("To the clipboard"),
  z
    .strictObject({ type: z.literal("openPanel"), id, runs: runsSchema, compare: comparesSchema })
    .describe("Shows the result full-size"),
  z.strictObject({ type: z.literal("openLog"), id }),
]);
export type ResultRequest = z.infer<typeof resultRequestSchema>;
export type ResultRequestType = ResultRequest["type"];

/** The request of a type, without what the channel adds. */
export type ResultRequestParams<Type extends ResultRequestType> = Omit<
  Extract<ResultRequest, { type: Type }>,
  "type" | "id"
>;

/** What each request is answered with when all goes well. */
export const resultValueSchemas = {
  report: z.object({
    report: reportSchema.omit({ comparison: true }).describe("Of the runs that are there, in the order asked"),
    missing: z.array(runNameSchema).describe("Runs whose folders are gone"),
    waiting: z.array(runNameSchema).describe("Runs that have no item yet"),
  }),
  comparison: comparisonSchema.nullable().describe("Null when fewer than two of the runs have items"),
  items: itemPageSchema,
  item: itemDetailSchema,
  prompt: z.object({
    prompt: shownPromptSchema,
    tokensMissing: z.string().optional().describe("Why the prompt is shown without its tokens"),
  }),
  save: z.object({ saved: z.boolean(), path: z.string().optional() }),
  saveAll: z.object({ folder: z.string().nullable().describe("Null when the user chose none") }),
  copy: z.null(),
  openPanel: z.null(),
  openLog: z.null(),
} as const satisfies Record<ResultRequestType, z.ZodType>;
export type ResultValue<Type extends ResultRequestType> = z.infer<(typeof resultValueSchemas)[Type]>;

/** The answer to the request with the same id. `value` has the form that {@link resultValueSchemas} says. */
export const resultAnswerSchema = z.discriminatedUnion("ok", [
  z.object({ type: z.literal("answer"), id, ok: z.literal(true), value: z.unknown() }),
  z.object({
    type: z.literal("answer"),
    id,
    ok: z.literal(false),
    error: z.object({ message: z.string(), hint: z.string().optional(), code: z.string() }),
  }),
]);
export type ResultAnswer = z.infer<typeof resultAnswerSchema>;

/** What the host says unasked. */
export const resultEventSchema = z
  .object({ type: z.literal("changed"), runs: z.array(runNameSchema) })
  .describe("These runs got further, or their folders came or went: what shows one of them asks again");
export type ResultEvent = z.infer<typeof resultEventSchema>;

/** Everything that the host sends. */
export const hostMessageSchema = z.union([resultAnswerSchema, resultEventSchema]);
export type HostMessage = z.infer<typeof hostMessageSchema>;
