import type { KeyPath } from "../../schemaProblems.ts";
import { z } from "zod";
import { mergeConfigurationSchema } from "../config/schema.ts";
import { moeConfigurationSchema } from "../moe/moeConfiguration.ts";

/** A key that the schema allows at a place. */
export interface SchemaKey {
  readonly name: string;
  readonly description: string | undefined;
  readonly required: boolean;
}

export type Dialect = "merge" | "moe";

type JsonSchema = Exclude<z.core.JSONSchema._JSONSchema, boolean>;

const schemas: Partial<Record<Dialect, JsonSchema>> = {};

function schemaOf(dialect: Dialect): JsonSchema {
  const source = dialect === "moe" ? moeConfigurationSchema : mergeConfigurationSchema;
  return (schemas[dialect] ??= z.toJSONSchema(source, { io: "input" }) as JsonSchema);
}

/** Keys of the mapping at a path, over all forms that the value there may have. */
export function schemaKeys(dialect: Dialect, path: KeyPath): SchemaKey[] {
  return formsAt(schemaOf(dialect), path).flatMap(({ properties, required = [] }) =>
    Object.entries(properties ?? {}).map(([name, schema]) => ({
      name,
      description: descriptionOf(schema),
      required: required.includes(name),
    })),
  );
}

/** What the schema says about the key at a path. */
export function describeKey(dialect: Dialect, path: KeyPath): string | undefined {
  const key = path.at(-1);
  return schemaKeys(dialect, path.slice(0, -1)).find(({ name }) => name === key)?.description;
}

/** Whether a list may stand at a path. */
export function allowsList(dialect: Dialect, path: KeyPath): boolean {
  return formsAt(schemaOf(dialect), path).some(({ type }) => type === "array");
}

function formsAt(root: JsonSchema, path: KeyPath): JsonSchema[] {
  let forms = alternatives(root);
  for (const part of path) forms = forms.flatMap((schema) => stepInto(schema, part)).flatMap(alternatives);
  return forms;
}

function stepInto(schema: JsonSchema, part: string | number): JsonSchema[] {
  const { items, prefixItems, properties, additionalProperties } = schema;
  const next: unknown[] =
    typeof part === "number"
      ? [prefixItems?.[part] ?? items]
      : [properties !== undefined && Object.hasOwn(properties, part) ? properties[part] : additionalProperties];
  return next.filter((entry): entry is JsonSchema => typeof entry === "object" && entry !== null);
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [schema, ...forms.flatMap((form) => (typeof form === "object" ? alternatives(form as JsonSchema) : []))];
}

/** A key that may be empty has its description one level down. */
function descriptionOf(schema: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  return alternatives(schema as JsonSchema)
    .map(({ description }) => description)
    .find((description) => description !== undefined);
}
