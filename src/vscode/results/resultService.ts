import path from "node:path";
import * as vscode from "vscode";
import type { PageAnswer } from "../../core/pages/contract.ts";
import { resultPage, type ResultPage, type ResultParams, type ResultValue } from "../../core/results/messages.ts";
import { resultMethods } from "../../node/results/protocol.ts";
import { readReport } from "../../node/results/readReport.ts";
import type { ServiceProcess } from "../../node/service/serviceProcess.ts";
import { RunWatch } from "../../node/results/runWatch.ts";
import { Disposable } from "../common/disposable.ts";
import { PageHost, type PageHandlers } from "../common/pageHost.ts";
import { saveFile, saveFiles } from "./saveFiles.ts";

/** Where a page is: what its requests are answered from. */
export interface ResultPlace {
  /** Absolute path of the folder that the page's runs are in. */
  readonly runsFolder: string;
  /** Told of the runs that the page shows, to be watched as long as it does. */
  onShown(folders: readonly string[]): void;
}

/** Shows runs of a folder full-size. @param compare whether several are compared item by item */
export type OpenPanel = (runsFolder: string, runs: readonly string[], compare?: boolean) => void;

/** Answers what result pages ask, wherever they are. It reads runs only: it works in any workspace. */
export class ResultService extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<string>());
  /** Fires with the folder of a run that is watched and got further, ended, went or came back. */
  readonly onDidChangeRun = this.changed.event;
  private readonly watch = this._register(new RunWatch((folder) => this.changed.fire(folder)));

  private readonly host: PageHost<ResultPage, ResultPlace>;

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly openPanel: OpenPanel,
    private readonly service: ServiceProcess,
  ) {
    super();
    this.host = new PageHost(resultPage, "result", this.handlers(), log);
  }

  /** Reports the run's changes until the answer is disposed of. */
  watchRun(folder: string): vscode.Disposable {
    return this.watch.watch(folder);
  }

  /** See {@link PageHost.answer}. */
  answer(message: unknown, findPlace: () => ResultPlace): Promise<PageAnswer | undefined> {
    return this.host.answer(message, findPlace);
  }

  private handlers(): PageHandlers<ResultPage, ResultPlace> {
    const { service } = this;
    return {
      report: (params, findPlace) => this.report(params, findPlace()),
      comparison: ({ runs }, findPlace) =>
        service.call(resultMethods.comparison, { folders: foldersOf(runs, findPlace()) }),
      items: ({ runs, ...query }, findPlace) =>
        service.call(resultMethods.items, { folders: foldersOf(runs, findPlace()), query }),
      item: ({ runs, ...name }, findPlace) =>
        service.call(resultMethods.item, { folders: foldersOf(runs, findPlace()), name }),
      prompt: (params, findPlace) => this.prompt(params, findPlace()),
      save: (file, findPlace) => saveFile(file, findPlace().runsFolder),
      saveAll: ({ files }, findPlace) => saveFiles(files, findPlace().runsFolder),
      copy: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        return null;
      },
      openPanel: ({ runs, compare }, findPlace) => {
        this.openPanel(findPlace().runsFolder, runs, compare);
        return null;
      },
      openLog: () => {
        this.log.show();
        return null;
      },
    };
  }

  private async report(
    { runs }: ResultParams<"report">,
    { runsFolder, onShown }: ResultPlace,
  ): Promise<ResultValue<"report">> {
    onShown(runs.map((run) => path.join(runsFolder, run)));
    return await readReport(runsFolder, runs, (folder) => this.service.call(resultMethods.partialRun, { folder }));
  }

  private async prompt(
    { run, ...name }: ResultParams<"prompt">,
    { runsFolder }: ResultPlace,
  ): Promise<ResultValue<"prompt">> {
    const withTokens = vscode.workspace.isTrusted;
    const params = { folder: path.join(runsFolder, run), name, withTokens };
    const value = await this.service.call(resultMethods.prompt, params);
    if (withTokens) return value;
    const reason = vscode.l10n.t(
      "Its tokens need the model, which Medley does not load in a workspace that you do not trust.",
    );
    return { ...value, tokensMissing: reason };
  }
}

function foldersOf(runs: readonly string[], { runsFolder }: ResultPlace): string[] {
  return runs.map((run) => path.join(runsFolder, run));
}
