import path from "node:path";
import * as vscode from "vscode";
import { formatPlace, MedleyError } from "../../core/errors.ts";
import { describeIssue, fieldOf, type SchemaProblem } from "../../core/schemaProblems.ts";
import {
  resultRequestSchema,
  type ResultAnswer,
  type ResultRequest,
  type ResultRequestParams,
  type ResultRequestType,
  type ResultValue,
} from "../../core/results/messages.ts";
import { resultMethods } from "../../node/results/protocol.ts";
import { readReport } from "../../node/results/readReport.ts";
import type { ServiceProcess } from "../../node/service/serviceProcess.ts";
import { RunWatch } from "../../node/results/runWatch.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
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

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly openPanel: OpenPanel,
    private readonly service: ServiceProcess,
  ) {
    super();
  }

  /** Reports the run's changes until the answer is disposed of. */
  watchRun(folder: string): vscode.Disposable {
    return this.watch.watch(folder);
  }

  /**
   * The answer to a message of a page; never rejects.
   * @param findPlace throws what the page is told instead of an answer
   * @returns undefined for what is no request at all: that is logged
   */
  async answer(message: unknown, findPlace: () => ResultPlace): Promise<ResultAnswer | undefined> {
    const read = resultRequestSchema.safeParse(message, { reportInput: true });
    if (!read.success) return this.refuse(message, describeIssue(read.error.issues[0]!));
    const { id, type } = read.data;
    try {
      return { type: "answer", id, ok: true, value: await this.perform(read.data, findPlace) };
    } catch (error) {
      this.log.warn(`A result page's request "${type}" failed: ${describeError(error)}`);
      return { type: "answer", id, ok: false, error: errorForPage(error) };
    }
  }

  private refuse(message: unknown, problem: SchemaProblem): ResultAnswer | undefined {
    const field = fieldOf(problem);
    const reason = `${field === undefined ? "" : `${field}: `}${problem.message}`;
    this.log.error(`A result page sent a message that is none of Medley's, which is refused: ${reason}`);
    const id = resultRequestSchema.options[0].shape.id.safeParse((message as { id?: unknown } | undefined)?.id);
    if (!id.success) return undefined;
    const text = vscode.l10n.t("The page asked for something that Medley does not know: {0}", reason);
    return { type: "answer", id: id.data, ok: false, error: { message: text, code: "message.invalid" } };
  }

  private perform(request: ResultRequest, findPlace: () => ResultPlace): Promise<ResultValue<ResultRequestType>> {
    switch (request.type) {
      case "report":
        return this.report(request, findPlace());
      case "comparison":
        return this.service.call(resultMethods.comparison, { folders: foldersOf(request, findPlace()) });
      case "items": {
        const { benchmark, filter, sort, offset, limit } = request;
        const query = { benchmark, filter, sort, offset, limit };
        return this.service.call(resultMethods.items, { folders: foldersOf(request, findPlace()), query });
      }
      case "item":
        return this.service.call(resultMethods.item, {
          folders: foldersOf(request, findPlace()),
          name: nameOf(request),
        });
      case "prompt":
        return this.prompt(request, findPlace());
      case "save":
        return saveFile(request, findPlace().runsFolder);
      case "saveAll":
        return saveFiles(request.files, findPlace().runsFolder);
      case "copy":
        return done(vscode.env.clipboard.writeText(request.text));
      case "openPanel":
        this.openPanel(findPlace().runsFolder, request.runs, request.compare);
        return done();
      case "openLog":
        this.log.show();
        return done();
    }
  }

  private async report(
    { runs }: ResultRequestParams<"report">,
    { runsFolder, onShown }: ResultPlace,
  ): Promise<ResultValue<"report">> {
    onShown(runs.map((run) => path.join(runsFolder, run)));
    return await readReport(runsFolder, runs, (folder) => this.service.call(resultMethods.partialRun, { folder }));
  }

  private async prompt(
    request: ResultRequestParams<"prompt">,
    { runsFolder }: ResultPlace,
  ): Promise<ResultValue<"prompt">> {
    const withTokens = vscode.workspace.isTrusted;
    const params = { folder: path.join(runsFolder, request.run), name: nameOf(request), withTokens };
    const value = await this.service.call(resultMethods.prompt, params);
    if (withTokens) return value;
    const reason = vscode.l10n.t(
      "Its tokens need the model, which Medley does not load in a workspace that you do not trust.",
    );
    return { ...value, tokensMissing: reason };
  }
}

function foldersOf({ runs }: { readonly runs: readonly string[] }, { runsFolder }: ResultPlace): string[] {
  return runs.map((run) => path.join(runsFolder, run));
}

function nameOf({ benchmark, item, draw }: ResultRequestParams<"item"> | ResultRequestParams<"prompt">) {
  return { benchmark, item, draw };
}

async function done(work?: PromiseLike<void>): Promise<null> {
  await work;
  return null;
}

function errorForPage(error: unknown): { message: string; hint?: string; code: string } {
  if (!(error instanceof MedleyError)) {
    const message = vscode.l10n.t("Medley has a defect: {0}", error instanceof Error ? error.message : String(error));
    return { message, hint: vscode.l10n.t("Details are in Medley's log."), code: "defect" };
  }
  const place = formatPlace(error.place);
  return {
    message: place === "" ? error.message : `${place}: ${error.message}`,
    ...(error.hint !== undefined && { hint: error.hint }),
    code: error.code,
  };
}
