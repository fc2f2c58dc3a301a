import { z } from "zod";
import { shownPromptSchema } from "../evaluation/shownPrompt.ts";
import {
  pageTexts,
  type PageContract,
  type PageNotification,
  type RequestName,
  type RequestParams,
  type RequestValue,
} from "../pages/contract.ts";
import { comparisonSchema } from "../reports/comparison.ts";
import { reportSchema } from "../reports/report.ts";
import { itemDetailSchema, itemFilterSchema, itemPageSchema, itemSortSchema } from "./items.ts";

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

/** What the pages that draw an evaluation's result and the extension host say to each other. */
export const resultPage = {
  requests: {
    ...pageTexts,
    /** The summaries: quick. */
    report: {
      params: z.object({ runs: runsSchema }),
      value: z.object({
        report: reportSchema.omit({ comparison: true }).describe("Of the runs that are there, in the order asked"),
        missing: z.array(runNameSchema).describe("Runs whose folders are gone"),
        waiting: z.array(runNameSchema).describe("Runs that have no item yet"),
      }),
    },
    /** The runs item by item. */
    comparison: {
      params: z.object({ runs: runsSchema }),
      value: comparisonSchema.nullable().describe("Null when fewer than two of the runs have items"),
    },
    /** A window of the items of a benchmark. */
    items: { params: z.object({ runs: runsSchema, ...itemsQuerySchema.shape }), value: itemPageSchema },
    item: { params: z.object({ runs: runsSchema, ...itemNameSchema.shape }), value: itemDetailSchema },
    /** The prompt of an item as the model saw it. */
    prompt: {
      params: z.object({ run: runNameSchema, ...itemNameSchema.shape }),
      value: z.object({
        prompt: shownPromptSchema,
        tokensMissing: z.string().optional().describe("Why the prompt is shown without its tokens"),
      }),
    },
    /** Asks the user where, and writes the text there. */
    save: { params: savedFileSchema, value: z.object({ saved: z.boolean(), path: z.string().optional() }) },
    /** Asks the user for a folder, and writes the files into it. */
    saveAll: {
      params: z.object({ files: z.array(savedFileSchema).min(1).max(mostFiles) }),
      value: z.object({ folder: z.string().nullable().describe("Null when the user chose none") }),
    },
    /** To the clipboard. */
    copy: { params: z.object({ text: z.string().max(mostText) }), value: z.null() },
    /** Shows the result full-size. */
    openPanel: { params: z.object({ runs: runsSchema, compare: comparesSchema }), value: z.null() },
    openLog: { params: z.object({}), value: z.null() },
  },
  notifications: {
    /** These runs got further, or their folders came or went: what shows one of them asks again. */
    changed: z.object({ runs: z.array(runNameSchema) }),
  },
} as const satisfies PageContract;
export type ResultPage = typeof resultPage;

export type ResultParams<Name extends RequestName<ResultPage>> = RequestParams<ResultPage, Name>;
export type ResultValue<Name extends RequestName<ResultPage>> = RequestValue<ResultPage, Name>;
export type ResultNotification = PageNotification<ResultPage>;
