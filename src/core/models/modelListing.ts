import { z } from "zod";
import { modelOverviewSchema } from "./modelOverview.ts";

/** What a file says of its model, in the form of the backend that reads it: anyone else only passes it on. */
export const fileHeaderSchema = z.record(z.string(), z.unknown());
export type FileHeader = z.infer<typeof fileHeaderSchema>;

/** A model on disk as lists show it: what is known of it, or why it cannot be used. */
export const modelListingSchema = z.object({
  /** Its only file, or the first one. */
  path: z.string(),
  /** All its files that are there. */
  files: z.array(z.string()),
  /** Changes when one of the files does. */
  identity: z.string(),
  /** Of all files that are there. */
  bytes: z.int().nonnegative(),
  /** Absent where it cannot be used, like the header. */
  overview: modelOverviewSchema.optional(),
  /** Without texts of any length. */
  header: fileHeaderSchema.optional(),
  /** Why it cannot be used. */
  problem: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
});
export type ModelListing = z.infer<typeof modelListingSchema>;

/** What is in a folder of models. */
export const modelFolderSchema = z.object({
  folder: z.string(),
  models: z.array(modelListingSchema),
  /** Why the folder, or a part of it, is not listed. */
  problems: z.array(z.string()),
});
export type ModelFolder = z.infer<typeof modelFolderSchema>;
