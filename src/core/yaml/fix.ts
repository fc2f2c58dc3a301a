import type { TextEdit } from "./textEdits.ts";

/** A change that puts a diagnostic right, or a command that helps. */
export interface Fix {
  readonly kind: "replace" | "remove" | "add" | "move" | "explain" | "command";
  /** What is put in, taken out, added, moved or explained, for the title; of a command the title itself. */
  readonly subject: string;
  readonly edits: readonly TextEdit[];
  readonly command?: EditorCommand;
}

/** A command of the editor. It is given the address of the document after its own arguments. */
export interface EditorCommand {
  readonly command: string;
  readonly arguments: readonly unknown[];
}
