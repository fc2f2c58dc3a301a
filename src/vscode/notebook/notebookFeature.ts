import * as vscode from "vscode";
import { evaluationConfigurationSchema } from "../../core/evaluation/configuration.ts";
import { evaluationLanguage } from "../../core/evaluation/evaluationLanguage.ts";
import { parseYaml } from "../../core/yaml/readYaml.ts";
import { YamlText } from "../../core/yaml/yamlText.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { withCancellableProgress } from "../common/taskProgress.ts";
import { assertTrusted } from "../common/trust.ts";
import { ConfigurationFeatures } from "../yaml/configurationFeatures.ts";
import { cellLanguages } from "./cellMetadata.ts";
import { CellStatusBar, showPromptCommand } from "./cellStatusBar.ts";
import { CellSurroundings } from "./cellSurroundings.ts";
import { NotebookController } from "./notebookController.ts";
import { folderOf } from "./notebookFolder.ts";
import { notebookType } from "./notebookType.ts";
import { PromptViewer } from "./promptViewer.ts";

/** Evaluation notebooks: `*.mcqa.md`. */
export class NotebookFeature extends Feature {
  private readonly prompts: PromptViewer;

  constructor(services: Services) {
    super(services);
    this.prompts = this._register(new PromptViewer());
    this._register(new NotebookController(services));
    this._register(vscode.notebooks.registerNotebookCellStatusBarItemProvider(notebookType, new CellStatusBar()));
    this.registerLanguage();
    this.command("medley.newNotebook", () => this.newNotebook());
    this.command(showPromptCommand, (cell) => this.showPrompt(cell as vscode.NotebookCell));
  }

  private registerLanguage(): void {
    const { models, modelReader } = this.services;
    const surroundings = this._register(new CellSurroundings(models, modelReader));
    const documents = {
      selector: { language: cellLanguages.evaluation },
      contextOf: (document: vscode.TextDocument) => surroundings.of(document),
    };
    const features = this._register(new ConfigurationFeatures(evaluationLanguage, documents, this.services.log));
    const again = (): void => {
      surroundings.refresh();
      features.checkAll();
    };
    const files = this._register(vscode.workspace.createFileSystemWatcher("**/*.{gguf,jsonl,csv}", false, true, false));
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
    const [model] = await vscode.workspace.findFiles("**/*.gguf", "**/{node_modules,.*}/**", 1);
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

  private async showPrompt(cell: vscode.NotebookCell): Promise<void> {
    assertTrusted();
    const source = cell.document.getText();
    parseYaml(source, evaluationConfigurationSchema);
    const given = new YamlText(source).value() as Record<string, unknown>;
    const { baseFolder, scope } = folderOf(cell.notebook);
    const prompt = await withCancellableProgress(vscode.l10n.t("Building the prompt"), (signal) =>
      this.services.runs.showPrompt(given, baseFolder, readSettings(scope), signal),
    );
    await this.prompts.show(prompt);
  }
}
