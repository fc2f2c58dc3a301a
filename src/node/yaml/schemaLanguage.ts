import { TextDocument } from "vscode-languageserver-textdocument";
import {
  getLanguageService,
  type LanguageService,
} from "yaml-language-server/out/src/languageservice/yamlLanguageService.js";
import type { SchemaCompletion, SchemaHover } from "../editorThread/protocol.ts";
import { tooDeepAt } from "../../core/yaml/parseYaml.ts";

/** What a JSON Schema says at a place of a YAML text: the language service of yaml-language-server. */
export class SchemaLanguage {
  private readonly service: LanguageService;
  private version = 0;

  constructor(
    private readonly id: string,
    schema: Record<string, unknown>,
  ) {
    this.service = getLanguageService({
      schemaRequestService: (uri) => Promise.reject(new Error(`No schema is ever fetched: ${uri}`)),
      workspaceContext: { resolveRelativePath: (path) => path },
    });
    this.service.configure({
      validate: false,
      hover: true,
      completion: true,
      hoverSchemaSource: false,
      schemas: [{ uri: `medley:/${id}.schema.json`, fileMatch: ["*"], schema }],
    });
  }

  /** @throws on some broken texts, at which the library fails */
  async complete(text: string, offset: number): Promise<SchemaCompletion[]> {
    if (tooDeepAt(text) !== undefined) return [];
    const document = this.document(text);
    const list = await this.service.doComplete(document, document.positionAt(offset), false);
    return list.items.flatMap(({ label, kind, insertText, documentation, textEdit }) => {
      // Skeletons of whole objects repeat what the keys offer.
      if (kind === CompletionKind.skeleton) return [];
      const range = textEdit !== undefined && "range" in textEdit ? textEdit.range : undefined;
      const own = { start: document.positionAt(offset), end: document.positionAt(offset) };
      const { start, end } = range ?? own;
      return [
        {
          label,
          isKey: kind === CompletionKind.key,
          snippet: textEdit?.newText ?? insertText ?? label,
          range: [document.offsetAt(start), document.offsetAt(end)] as const,
          documentation: typeof documentation === "string" ? documentation : documentation?.value,
        },
      ];
    });
  }

  /** @throws on some broken texts, at which the library fails */
  async hover(text: string, offset: number): Promise<SchemaHover | undefined> {
    if (tooDeepAt(text) !== undefined) return undefined;
    const document = this.document(text);
    const hover = await this.service.doHover(document, document.positionAt(offset));
    if (hover?.range === undefined || typeof hover.contents !== "object" || !("value" in hover.contents)) {
      return undefined;
    }
    const { start, end } = hover.range;
    return { markdown: hover.contents.value, range: [document.offsetAt(start), document.offsetAt(end)] };
  }

  /** The service remembers a document by address and version: each text is a new version. */
  private document(text: string): TextDocument {
    return TextDocument.create(`medley:/${this.id}.yaml`, "yaml", ++this.version, text);
  }
}

/** Kinds of the language server protocol that the service gives. */
const CompletionKind = { skeleton: 7, key: 10 } as const;
