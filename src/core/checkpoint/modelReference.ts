import { z } from "zod";
import { ConfigurationError } from "../errors.ts";

const modelPathSchema = z.object({
  /** A folder, a model id of a hub, or the name of another merge of the same file. */
  path: z.string(),
  revision: z.string().optional(),
});
export type ModelPath = Readonly<z.infer<typeof modelPathSchema>>;

/** A model as a merge configuration names it: `path[@revision][+adapter[@revision]]` or the object form. */
export const modelReferenceSchema = z.object({
  model: modelPathSchema.readonly(),
  lora: modelPathSchema.readonly().optional(),
  overrideArchitecture: z.string().optional(),
});
export type ModelReference = Readonly<z.infer<typeof modelReferenceSchema>>;

/**
 * Reads the text form.
 * @throws ConfigurationError when a separator occurs twice
 */
export function parseModelReference(text: string): ModelReference {
  const parts = text.split("+");
  if (parts.length > 2) {
    throw new ConfigurationError(
      `A model reference may contain one "+" (before the adapter): ${JSON.stringify(text)}.`,
      { hint: 'Use the object form {model: …, lora: …} for a path that contains "+".' },
    );
  }
  const [model, lora] = parts;
  return { model: parseModelPath(model!), ...(lora === undefined ? {} : { lora: parseModelPath(lora) }) };
}

function parseModelPath(text: string): ModelPath {
  const parts = text.split("@");
  if (parts.length > 2) {
    throw new ConfigurationError(
      `A model reference may contain one "@" (before the revision): ${JSON.stringify(text)}.`,
      { hint: 'Use the object form {model: {path: …}} for a path that contains "@".' },
    );
  }
  const [path, revision] = parts;
  return { path: path!, ...(revision === undefined ? {} : { revision }) };
}

declare const modelKey: unique symbol;
/** The text form of a reference: equal keys are one model. Only {@link formatModelReference} makes one. */
export type ModelKey = string & { readonly [modelKey]: true };

/** The text form; where a path contains a separator, a JSON text that no other reference has. */
export function formatModelReference({ model, lora, overrideArchitecture }: ModelReference): ModelKey {
  const paths = [model, lora].filter((part) => part !== undefined);
  const isPlain = paths.every(({ path }) => !/[+@]/.test(path)) && overrideArchitecture === undefined;
  if (!isPlain) return JSON.stringify({ model, lora, overrideArchitecture }) as ModelKey;
  return paths
    .map(({ path, revision }) => (revision === undefined ? path : `${path}@${revision}`))
    .join("+") as ModelKey;
}

/** Each model once, in the order of first mention. */
export function distinctReferences(references: readonly ModelReference[]): ModelReference[] {
  return [...new Map(references.map((reference) => [formatModelReference(reference), reference])).values()];
}
