import { z } from "zod";
import { fileHeaderSchema } from "../../core/models/modelListing.ts";
import { modelReferenceSchema } from "../../core/checkpoint/modelReference.ts";
import { factsMessageSchema } from "../checkpoint/factsMessage.ts";
import { defineMethod } from "../processes/method.ts";

/** What the editor asks of its thread: reading that would hold up the extension host. */
export const editorMethods = {
  /** What a file says of its model. */
  readHeader: defineMethod("readHeader", z.object({ path: z.string() }), fileHeaderSchema),
  /** What is known of a model that a merge configuration names; relative paths start from the folder. */
  lookUpModel: defineMethod(
    "lookUpModel",
    z.object({ reference: modelReferenceSchema, folder: z.string() }),
    factsMessageSchema,
  ),
} as const;
