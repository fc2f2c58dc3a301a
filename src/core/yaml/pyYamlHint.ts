import type { KeyPath } from "../schemaProblems.ts";
import { pointer, type YamlDocument, type YamlValue } from "./yamlStream.ts";

/**
 * What helps where a value is not what the schema wants only because YAML 1.1 reads it otherwise than it looks: `2e-4`, which
 * is a text there, or `no`, which is false.
 */
export function pyYamlHint(
  { disagreements }: YamlDocument,
  { path }: { readonly path: KeyPath },
): { readonly hint?: string; readonly suggestions?: readonly string[] } {
  const found = disagreements.length === 0 ? undefined : disagreements.find((entry) => entry.path === pointer(path));
  if (found === undefined) return {};
  const { text, yaml11, yaml12 } = found;
  if (typeof yaml12 === "string") {
    return {
      hint: `PyYAML reads ${text} as ${String(yaml11)}: put it in quotes.`,
      suggestions: [JSON.stringify(text)],
    };
  }
  const literal = literalOf(yaml12);
  const read = typeof yaml11 === "string" ? "a text" : String(yaml11);
  if (literal === undefined) return { hint: `PyYAML reads ${text} as ${read}.` };
  return { hint: `PyYAML reads ${text} as ${read}: write ${literal}.`, suggestions: [literal] };
}

/** A number or boolean as all versions of YAML read it: the mantissa of an exponent has a dot. */
export function literalOf(value: YamlValue): string | undefined {
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const text = String(value);
  return /e/.test(text) && !text.includes(".") ? text.replace("e", ".0e") : text;
}
