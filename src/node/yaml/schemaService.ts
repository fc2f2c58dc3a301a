import { TextDocument } from "vscode-languageserver-textdocument";
import type { LanguageService } from "yaml-language-server/out/src/languageservice/yamlLanguageService.js";
import { z } from "zod";
import type { OffsetRange } from "../../core/yaml/yamlText.ts";

/** Something that a schema allows at a place. */
export interface SchemaCompletion {
  readonly label: string;
  readonly isKey: boolean;
  /** A snippet, with tab stops as editors write them. */
  readonly snippet: string;
  /** What it replaces. */
  readonly range: OffsetRange;
  readonly documentation?: string;
}

export interface SchemaHover {
  readonly markdown: string;
  readonly range: OffsetRange;
}

/**
 * What a schema says at a place of a YAML text, perhaps half written: the language service of yaml-language-server,
 * which is loaded when it is first asked. It reads no file and no network.
 */
export class SchemaService {
  private service: Promise<LanguageService> | undefined;
  private version = 0;

  constructor(
    private readonly id: string,
    private readonly schema: z.ZodType,
    /** Is told when the library fails on a text, which it does on some broken ones; nothing is offered there then. */
    private readonly onFailure: (error: unknown) => void,
  ) {}

  async complete(text: string, offset: number): Promise<SchemaCompletion[]> {
    const document = this.document(text);
    const service = await this.started();
    const list = await this.ask(() => service.doComplete(document, document.positionAt(offset), false));
    return (list?.items ?? []).flatMap(({ label, kind, insertText, documentation, textEdit }) => {
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

  async hover(text: string, offset: number): Promise<SchemaHover | undefined> {
    const document = this.document(text);
    const service = await this.started();
    const hover = await this.ask(() => service.doHover(document, document.positionAt(offset)));
    if (hover?.range === undefined || typeof hover.contents !== "object" || !("value" in hover.contents)) {
      return undefined;
    }
    const { start, end } = hover.range;
    return { markdown: hover.contents.value, range: [document.offsetAt(start), document.offsetAt(end)] };
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      this.onFailure(error);
      return undefined;
    }
  }

  /** The service remembers a document by address and version: each text is a new version. */
  private document(text: string): TextDocument {
    return TextDocument.create(`medley:/${this.id}.yaml`, "yaml", ++this.version, text);
  }

  private async started(): Promise<LanguageService> {
    this.service ??= this.start();
    return await this.service;
  }

  private async start(): Promise<LanguageService> {
    const { getLanguageService } = await import("yaml-language-server/out/src/languageservice/yamlLanguageService.js");
    const service = getLanguageService({
      schemaRequestService: (uri) => Promise.reject(new Error(`No schema is ever fetched: ${uri}`)),
      workspaceContext: { resolveRelativePath: (path) => path },
    });
    service.configure({
      validate: false,
      hover: true,
      completion: true,
      hoverSchemaSource: false,
      schemas: [
        {
          uri: `medley:/${this.id}.schema.json`,
          fileMatch: ["*"],
          schema: z.toJSONSchema(this.schema, { io: "input" }),
        },
      ],
    });
    return service;
  }
}

/** Kinds of the language server protocol that the service gives. */
const CompletionKind = { skeleton: 7, key: 10 } as const;
