import type { TextRange } from "./textRange.ts";

export type Severity = "error" | "warning" | "information" | "hint";

/** Something to say about a place of a text. Languages add to it, as data, what their fixes need to know. */
export interface Diagnostic {
  /** Stable name with that of the language in front, for example `merge.unknownParameter`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What helps, in a sentence that follows the message. */
  readonly hint?: string;
  readonly range: TextRange;
}
