import path from "node:path";
import * as vscode from "vscode";
import { CancelledError } from "../../core/errors.ts";
import { withCapabilities, type LanguageModel } from "../../core/models/languageModel.ts";
import { parseModelRef } from "../../core/models/modelRef.ts";
import { backends } from "../../node/backends/registry.ts";
import type { ModelReader } from "../../node/editorThread/modelReader.ts";
import type { Lender } from "../../node/backends/lentModel.ts";
import { hashCacheFolder } from "../../node/runs/runFolder.ts";
import { Disposable } from "../common/disposable.ts";
import { messages } from "../common/messages.ts";
import { readSettings } from "../common/settings.ts";
import { assertTrusted } from "../common/trust.ts";
import { ModelCatalog } from "./modelCatalog.ts";

/** A model that this window holds, or is about to. */
interface Held {
  readonly loading: AbortController;
  /** Of its files when it was loaded, if they had been listed. */
  readonly identity: string | undefined;
  /** Settles once it is loaded, or cannot be. */
  opening?: Promise<LanguageModel>;
  model?: LanguageModel;
}

export type LoadState = "loading" | "loaded";

/**
 * The models that are known, and those that this window holds in memory: each in a model host of its own, which ends
 * with the window. Evaluations do not use these: a run has its own model host, so that nothing else can touch its
 * numbers and closing the window does not stop it.
 */
export class ModelService extends Disposable {
  readonly catalog: ModelCatalog;
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  /** Fires after a change of what is loaded. */
  readonly onDidChange = this.changed.event;
  private readonly inMemory = new Map<string, Held>();

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly modelReader: ModelReader,
  ) {
    super();
    this.catalog = this._register(new ModelCatalog(log));
    this._register(this.catalog.onDidChange(() => this.dropChanged()));
  }

  override dispose(): void {
    for (const file of [...this.inMemory.keys()]) void this.unload(file);
    super.dispose();
  }

  /** Paths of the models that are held, in the order of loading. */
  get states(): ReadonlyMap<string, LoadState> {
    return new Map([...this.inMemory].map(([file, { model }]) => [file, model === undefined ? "loading" : "loaded"]));
  }

  /** A model that is in memory. It stays the service's: who uses it must be ready for its end. */
  opened(file: string): LanguageModel | undefined {
    return this.inMemory.get(file)?.model;
  }

  /** Lets other processes of the window use what is loaded, to show prompts in tokens. */
  readonly lender: Lender = (file) => {
    const model = this.opened(file);
    return model?.capabilities.has("tokenizer") === true ? withCapabilities(model, "tokenizer") : undefined;
  };

  /**
   * A model with the settings of its folder, loaded unless it is already; it stays in memory until it is unloaded.
   * @throws FileError or ModelError when it cannot be loaded; CancelledError when it is unloaded meanwhile
   */
  async load(file: string): Promise<LanguageModel> {
    assertTrusted();
    const before = this.inMemory.get(file);
    if (before?.opening !== undefined) return before.opening;
    const held: Held = { loading: new AbortController(), identity: this.catalog.find(file)?.identity };
    this.inMemory.set(file, held);
    held.opening = this.open(file, held);
    this.changed.fire();
    try {
      held.model = await held.opening;
      return held.model;
    } catch (error) {
      if (this.inMemory.get(file) === held) this.inMemory.delete(file);
      throw error;
    } finally {
      this.changed.fire();
    }
  }

  private async open(file: string, held: Held): Promise<LanguageModel> {
    const uri = vscode.Uri.file(file);
    const folder = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
    const { gpu, threads, kvCacheType, runsFolder } = readSettings(folder);
    // Evaluations look for hashes of models there too.
    const cacheFolder = folder && hashCacheFolder(path.join(runsFolder, "run"));
    const { signal } = held.loading;
    const readHeader = (path: string) => this.modelReader.readHeader(path);
    const found = await backends.find(parseModelRef(file), { readHeader });
    const started = performance.now();
    const onRestart = ({ reason }: { reason: string }): void => this.lose(file, held, reason);
    const model = await found.open({ gpu, threads, kvCacheType, cacheFolder, signal, onRestart });
    if (signal.aborted) {
      await model.dispose();
      throw new CancelledError(vscode.l10n.t("{0} was not loaded.", path.basename(file)));
    }
    const { runtime, contextLength } = model.description;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    this.log.info(
      `Loaded ${file} in ${seconds} s on ${runtime.device}, ${runtime.threads} threads, context ${contextLength}`,
    );
    return model;
  }

  /** Frees a model, or gives up loading it. */
  async unload(file: string): Promise<void> {
    const held = this.inMemory.get(file);
    if (held === undefined) return;
    this.inMemory.delete(file);
    held.loading.abort();
    this.changed.fire();
    await held.model?.dispose();
    this.log.info(`Unloaded ${file}`);
  }

  /**
   * Frees what is on a GPU, for an evaluation that is about to start: without room there it would run on the processor in
   * part. On a processor the weights are the same memory for all who have the file open.
   */
  async leaveGpu(): Promise<void> {
    for (const [file, { model }] of this.inMemory) {
      if (model === undefined || model.description.runtime.device === "cpu") continue;
      await this.unload(file);
      const message = vscode.l10n.t("{0} was unloaded: the evaluation needs the GPU.", path.basename(file));
      vscode.window.setStatusBarMessage(message, 10_000);
    }
  }

  /** What is in memory is no longer what its file holds. */
  private dropChanged(): void {
    for (const [file, { identity, model }] of this.inMemory) {
      const now = this.catalog.find(file)?.identity;
      if (model === undefined || identity === undefined || now === identity) continue;
      void this.unload(file);
      this.log.warn(`${file} was changed or removed; what was loaded of it is unloaded.`);
      const message = vscode.l10n.t("{0} was unloaded: its file was changed or removed.", path.basename(file));
      void messages.warn(message);
    }
  }

  /** Its process has ended. Nobody asked for the memory to be taken again: that is left to the user. */
  private lose(file: string, held: Held, reason: string): void {
    if (held.model === undefined || this.inMemory.get(file) !== held) return;
    void this.unload(file);
    this.log.warn(`The model host of ${file} ended: ${reason}`);
    const message = vscode.l10n.t("{0} is no longer loaded: its process ended ({1}).", path.basename(file), reason);
    const again = vscode.l10n.t("Load Again");
    void messages.warn(message, again).then((chosen) => {
      if (chosen === again) void vscode.commands.executeCommand("medley.models.load", vscode.Uri.file(file));
    });
  }
}
