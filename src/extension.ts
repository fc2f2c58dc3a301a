import { setImmediate } from "node:timers/promises";
import * as vscode from "vscode";
import { Commands } from "./vscode/common/commands.ts";
import { ErrorPresenter } from "./vscode/common/errorPresenter.ts";
import type { Feature } from "./vscode/common/feature.ts";
import type { ServicesBase } from "./vscode/common/services.ts";
import { registerNotebookType } from "./vscode/notebook/notebookType.ts";

/**
 * Every feature, one line each, those that a user sees first in front. They are loaded one by one after the activation,
 * which has to be quick: nothing else is imported here but what that takes.
 */
const features: readonly (() => Promise<new (...services: ConstructorParameters<typeof Feature>) => Feature>)[] = [
  async () => (await import("./vscode/notebook/notebookFeature.ts")).NotebookFeature,
  async () => (await import("./vscode/results/resultsFeature.ts")).ResultsFeature,
  async () => (await import("./vscode/models/modelsFeature.ts")).ModelsFeature,
  async () => (await import("./vscode/runs/runsFeature.ts")).RunsFeature,
  async () => (await import("./vscode/merge/languageFeature.ts")).MergeLanguageFeature,
  async () => (await import("./vscode/prompts/promptFilesFeature.ts")).PromptFilesFeature,
  async () => (await import("./vscode/evaluation/evaluateFeature.ts")).EvaluateFeature,
  async () => (await import("./vscode/inlineChat/inlineChatFeature.ts")).InlineChatFeature,
  async () => (await import("./vscode/benchmarks/fetchFeature.ts")).FetchFeature,
  async () => (await import("./vscode/prompts/promptFeature.ts")).PromptFeature,
  async () => (await import("./vscode/statusBar/statusBarFeature.ts")).StatusBarFeature,
  async () => (await import("./vscode/log/logFeature.ts")).LogFeature,
  async () => (await import("./vscode/merge/newConfigurationFeature.ts")).NewConfigurationFeature,
  async () => (await import("./vscode/merge/evaluateResultFeature.ts")).EvaluateResultFeature,
  async () => (await import("./vscode/merge/planPreviewFeature.ts")).PlanPreviewFeature,
  async () => (await import("./vscode/merge/runMergeFeature.ts")).RunMergeFeature,
  async () => (await import("./vscode/welcome/welcomeFeature.ts")).WelcomeFeature,
];

/** What most features share. Imported with them it would hold up the extension host for longer than anything may. */
const foundations: readonly (() => Promise<unknown>)[] = [
  () => import("zod"),
  () => import("./core/evaluation/configuration.ts"),
  () => import("./node/backends/registry.ts"),
  () => import("./node/runs/runFolder.ts"),
  () => import("./vscode/yaml/configurationLanguages.ts"),
];

/** What the extension gives to others, its tests among them. */
export interface Api {
  /** Resolves once every feature is there; rejects when one cannot be loaded. */
  readonly ready: Promise<void>;
}

/** Registers what has to be there at once; the features follow. Everything ends with the extension's subscriptions. */
export function activate(context: vscode.ExtensionContext): Api {
  const { version, contributes } = context.extension.packageJSON as Manifest;
  const log = vscode.window.createOutputChannel("Medley", { log: true });
  log.info(`Medley ${version} on VS Code ${vscode.version}, Node ${process.version}, ${process.platform}`);
  const errors = new ErrorPresenter(log);
  const offered = contributes.commands.map(({ command }) => command);
  const commands = new Commands(offered, errors, () => ready);
  context.subscriptions.push(log, commands, registerNotebookType());
  const ready = loadFeatures({ context, log, errors, commands });
  // VS Code itself shows nothing when an activation fails.
  ready.catch((error: unknown) => errors.show(error));
  return { ready };
}

interface Manifest {
  readonly version: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

async function loadFeatures(base: ServicesBase): Promise<void> {
  const { subscriptions } = base.context;
  // An import waits for nothing else: without the pauses all of them together would hold up the other extensions.
  for (const load of foundations) {
    await load();
    await setImmediate();
  }
  const { createServices } = await import("./vscode/common/services.ts");
  const services = createServices(base);
  const { evaluations, viewer, modelReader, service, languages, dataFetched, runCatalog, models } = services;
  subscriptions.push(evaluations, viewer, modelReader, service, languages, dataFetched, runCatalog, models);
  for (const load of features) {
    await setImmediate();
    const Feature = await load();
    subscriptions.push(new Feature(services));
  }
  const { orphans } = base.commands;
  if (orphans.length > 0) throw new Error(`No feature does ${orphans.join(", ")}.`);
}
