import type { z } from "zod";
import { describeIssue } from "../../../schemaProblems.ts";
import type { YamlValue } from "../../../yaml/yamlStream.ts";

const kinds: Readonly<Record<string, string>> = {
  object: "a mapping of keys",
  record: "a mapping of keys",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

const model = "a model: a folder, the id of a model on a hub, or the name of another merge";

/** What a key takes, where that says more than its type. */
const wanted: Readonly<Record<string, string>> = {
  merge_method: "the name of a merge method",
  model,
  base_model: model,
  source_model: model,
  tokenizer_source: `\`union\`, \`base\` or ${model}`,
  lora: "an adapter: a folder, or the id of one on a hub",
  tokenizer: "a block with `source`, `tokens` or `pad_to_multiple_of`; `tokenizer_source` takes a single value",
  parameters: "a block of parameters with their values",
};

/** What the entries of a list are. */
const entries: Readonly<Record<string, string>> = {
  models: "an entry with a `model` key",
  sources: "an entry with a `model` and a `layer_range`",
  slices: "a slice with `sources`",
  experts: "an expert with a `source_model`",
};

/** What a value that does not have the form of the schema should have been. */
export function formMessage(issue: z.core.$ZodIssue, path: readonly (string | number)[], value: YamlValue): string {
  const expected = expectation(issue, path);
  if (expected === undefined) return describeIssue(issue).message;
  if (value === null) return `Empty value: expected ${expected}.`;
  return `Expected ${expected}.`;
}

function expectation(issue: z.core.$ZodIssue, path: readonly (string | number)[]): string | undefined {
  const [owner, last] = [path.at(-2), path.at(-1)];
  if (typeof last === "number") return entries[String(owner)] ?? typeOf(issue);
  if (issue.code === "invalid_value") return `one of ${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
  return wanted[String(last)] ?? typeOf(issue);
}

function typeOf(issue: z.core.$ZodIssue): string | undefined {
  return issue.code === "invalid_type" ? kinds[issue.expected] : undefined;
}
