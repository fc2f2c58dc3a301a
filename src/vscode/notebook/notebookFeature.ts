import * as vscode from "vscode";
import { ConfigurationError } from "../../core/errors.ts";
import {
  evaluationConfigurationSchema,
  type EvaluationConfigurationInput,
} from "../../core/evaluation/configuration.ts";
import { evaluationLanguage } from "../../core/evaluation/evaluationLanguage.ts";
import { parseYaml } from "../../core/yaml/readYaml.ts";
import { readYamlStream } from "../../core/yaml/yamlStream.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { assertTrusted } from "../common/trust.ts";
import { modelFileEndings, modelFilesPattern } from "../models/modelFiles.ts";
import { buildPrompts } from "../prompts/buildPrompts.ts";
import { cellLanguages } from "./cellMetadata.ts";
import { CellStatusBar, showPromptCommand } from "./cellStatusBar.ts";
import { CellContext } from "./cellContext.ts";
import { NotebookController } from "./notebookController.ts";
import { folderOf } from "./notebookFolder.ts";
import { notebookType } from "./notebookType.ts";

/** What cells name: models, and own questions. */
const namedFiles = `**/*.{${[...modelFileEndings, "jsonl", "csv"].join(",")}}`;

/** Evaluation notebooks: `*.mcqa.md`. */
export class NotebookFeature extends Feature {
  constructor(services: Services) {
    super(services);
    const controller = this._register(new NotebookController(services));
    const statusBar = new CellStatusBar((cell) => controller.waitOf(cell), services.evaluations.onDidChange);
    this._register(vscode.notebooks.registerNotebookCellStatusBarItemProvider(notebookType, statusBar));
    this.registerLanguage();
    this.command("medley.newNotebook", () => this.newNotebook());
    this.command(showPromptCommand, (cell) => this.showPrompt(chosenCell(cell)));
    this.command("medley.runCellFromStart", (cell) => controller.runFromStart(chosenCell(cell)));
  }

  private registerLanguage(): void {
    const { models, modelReader, languages } = this.services;
    const context = this._register(new CellContext(models, modelReader));
    languages.add({
      language: evaluationLanguage,
      selector: { language: cellLanguages.evaluation },
      contextOf: (document) => context.of(document),
    });
    const again = (): void => {
      context.refresh();
      languages.checkAll();
    };
    const files = this._register(vscode.workspace.createFileSystemWatcher(namedFiles, false, true, false));
    this._register(files.onDidCreate(again));
    this._register(files.onDidDelete(again));
    this._register(this.services.dataFetched.event(again));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("medley")) again();
      }),
    );
  }

  /** Opens a notebook that runs as it is, where the workspace has a model. */
  private async newNotebook(): Promise<void> {
    const [model] = await vscode.workspace.findFiles(modelFilesPattern, "**/{node_modules,.*}/**", 1);
    const named = model === undefined ? "model.gguf" : vscode.workspace.asRelativePath(model, false);
    const data = new vscode.NotebookData([
      new vscode.NotebookCellData(
        vscode.NotebookCellKind.Markup,
        `# ${vscode.l10n.t("Evaluation")}\n\n${vscode.l10n.t("What is asked, of which model, and why.")}`,
        "markdown",
      ),
      new vscode.NotebookCellData(
        vscode.NotebookCellKind.Code,
        `benchmark: sample\nmodels: ${named}\nprotocol: lm-eval\nshots: 0`,
        cellLanguages.evaluation,
      ),
    ]);
    await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(notebookType, data));
  }

  /** Without its models: what is asked is the same for all, and shown without loading one. */
  private async showPrompt(cell: vscode.NotebookCell): Promise<void> {
    assertTrusted();
    const source = cell.document.getText();
    parseYaml(source, evaluationConfigurationSchema);
    const {
      models: _models,
      limit: _limit,
      ...asked
    } = readYamlStream(source, "1.2").documents[0]!.value as EvaluationConfigurationInput;
    const { baseFolder, scope } = folderOf(cell.notebook);
    const first = asked.items === undefined ? { limit: 1 } : {};
    const { title, markdown } = await buildPrompts(
      this.services,
      { ...asked, ...first },
      baseFolder,
      readSettings(scope),
    );
    await this.services.viewer.showBeside(title, markdown);
  }
}

/**
 * The cell that a command is about: the one it was called on, otherwise the one that has the focus.
 * @throws ConfigurationError when there is none
 */
function chosenCell(given: unknown): vscode.NotebookCell {
  if (given !== undefined) return given as vscode.NotebookCell;
  const editor = vscode.window.activeNotebookEditor;
  const cell = editor?.notebook.getCells(editor.selection)[0];
  if (cell?.document.languageId === cellLanguages.evaluation) return cell;
  throw new ConfigurationError(vscode.l10n.t("No evaluation cell is selected."), {
    hint: vscode.l10n.t("Select a cell of an evaluation notebook first."),
  });
}
