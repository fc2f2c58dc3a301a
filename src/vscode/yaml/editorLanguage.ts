import type * as vscode from "vscode";
import type { ConfigurationLanguage } from "../../core/yaml/configurationLanguage.ts";
import type { Diagnostic } from "../../core/yaml/diagnostic.ts";
import type { TextEdit } from "../../core/yaml/textEdits.ts";
import type { YamlSource } from "../../core/yaml/yamlSource.ts";

/** A configuration language as the editor has it. */
export interface EditorLanguage<Context, Found extends Diagnostic> {
  readonly language: ConfigurationLanguage<Context, Found>;
  /** Where its documents may be found; the language then looks at each. */
  readonly selector: vscode.DocumentSelector;
  /** What is known around a document. */
  contextOf(document: vscode.TextDocument): Context;
  /** Whether a document that the language recognises is helped with; without it each is. */
  isWanted?(document: vscode.TextDocument): boolean;
  /** Fires when other documents are wanted than before. */
  readonly onDidChangeWanted?: vscode.Event<void>;
  /** Where a code is explained. */
  explanationOf?(code: Found["code"]): vscode.Uri;
  /** Other ways of writing what stands at an offset. */
  rewritesAt?(source: YamlSource, offset: number, context: Context): readonly Rewrite[];
  readonly lenses?: Lenses;
  /** What is said of what cannot be renamed, in a language with names. */
  readonly renaming?: RenamingTexts;
}

/** A change that leaves what a configuration means. */
export interface Rewrite {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** What can be done with a document, shown above a place of it. */
export interface Lenses {
  /** Setting that switches them off. */
  readonly setting: string;
  /** Commands, which are given the address of the document, and the offset that they stand above. */
  of(source: YamlSource): { readonly offset: number; readonly commands: readonly vscode.Command[] } | undefined;
}

export interface RenamingTexts {
  /** What can be renamed, where something else was chosen. */
  readonly onlyNames: string;
  /** What a name may be, where it is none. */
  readonly form: string;
}
