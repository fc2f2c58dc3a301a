import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { BenchmarkDefinition } from "../../core/benchmarks/benchmark.ts";
import { MedleyError } from "../../core/errors.ts";
import type { EvaluationContext, OfferedModel } from "../../core/evaluation/evaluationLanguage.ts";
import { formatBytes } from "../../core/formatting.ts";
import { markdown, type Markdown } from "../../core/markdown.ts";
import type { ModelOverview } from "../../core/models/modelOverview.ts";
import { backends } from "../../node/backends/registry.ts";
import { defaultDataFolder } from "../../node/benchmarks/dataFolder.ts";
import { DataStore } from "../../node/benchmarks/dataStore.ts";
import type { ModelReader } from "../../node/editorThread/modelReader.ts";
import { resourcesFolder } from "../../node/resourcesFolder.ts";
import { Disposable } from "../common/disposable.ts";
import { readSettings } from "../common/settings.ts";
import { withHome } from "../common/withHome.ts";
import { modelFilesPattern } from "../models/modelFiles.ts";
import type { ModelService } from "../models/modelService.ts";
import { joinKnown, overviewTexts } from "../models/overviewTexts.ts";
import { folderOf, type NotebookFolder } from "./notebookFolder.ts";

const filesOffered = 500;
/** How long what a folder holds is believed, in milliseconds: a search of large data folders takes seconds. */
const storeLife = 30_000;

/** What is around a cell: files of its workspace, models, data at hand. */
export class CellContext extends Disposable {
  private readonly stores = new Map<string, { readonly store: DataStore; readonly until: number }>();

  constructor(
    private readonly models: ModelService,
    private readonly modelReader: ModelReader,
  ) {
    super();
  }

  /** For the document of a cell. */
  of(document: vscode.TextDocument): EvaluationContext {
    const { baseFolder, scope } = placeOf(document);
    const absolute = (given: string): string => path.resolve(baseFolder, given);
    return {
      modelFiles: () => this.modelFiles(scope, baseFolder),
      questionFiles: () => filesLike("**/*.{jsonl,csv}", scope, baseFolder),
      isFile: (given) =>
        stat(absolute(given)).then(
          (status) => status.isFile(),
          () => false,
        ),
      refusal: (ref) => backends.refusal(ref),
      describeModel: async (given) => {
        const readHeader = (file: string) => this.modelReader.readHeader(file);
        const { overview } = await backends.find({ scheme: "file", path: absolute(given) }, { readHeader });
        return describeModel(overview);
      },
      isAtHand: (benchmark, folders) => this.isAtHand(benchmark, folders.map(absolute), scope),
    };
  }

  /** After a download, for example. */
  refresh(): void {
    this.stores.clear();
  }

  private async modelFiles(scope: vscode.WorkspaceFolder, baseFolder: string): Promise<OfferedModel[]> {
    const { states, catalog } = this.models;
    const near = await filesLike(modelFilesPattern, scope, baseFolder);
    const known = new Map((await catalog.usable()).map(({ path: file, overview }) => [file, overview]));
    // A file of the workspace is named by its relative path, any other one by its whole path.
    const nearPaths = new Map(near.map((file) => [path.resolve(baseFolder, file), file]));
    const files = new Set([...states.keys(), ...nearPaths.keys(), ...known.keys()]);
    return [...files].map((file) => {
      const { count, quantization } = overviewTexts(known.get(file));
      const detail = joinKnown(states.has(file) ? vscode.l10n.t("loaded") : undefined, count, quantization);
      const relative = nearPaths.get(file);
      if (relative !== undefined) return { path: relative, detail };
      const place = withHome(path.dirname(file));
      return { path: file, name: path.basename(file), detail: [detail, place].join(" · ") };
    });
  }

  private async isAtHand(
    benchmark: BenchmarkDefinition,
    named: readonly string[],
    scope: vscode.WorkspaceFolder,
  ): Promise<boolean> {
    const folders = named.length > 0 ? named : readSettings(scope).dataFolders;
    try {
      return (await this.storeOf(folders).status(benchmark)).ready;
    } catch (error) {
      // A folder that cannot be read has nothing at hand; running the cell says what is wrong with it.
      if (error instanceof MedleyError) return false;
      throw error;
    }
  }

  private storeOf(folders: readonly string[]): DataStore {
    const key = JSON.stringify(folders);
    const known = this.stores.get(key);
    if (known !== undefined && Date.now() < known.until) return known.store;
    const store = new DataStore({ folders, dataFolder: defaultDataFolder(), resourcesFolder: resourcesFolder() });
    this.stores.set(key, { store, until: Date.now() + storeLife });
    return store;
  }
}

/** Where the notebook of a cell lies; a document outside of any notebook counts as one. */
function placeOf(document: vscode.TextDocument): NotebookFolder {
  const notebook = vscode.workspace.notebookDocuments.find((candidate) =>
    candidate.getCells().some((cell) => cell.document === document),
  );
  const place = notebook ?? document;
  if (place.uri.scheme === "file" || vscode.workspace.workspaceFolders !== undefined) return folderOf(place);
  // Not saved, and no folder open: it can be written, and running it says what is missing.
  const home = vscode.Uri.file(homedir());
  return { baseFolder: home.fsPath, scope: { uri: home, name: "", index: 0 } };
}

/** Paths relative to the base folder, with slashes on every platform; those nearest to it first. */
async function filesLike(pattern: string, scope: vscode.WorkspaceFolder, baseFolder: string): Promise<string[]> {
  // Outside of a workspace nobody said how far to search.
  if (vscode.workspace.workspaceFolders?.includes(scope) !== true) return [];
  const files = await vscode.workspace.findFiles(
    new vscode.RelativePattern(scope, pattern),
    "**/{node_modules,.*}/**",
    filesOffered,
  );
  const paths = files.map(({ fsPath }) => path.relative(baseFolder, fsPath).replaceAll(path.sep, "/"));
  const depth = (file: string): number => file.split("/").length;
  return paths.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

function describeModel(overview: ModelOverview): Markdown {
  const { architecture, parameters, quantization, context } = overviewTexts(overview);
  const size = overview.bytes === undefined ? undefined : formatBytes(overview.bytes);
  return markdown`**${overview.name}**\n\n${joinKnown(architecture, parameters, quantization, context, size)}`;
}
