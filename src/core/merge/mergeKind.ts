import { z } from "zod";
import type { RunKind } from "../runs/runKind.ts";

/** What a run of kind `merge` performs: `configuration.resolved` of its manifest. */
export const mergeRunSchema = z.object({
  file: z.string().describe("Absolute path of the configuration, for messages; the text below is what counts"),
  text: z.string().describe("The configuration as it was when the run was created"),
  folder: z.string().describe("Absolute path of the folder that relative model paths start from"),
  output: z.string().describe("Absolute path of the folder that the result is written to"),
  intermediateFolder: z.string().optional().describe("Folder for the named merges of a file of several documents"),
  seed: z.int().min(0).max(0xffffffff),
  numerics: z.enum(["classic", "fp32"]),
  outShardSize: z.number().positive().describe("Bytes"),
  memory: z.number().positive().describe("Resident memory that the merge may use, in bytes"),
  threads: z.int().positive().optional(),
  allowMixedArchitectures: z.boolean(),
  overwrite: z.boolean().describe("Replace a model that is already in the output folder"),
  hash: z.boolean().optional().describe("Record the SHA-256 of the models' weights in the manifest"),
  backend: z.enum(["medley", "mergekit"]),
  python: z.string().optional().describe("Interpreter that the mergekit backend runs with"),
});
export type MergeRunConfiguration = z.infer<typeof mergeRunSchema>;

/** What a merge has written. */
export const mergeSummarySchema = z.object({
  outputs: z.array(
    z.object({
      folder: z.string(),
      tensors: z.int().nonnegative(),
      bytes: z.number().nonnegative(),
      shards: z.int().positive(),
    }),
  ),
  seconds: z.number().nonnegative(),
});
export type MergeSummary = z.infer<typeof mergeSummarySchema>;

/** Merges of checkpoints, by the engine or by mergekit. */
export const mergeKind: RunKind<MergeRunConfiguration, MergeSummary> = {
  id: "merge",
  configuration: mergeRunSchema,
  summary: mergeSummarySchema,
  // mergekit counts tasks.
  units: ["bytes", "tasks"],
  traits: { loadsModels: false, hasItems: false, citable: true },
  outputFolder: ({ output }) => output,
};
