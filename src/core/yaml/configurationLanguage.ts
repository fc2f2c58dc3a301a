import type { Markdown } from "../markdown.ts";
import type { Completion } from "./completion.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Fix } from "./fix.ts";
import type { YamlSymbol } from "./symbols.ts";
import type { TextRange } from "./textRange.ts";
import type { YamlSource } from "./yamlSource.ts";

/** A pause in typing after which a text is checked, in milliseconds; with the check itself it stays below 150. */
export const checkDelay = 100;

/** What tells of which language a document is. */
export interface DocumentHead {
  /** Its path, with slashes. */
  readonly path: string;
  /** What the editor takes it for, for example `yaml`. */
  readonly editorLanguage: string;
  readonly text: string;
}

export interface YamlHover {
  readonly markdown: Markdown;
  readonly range: TextRange;
}

/** What a value leads to, from where it stands: a place of the same text, or a file. */
export type Definition = { readonly from: TextRange } & ({ readonly to: TextRange } | { readonly file: string });

/** Names that a text defines and uses. */
export interface Names {
  /** Every place of the name at an offset; none where none stands. */
  occurrences(source: YamlSource, offset: number): readonly TextRange[];
  /** Whether a text can be such a name. */
  isName(text: string): boolean;
}

/** Lets other work be done; false when nobody waits for the answer any more. */
export type Pause = () => Promise<boolean>;

/**
 * A language of YAML documents, such as that of evaluation cells or of merge configurations. Nothing here throws for what
 * is in the text, which may be half written and broken.
 * @typeParam Context what its rules ask of the world: files, registries, data at hand
 */
export interface ConfigurationLanguage<Context, Found extends Diagnostic = Diagnostic> {
  /** For example `evaluation`. */
  readonly id: string;
  /** Whether a document is of this language. Asked of every YAML document that is opened, hence cheap. */
  recognises(document: DocumentHead): boolean;
  /** What may be written at an offset, the likeliest first. */
  complete(source: YamlSource, offset: number, context: Context): Promise<readonly Completion[]>;
  /** What there is to say of the key or value at an offset. */
  hover(source: YamlSource, offset: number, context: Context): Promise<YamlHover | undefined>;
  /** Everything that is wrong, in the order of the text; undefined when a pause ended the check. */
  diagnose(source: YamlSource, context: Context, pause?: Pause): Promise<readonly Found[] | undefined>;
  /** What puts a diagnostic of this text right, the best first. */
  fixes(source: YamlSource, diagnostic: Found, context: Context): Promise<readonly Fix[]>;
  /** Its parts, for the editor's outline. */
  symbols?(source: YamlSource): readonly YamlSymbol[];
  /** Where what the value at an offset names is defined. */
  definition?(source: YamlSource, offset: number, context: Context): Promise<Definition | undefined>;
  /** What can be renamed. */
  readonly names?: Names;
}
