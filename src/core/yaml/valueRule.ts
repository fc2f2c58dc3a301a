import type { Markdown } from "../markdown.ts";
import type { KeyPath } from "../schemaProblems.ts";
import type { CursorPlace } from "./cursorPlace.ts";
import type { EditorCommand } from "./fix.ts";
import type { OutlineNode } from "./outline.ts";
import type { TextRange } from "./textRange.ts";

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
  /** The part of the value that is meant, where it is not the whole: offsets in the value as it is written. */
  readonly within?: TextRange;
  /** Texts to put in its place, the best first. */
  readonly suggestions?: readonly string[];
  /** A command of the editor that helps, with the label of its button. */
  readonly action?: FindingAction;
}

/** A finding about some place of a document. */
export interface PlacedFinding extends Finding {
  readonly path: KeyPath;
  /** Which range of the place is meant; `value` without it. */
  readonly part?: "key" | "value";
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
  complete?(context: Context, place: CursorPlace): Promise<readonly ValueSuggestion[]>;
  /** What there is to say of a value, without its quotes; undefined when there is nothing. */
  describe?(value: string, context: Context, around: ValueAround): Promise<Markdown | undefined>;
  /** @param root the whole document as plain data, perhaps half written: every key may be absent or of any type */
  check?(value: unknown, root: unknown, context: Context, at: ValueAt): Promise<readonly Finding[]>;
}

/** A value in its document. */
export interface ValueAt {
  readonly path: KeyPath;
  /** As it is written, with its quotes. */
  readonly written: string;
}

/** A value under the pointer. */
export interface ValueAround {
  /** Top of its document. */
  readonly root: OutlineNode;
  /** As it is written, without its quotes. */
  readonly written: string;
  /** Of the pointer in what is written. */
  readonly offset: number;
}
