import type { z } from "zod";
import type { Markdown } from "../markdown.ts";
import type { KeyPath } from "../schemaProblems.ts";

/** A value that a user may want at the cursor. */
export interface ValueSuggestion {
  readonly value: string;
  /** What stands for it in a list, where it is long. */
  readonly label?: string;
  /** One line beside it, for example a title. */
  readonly detail?: string;
  readonly documentation?: Markdown;
  readonly kind: "value" | "group" | "file";
}

/** Something that the user should know of a value that the schema allows. */
export interface Finding {
  /** `error`: running it would fail. `warning`: it does not do what it says. */
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string;
  /** Texts to put in the value's place, the best first. */
  readonly suggestions?: readonly string[];
  /** A command of the editor that helps, with the label of its button. */
  readonly action?: FindingAction;
}

export interface FindingAction {
  readonly title: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/**
 * What a language knows of the values of a key beyond the schema. A key that takes one value or a list of them has
 * one rule for both.
 */
export interface ValueRule<Context> {
  /** Names of the keys from the outermost in; positions in lists are left out. */
  readonly keys: readonly string[];
  complete?(context: Context): Promise<readonly ValueSuggestion[]>;
  /** What there is to say of a value; undefined when there is nothing. */
  describe?(value: unknown, context: Context): Promise<Markdown | undefined>;
  /** @param root the whole document as plain data, perhaps half written: every key may be absent or of any type */
  check?(value: unknown, root: unknown, context: Context): Promise<readonly Finding[]>;
}

/**
 * A language of YAML documents, such as that of evaluation cells. The schema alone gives validation and JSON Schema,
 * and through that the completion of keys and hover; the rules say what a schema cannot.
 * @typeParam Context what the rules ask of the world: files, registries, data at hand
 */
export interface ConfigurationLanguage<Context> {
  /** For example `evaluation`: names its JSON Schema. */
  readonly id: string;
  readonly schema: z.ZodType;
  readonly rules: readonly ValueRule<Context>[];
}

/** The rule for the value at a path, if there is one. */
export function ruleAt<Context>(
  { rules }: ConfigurationLanguage<Context>,
  path: KeyPath,
): ValueRule<Context> | undefined {
  const keys = path.filter((part) => typeof part === "string");
  return rules.find((rule) => rule.keys.length === keys.length && rule.keys.every((key, index) => key === keys[index]));
}
