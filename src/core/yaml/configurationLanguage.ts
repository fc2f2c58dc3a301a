import type { Markdown } from "../markdown.ts";
import type { Completion } from "./completion.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Fix } from "./fix.ts";
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
}
