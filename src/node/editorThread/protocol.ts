import { z } from "zod";
import { modelHeaderSchema } from "../../core/models/modelHeader.ts";
import { modelReferenceSchema } from "../../core/checkpoint/modelReference.ts";
import { factsMessageSchema } from "../checkpoint/factsMessage.ts";
import { defineMethod } from "../processes/method.ts";

const offsetRangeSchema = z.tuple([z.int().nonnegative(), z.int().nonnegative()]).readonly();

/** Something that a schema allows at a place. */
export const schemaCompletionSchema = z.object({
  label: z.string(),
  isKey: z.boolean(),
  /** A snippet, with tab stops as editors write them. */
  snippet: z.string(),
  /** What it replaces. */
  range: offsetRangeSchema,
  documentation: z.string().optional(),
});
export type SchemaCompletion = Readonly<z.infer<typeof schemaCompletionSchema>>;

const schemaHoverSchema = z.object({ markdown: z.string(), range: offsetRangeSchema });
export type SchemaHover = Readonly<z.infer<typeof schemaHoverSchema>>;

const placeSchema = z.object({
  /** JSON Schema of the text. It is read once for each id. */
  schema: z.record(z.string(), z.unknown()),
  id: z.string(),
  text: z.string(),
  offset: z.int().nonnegative(),
});

export type PlaceParams = z.infer<typeof placeSchema>;

/** What the editor asks of its thread: work on texts that would hold up the extension host. */
export const editorMethods = {
  complete: defineMethod("complete", placeSchema, z.array(schemaCompletionSchema)),
  hover: defineMethod("hover", placeSchema, schemaHoverSchema.nullable()),
  /** What a GGUF file says about its model. */
  readHeader: defineMethod("readHeader", z.object({ path: z.string() }), modelHeaderSchema),
  /** What is known of a model that a merge configuration names; relative paths start from the folder. */
  lookUpModel: defineMethod(
    "lookUpModel",
    z.object({ reference: modelReferenceSchema, folder: z.string() }),
    factsMessageSchema,
  ),
} as const;
