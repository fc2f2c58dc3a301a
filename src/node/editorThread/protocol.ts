import { z } from "zod";
import { modelHeaderSchema } from "../../core/models/modelHeader.ts";
import { modelReferenceSchema } from "../../core/checkpoint/modelReference.ts";
import { factsMessageSchema } from "../checkpoint/factsMessage.ts";
import { defineMethod } from "../processes/method.ts";

/** What the editor asks of its thread: reading that would hold up the extension host. */
export const editorMethods = {
  /** What a GGUF file says about its model. */
  readHeader: defineMethod("readHeader", z.object({ path: z.string() }), modelHeaderSchema),
  /** What is known of a model that a merge configuration names; relative paths start from the folder. */
  lookUpModel: defineMethod(
    "lookUpModel",
    z.object({ reference: modelReferenceSchema, folder: z.string() }),
    factsMessageSchema,
  ),
} as const;
