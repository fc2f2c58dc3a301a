import * as vscode from "vscode";
import type { Definition, Names } from "../../core/yaml/configurationLanguage.ts";
import type { Diagnostic } from "../../core/yaml/diagnostic.ts";
import type { YamlSymbol } from "../../core/yaml/symbols.ts";
import { touches } from "../../core/yaml/textRange.ts";
import { Disposable } from "../common/disposable.ts";
import { editorRange, sourceOf } from "./documentSource.ts";
import type { EditorLanguage, RenamingTexts } from "./editorLanguage.ts";
import { IncludedDocuments, type DocumentSet } from "./includedDocuments.ts";

const kinds: Readonly<Record<YamlSymbol["kind"], vscode.SymbolKind>> = {
  document: vscode.SymbolKind.Module,
  list: vscode.SymbolKind.Array,
  model: vscode.SymbolKind.Package,
  key: vscode.SymbolKind.Property,
};

/** Outline, definitions and renaming in the documents of a language, as far as it has them. */
export class LanguageNavigation<Context, Found extends Diagnostic> extends Disposable {
  constructor(
    private readonly editorLanguage: EditorLanguage<Context, Found>,
    private readonly documents: DocumentSet,
  ) {
    super();
    const { languages } = vscode;
    const { language, selector, renaming } = editorLanguage;
    const { names } = language;
    if (language.symbols !== undefined) {
      const provider = { provideDocumentSymbols: (document: vscode.TextDocument) => this.symbols(document) };
      this._register(languages.registerDocumentSymbolProvider(selector, provider));
    }
    if (language.definition !== undefined) {
      const provider: vscode.DefinitionProvider = {
        provideDefinition: (document, position) => this.definition(document, position),
      };
      this._register(languages.registerDefinitionProvider(selector, provider));
    }
    if (names !== undefined && renaming !== undefined) {
      const provider = new Renaming(names, renaming);
      this._register(new IncludedDocuments(documents, (chosen) => languages.registerRenameProvider(chosen, provider)));
    }
  }

  private symbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    if (!this.documents.includes(document)) return [];
    const symbols = this.editorLanguage.language.symbols?.(sourceOf(document)) ?? [];
    return symbols.map((symbol) => editorSymbol(document, symbol));
  }

  private async definition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.LocationLink[] | undefined> {
    if (!this.documents.includes(document)) return undefined;
    const { language, contextOf } = this.editorLanguage;
    const offset = document.offsetAt(position);
    const found = await language.definition?.(sourceOf(document), offset, contextOf(document));
    return found && [linkTo(document, found)];
  }
}

function linkTo(document: vscode.TextDocument, definition: Definition): vscode.LocationLink {
  const originSelectionRange = editorRange(document, definition.from);
  if ("to" in definition) {
    return { originSelectionRange, targetUri: document.uri, targetRange: editorRange(document, definition.to) };
  }
  const targetUri = vscode.Uri.file(definition.file);
  return { originSelectionRange, targetUri, targetRange: new vscode.Range(0, 0, 0, 0) };
}

class Renaming implements vscode.RenameProvider {
  constructor(
    private readonly names: Names,
    private readonly texts: RenamingTexts,
  ) {}

  prepareRename(document: vscode.TextDocument, position: vscode.Position): vscode.Range {
    const offset = document.offsetAt(position);
    const here = this.names.occurrences(sourceOf(document), offset).find((range) => touches(range, offset));
    if (here === undefined) throw new Error(this.texts.onlyNames);
    return editorRange(document, here);
  }

  provideRenameEdits(document: vscode.TextDocument, position: vscode.Position, name: string): vscode.WorkspaceEdit {
    if (!this.names.isName(name)) throw new Error(this.texts.form);
    const edit = new vscode.WorkspaceEdit();
    for (const range of this.names.occurrences(sourceOf(document), document.offsetAt(position))) {
      edit.replace(document.uri, editorRange(document, range), name);
    }
    return edit;
  }
}

function editorSymbol(document: vscode.TextDocument, symbol: YamlSymbol): vscode.DocumentSymbol {
  const { name, detail, kind, range, selection, children } = symbol;
  const [whole, selected] = [editorRange(document, range), editorRange(document, selection)];
  const made = new vscode.DocumentSymbol(name, detail, kinds[kind], whole, selected);
  made.children = children.map((child) => editorSymbol(document, child));
  return made;
}
