import { z } from "zod";
import type { KeyPath } from "../schemaProblems.ts";
import { nodeAt, type OutlineNode } from "./outline.ts";

export type JsonSchema = Exclude<z.core.JSONSchema._JSONSchema, boolean>;

/** A key that the schema allows at a place. */
export interface SchemaKey {
  readonly name: string;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

const converted = new WeakMap<z.ZodType, JsonSchema>();

/** JSON Schema of what a user writes: keys with a default may be left out. Made once for each schema. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = converted.get(schema);
  if (known !== undefined) return known;
  const made = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  converted.set(schema, made);
  return made;
}

/**
 * Keys of the mapping at a path, over all forms that the value there may have.
 * @param root a document; forms that the fixed values written in it rule out, such as `kind: shared`, are left out
 */
export function schemaKeys(schema: JsonSchema, path: KeyPath, root?: OutlineNode): SchemaKey[] {
  const byName = new Map<string, SchemaKey>();
  for (const { properties, required = [] } of formsAt(schema, path, root)) {
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (byName.has(name) || typeof value === "boolean") continue;
      const key = { name, description: descriptionOf(value), required: required.includes(name), schema: value };
      byName.set(name, key);
    }
  }
  return [...byName.values()];
}

/** What the schema says about the key at a path. */
export function describeKey(schema: JsonSchema, path: KeyPath): string | undefined {
  const key = path.at(-1);
  return schemaKeys(schema, path.slice(0, -1)).find(({ name }) => name === key)?.description;
}

/** Every form that the value at a path may have; `root` as in {@link schemaKeys}. */
export function formsAt(schema: JsonSchema, path: KeyPath, root?: OutlineNode): JsonSchema[] {
  let forms = alternatives(schema);
  let node = root;
  for (const part of path) {
    forms = suiting(forms, node, part)
      .flatMap((form) => stepInto(form, part))
      .flatMap(alternatives);
    node = node && nodeAt(node, [part]);
  }
  return suiting(forms, node);
}

/** Forms without those that need another fixed value than is written; all of them where none is left. */
function suiting(forms: JsonSchema[], node: OutlineNode | undefined, besides?: string | number): JsonSchema[] {
  if (node === undefined) return forms;
  const left = forms.filter(({ properties = {} }) =>
    Object.entries(properties).every(([name, value]) => {
      if (name === besides || typeof value === "boolean" || value.const === undefined) return true;
      const written = nodeAt(node, [name])?.value;
      return written === undefined || written === String(value.const);
    }),
  );
  return left.length === 0 ? forms : left;
}

function stepInto(schema: JsonSchema, part: string | number): JsonSchema[] {
  const { items, prefixItems, properties, additionalProperties } = schema;
  const next: unknown[] =
    typeof part === "number"
      ? [prefixItems?.[part] ?? items]
      : [properties !== undefined && Object.hasOwn(properties, part) ? properties[part] : additionalProperties];
  return next
    .filter((entry): entry is JsonSchema => typeof entry === "object" && entry !== null)
    .map((entry) => (entry.const === undefined ? entry : { description: schema.description, ...entry }));
}

/** A schema and all forms that it allows. */
export function alternatives(schema: JsonSchema): JsonSchema[] {
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [schema, ...forms.flatMap((form) => (typeof form === "object" ? alternatives(form as JsonSchema) : []))];
}

/** A key that may be empty has its description one level down. */
function descriptionOf(schema: JsonSchema): string | undefined {
  return alternatives(schema)
    .map(({ description }) => description)
    .find((description) => description !== undefined);
}
