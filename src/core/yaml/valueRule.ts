import type { Markdown } from "../markdown.ts";
import type { EditorCommand } from "./fix.ts";

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
  /** Stable name, for example `noSuchFile`. */
  readonly code: string;
  /** `error`: running it would fail. `warning`: it does not do what it says. */
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string;
  /** Texts to put in the value's place, the best first. */
  readonly suggestions?: readonly string[];
  /** A command of the editor that helps, with the label of its button. */
  readonly action?: FindingAction;
}

export interface FindingAction extends EditorCommand {
  readonly title: string;
}

/**
 * What a language knows of the values of a key beyond the schema. A key that takes one value or a list of them has
 * one rule for both.
 */
export interface ValueRule<Context> {
  /** Names of the keys from the outermost in; positions in lists are left out. */
  readonly keys: readonly string[];
  complete?(context: Context): Promise<readonly ValueSuggestion[]>;
  /** What there is to say of a value, as it is written; undefined when there is nothing. */
  describe?(value: string, context: Context): Promise<Markdown | undefined>;
  /** @param root the whole document as plain data, perhaps half written: every key may be absent or of any type */
  check?(value: unknown, root: unknown, context: Context): Promise<readonly Finding[]>;
}
