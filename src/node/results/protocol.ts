import { z } from "zod";
import { comparisonSchema } from "../../core/reports/comparison.ts";
import { reportedRunSchema } from "../../core/reports/report.ts";
import { itemNameSchema, itemsQuerySchema, resultPage } from "../../core/results/messages.ts";
import { defineMethod } from "../processes/method.ts";

/** Absolute paths of run folders. */
const folders = z.array(z.string()).min(1);

/** What the editor asks of the process that reads results. */
export const resultMethods = {
  /** A run that has not saved its summary; null when it has no item yet. */
  partialRun: defineMethod(
    "partialRun",
    z.object({ folder: z.string() }),
    reportedRunSchema.omit({ label: true }).nullable(),
  ),
  comparison: defineMethod("comparison", z.object({ folders }), comparisonSchema.nullable()),
  items: defineMethod("items", z.object({ folders, query: itemsQuerySchema }), resultPage.requests.items.value),
  item: defineMethod("item", z.object({ folders, name: itemNameSchema }), resultPage.requests.item.value),
  prompt: defineMethod(
    "prompt",
    z.object({ folder: z.string(), name: itemNameSchema, withTokens: z.boolean() }),
    resultPage.requests.prompt.value,
  ),
} as const;
