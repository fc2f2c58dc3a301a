import { z } from "zod";
import { shownPromptSchema } from "../../core/evaluation/shownPrompt.ts";
import { mergeRunSchema } from "../../core/merge/mergeKind.ts";
import { modelFolderSchema, modelListingSchema } from "../../core/models/modelListing.ts";
import { defineMethod } from "../processes/method.ts";

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
      /** Creates new runs, whatever there is of earlier ones. */
      fresh: z.boolean(),
    }),
    z.array(z.object({ folder: z.string(), finished: z.boolean(), notes: z.array(z.string()) })),
  ),
  /** What is saved under a cell, from the folders of its runs: several are compared item by item, if wished. */
  cellResult: defineMethod(
    "cellResult",
    z.object({ folders: z.array(z.string()), compare: z.boolean() }),
    z.object({ markdown: z.string() }),
  ),
  /** The exact prompts of a configuration's items, with their tokens when it names a model. */
  describePrompts: defineMethod(
    "describePrompts",
    z.object({ configuration: z.record(z.string(), z.json()), baseFolder: z.string() }),
    z.array(shownPromptSchema),
  ),
  /** Lists the models in folders. Reads headers only, and of unchanged files not even these. */
  listModels: defineMethod(
    "listModels",
    z.object({
      folders: z.array(z.string()),
      /** What was listed before. */
      known: z.array(modelListingSchema),
    }),
    z.array(modelFolderSchema),
  ),
  /** Checks a merge as far as that goes without reading weights, and creates its run. */
  prepareMerge: defineMethod(
    "prepareMerge",
    z.object({
      /** Path of the configuration, for messages; relative model paths start from its folder. */
      file: z.string(),
      text: z.string(),
      /** Folder that the merged checkpoint is written to. */
      output: z.string(),
      runsFolder: z.string(),
      /** Bytes. */
      memory: z.number().positive(),
      backend: mergeRunSchema.shape.backend,
      hash: mergeRunSchema.shape.hash,
      python: z.string().optional(),
    }),
    /** The run's folder, and what is worth knowing of the configuration. */
    z.object({ folder: z.string(), notes: z.array(z.string()) }),
  ),
} as const;
