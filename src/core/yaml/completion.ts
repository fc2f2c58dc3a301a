import type { Markdown } from "../markdown.ts";
import type { TextRange } from "./textRange.ts";

/** Something that may be written at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind:
    "key" | "value" | "group" | "file" | "method" | "model" | "adapter" | "merge" | "tensor" | "token" | "snippet";
  /** A few words beside the label. */
  readonly detail?: string;
  readonly documentation?: Markdown;
  /** A snippet in the syntax of editors; continuation lines are indented relative to the line's own blanks. */
  readonly insert: string;
  readonly range: TextRange;
  /** What is compared with the typed word, where it is not the label. */
  readonly filter?: string;
  /** Ask for completions again after inserting, because a value is wanted next. */
  readonly continues?: boolean;
}

/** A text that stands for itself in a snippet. */
export function snippetText(text: string): string {
  return text.replaceAll(/[\\$}]/g, (char) => `\\${char}`);
}

/** What a plain text may not begin with, hold or be in YAML if it is to be read as a text. */
const needsQuotes =
  /^(?:[\s&*!|>'"%@`#?:-]|$)|[,[\]{}"\\]|:(?:\s|$)|\s#|\s$|^[\d.+]+$|^(?:true|false|null|yes|no|on|off|~)$/i;

/** A single value as it has to be written in YAML to be read as this text. */
export function yamlScalar(text: string): string {
  return needsQuotes.test(text) ? JSON.stringify(text) : text;
}
