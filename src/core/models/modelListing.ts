import { z } from "zod";
import { modelHeaderSchema } from "./modelHeader.ts";

/** A model on disk as lists show it: what its header says, or why it cannot be used. */
export const modelListingSchema = z.object({
  /** Its only file, or the first one. */
  path: z.string(),
  /** All its files that are there. */
  files: z.array(z.string()),
  /** Changes when one of the files does. */
  identity: z.string(),
  /** Of all files that are there. */
  bytes: z.int().nonnegative(),
  header: modelHeaderSchema.optional(),
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
