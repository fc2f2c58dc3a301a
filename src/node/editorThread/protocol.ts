import { z } from "zod";
import { defineMethod } from "../rpc/method.ts";

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
} as const;
