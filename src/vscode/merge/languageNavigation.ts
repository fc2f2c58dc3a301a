import path from "node:path";
import * as vscode from "vscode";
import {
  definitionAt,
  isMergeName,
  mergeSymbols,
  nameOccurrences,
  type MergeSymbol,
} from "../../core/merge/language/mergeNames.ts";
import { FileError } from "../../core/errors.ts";
import { findFolder } from "../../node/checkpoint/openModels.ts";
import { Disposable } from "../common/disposable.ts";
import { editorRange, sourceOf } from "../yaml/documentSource.ts";
import { IncludedDocuments } from "../yaml/includedDocuments.ts";
import { mergeFolder, mergeSelector, type MergeDocuments } from "./mergeDocuments.ts";

const kinds: Readonly<Record<MergeSymbol["kind"], vscode.SymbolKind>> = {
  merge: vscode.SymbolKind.Module,
  list: vscode.SymbolKind.Array,
  model: vscode.SymbolKind.Package,
  key: vscode.SymbolKind.Property,
};

/** Outline, definitions of models, and renaming of merges in merge configurations. */
export class LanguageNavigation
  extends Disposable
  implements vscode.DocumentSymbolProvider, vscode.DefinitionProvider, vscode.RenameProvider
{
  constructor(private readonly documents: MergeDocuments) {
    super();
    this._register(vscode.languages.registerDocumentSymbolProvider(mergeSelector, this));
    this._register(vscode.languages.registerDefinitionProvider(mergeSelector, this));
    this._register(
      new IncludedDocuments(documents, (selector) => vscode.languages.registerRenameProvider(selector, this)),
    );
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    if (!this.documents.includes(document)) return [];
    return mergeSymbols(sourceOf(document)).map((symbol) => editorSymbol(document, symbol));
  }

  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.LocationLink[] | undefined> {
    if (!this.documents.includes(document)) return undefined;
    const found = definitionAt(sourceOf(document), document.offsetAt(position));
    if (found === undefined) return undefined;
    const originSelectionRange = editorRange(document, found.from);
    if (found.kind === "merge") {
      return [{ originSelectionRange, targetUri: document.uri, targetRange: editorRange(document, found.to) }];
    }
    const folder = mergeFolder(document);
    if (folder === undefined) return undefined;
    try {
      const target = path.join(await findFolder(found, { folder }), "config.json");
      return [{ originSelectionRange, targetUri: vscode.Uri.file(target), targetRange: new vscode.Range(0, 0, 0, 0) }];
    } catch (error) {
      // A model that is not here has no definition to go to; a diagnostic says so.
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  prepareRename(document: vscode.TextDocument, position: vscode.Position): vscode.Range {
    const offset = document.offsetAt(position);
    const here = nameOccurrences(sourceOf(document), offset).find(({ start, end }) => start <= offset && offset <= end);
    if (here === undefined) throw new Error(vscode.l10n.t("Only the name of a merge can be renamed."));
    return editorRange(document, here);
  }

  provideRenameEdits(document: vscode.TextDocument, position: vscode.Position, name: string): vscode.WorkspaceEdit {
    if (!isMergeName(name)) {
      throw new Error(vscode.l10n.t("A name begins with a letter and has letters, digits and . _ - / only."));
    }
    const edit = new vscode.WorkspaceEdit();
    for (const range of nameOccurrences(sourceOf(document), document.offsetAt(position))) {
      edit.replace(document.uri, editorRange(document, range), name);
    }
    return edit;
  }
}

function editorSymbol(document: vscode.TextDocument, symbol: MergeSymbol): vscode.DocumentSymbol {
  const { name, detail, kind, range, selection, children } = symbol;
  const [whole, selected] = [editorRange(document, range), editorRange(document, selection)];
  const made = new vscode.DocumentSymbol(name, detail, kinds[kind], whole, selected);
  made.children = children.map((child) => editorSymbol(document, child));
  return made;
}
