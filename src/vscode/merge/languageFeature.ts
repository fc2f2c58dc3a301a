import path from "node:path";
import * as vscode from "vscode";
import type { ModelPath } from "../../core/checkpoint/modelReference.ts";
import { FileError } from "../../core/errors.ts";
import { diagnosticsPage, lineOnPage } from "../../core/merge/config/diagnosticCodes.ts";
import { modelPlacesCommand } from "../../core/merge/language/fix.ts";
import type { LanguageContext } from "../../core/merge/language/languageContext.ts";
import { mergeLanguage } from "../../core/merge/language/mergeLanguage.ts";
import { conversionAt, type Conversion } from "../../core/merge/language/convertDefinition.ts";
import { mergeMethods } from "../../core/merge/methods/registry.ts";
import { findCheckpoints } from "../../node/checkpoint/findCheckpoints.ts";
import { findFolder } from "../../node/checkpoint/openModels.ts";
import { ModelFactsCache } from "../../node/checkpoint/modelFactsCache.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import type { Rewrite } from "../yaml/editorLanguage.ts";
import { LanguageStatus } from "./languageStatus.ts";
import { MergeDocuments, mergeFolder, mergeSelector } from "./mergeDocuments.ts";
import { mergeLenses } from "./mergeLenses.ts";
import { showModelPlaces } from "./modelPlaces.ts";

/** How long a list of the checkpoints on disk is taken for true, in milliseconds. */
const listFreshFor = 15_000;

/** Help with writing merge configurations, in YAML files that are one. */
export class MergeLanguageFeature extends Feature {
  private readonly documents: MergeDocuments;
  private readonly facts = new ModelFactsCache(
    () => this.services.languages.checkAll(),
    (reference, places) => this.services.modelReader.lookUp(reference, places),
  );
  private readonly lists = new Map<
    string,
    { readonly made: number; readonly models: ReturnType<typeof findCheckpoints> }
  >();

  constructor(services: Services) {
    super(services);
    const { context, languages } = services;
    this.documents = this._register(new MergeDocuments(context.workspaceState));
    languages.add({
      language: mergeLanguage,
      selector: mergeSelector,
      contextOf: (document) => this.contextOf(document),
      isWanted: (document) => !this.documents.isSwitchedOff(document),
      onDidChangeWanted: this.documents.onDidChange,
      explanationOf: (code) =>
        vscode.Uri.joinPath(context.extensionUri, diagnosticsPage).with({ fragment: `L${lineOnPage(code)}` }),
      rewritesAt: (source, offset, { facts }) => rewrites(conversionAt(source, offset, facts)),
      lenses: mergeLenses,
      renaming: {
        onlyNames: vscode.l10n.t("Only the name of a merge can be renamed."),
        form: vscode.l10n.t("A name begins with a letter and has letters, digits and . _ - / only."),
      },
    });
    this._register(new LanguageStatus(this.documents));
    this.command(modelPlacesCommand, (model, file) => showModelPlaces(String(model), file as vscode.Uri));
    this.command("medley.mergeHelpOff", () => this.switch("off"));
    this.command("medley.mergeHelpOn", () => this.switch("on"));
  }

  private async switch(to: "on" | "off"): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document !== undefined) await this.documents.switch(document, to);
  }

  /** What is known around a document. Without a folder nothing is known of its models. */
  private contextOf(document: vscode.TextDocument): LanguageContext {
    const folder = mergeFolder(document);
    const shared = { methods: mergeMethods, engine: "medley", isDraft: true } as const;
    if (folder === undefined) return { ...shared, facts: () => ({ state: "unknown" }) };
    return {
      ...shared,
      facts: this.facts.lookUp({ folder }),
      load: (reference) => this.facts.load(reference, { folder }),
      models: () => this.models(folder),
      configurationFile: (model) => configurationFile(model, folder),
    };
  }

  private models(base: string): ReturnType<typeof findCheckpoints> {
    const known = this.lists.get(base);
    if (known !== undefined && Date.now() - known.made < listFreshFor) return known.models;
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const models = findCheckpoints(folders.length === 0 ? [base] : folders, base);
    this.lists.set(base, { made: Date.now(), models });
    return models;
  }
}

/** Conversions of how a merge is written, which leave what it does. */
function rewrites(conversion: Conversion | undefined): Rewrite[] {
  if (conversion === undefined) return [];
  const { to, edits } = conversion;
  const title =
    to === "slices"
      ? vscode.l10n.t("Convert `models` to `slices` with layer ranges")
      : vscode.l10n.t("Convert `slices` to `models` of all layers");
  return [{ title, edits }];
}

async function configurationFile(model: ModelPath, folder: string): Promise<string | undefined> {
  try {
    return path.join(await findFolder(model, { folder }), "config.json");
  } catch (error) {
    // A model that is not here has no definition to go to; a diagnostic says so.
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
