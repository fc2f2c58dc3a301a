import { RunError } from "../../core/errors.ts";
import type { Comparison } from "../../core/reports/comparison.ts";
import { describeItem } from "../../core/results/itemDetail.ts";
import { itemName, queryItems, type ItemQuery } from "../../core/results/itemQuery.ts";
import type { ItemDetail, ItemPage } from "../../core/results/items.ts";
import type { ResultValue } from "../../core/results/messages.ts";
import type { ItemKey } from "../runs/itemStore.ts";
import { readManifest } from "../runs/runFolder.ts";
import { compareReadRuns, readConfiguration, readRun, readRuns, type UnlabelledRun } from "../reports/readRun.ts";
import type { Borrower } from "../backends/lentModel.ts";
import { itemPrompt } from "./itemPrompt.ts";
import { QuestionStore, type QuestionSource } from "./questionStore.ts";
import { RunStore, type StoredRun } from "./runStore.ts";

/**
 * Answers what pages ask about the items of runs. Runs and questions stay in memory, and are read again when their files
 * have changed. Runs are named by their folders.
 */
export class ResultReader {
  private readonly runs = new RunStore();
  private readonly questions: QuestionStore;

  /** @param dataFolder where downloaded benchmark files are kept */
  /** @param borrow finds models that are loaded already, whose tokens are asked for */
  constructor(
    private readonly dataFolder: string,
    private readonly borrow: Borrower = async () => undefined,
  ) {
    this.questions = new QuestionStore(dataFolder);
  }

  /** The result of a run so far; null when it has no item. @throws RunError when the folder is damaged */
  async partialRun(folder: string): Promise<UnlabelledRun | null> {
    if ((await this.runs.load(folder)).rows === 0) return null;
    return await readRun(folder, (of) => this.runs.items(of));
  }

  /** Runs without an item are left out; null when fewer than two have one. @throws RunError when a folder is damaged */
  async comparison(folders: readonly string[]): Promise<Comparison | null> {
    const begun: string[] = [];
    for (const folder of new Set(folders)) if ((await this.runs.load(folder)).rows > 0) begun.push(folder);
    if (begun.length < 2) return null;
    const items = (folder: string) => this.runs.items(folder);
    return await compareReadRuns(await readRuns(begun, items), items);
  }

  /** @throws RunError when a folder is damaged, or the query is about a run that is not there */
  async items(folders: readonly string[], benchmark: string, query: ItemQuery): Promise<ItemPage> {
    const runs = await this.load(folders);
    const items = runs.map(({ benchmarks }) => benchmarks.get(benchmark) ?? new Map());
    return queryItems(items, await this.findQuestions(folders, benchmark), query);
  }

  /** @throws RunError when a folder is damaged, or none of the runs has the item */
  async item(folders: readonly string[], { benchmark, item, draw }: ItemKey): Promise<ItemDetail> {
    const runs = await this.load(folders);
    const found = runs.map((run) => run.benchmarks.get(benchmark)?.get(itemName({ item, draw })));
    if (found.every((record) => record === undefined)) throw noSuchItem({ benchmark, item, draw });
    const begun = folders.filter((_, index) => runs[index]!.rows > 0);
    const labels = new Map<string, string>();
    for (const { folder, run } of await readRuns(begun, (of) => this.runs.items(of))) labels.set(folder, run.label);
    const records = runs.map(({ folder, name }, index) => ({
      run: name,
      label: labels.get(folder) ?? name,
      record: found[index],
    }));
    return describeItem(records, await this.findQuestions(folders, benchmark));
  }

  /** @throws RunError when the run has no such item, or its prompt cannot be built again; see {@link itemPrompt} */
  async prompt(
    folder: string,
    name: ItemKey,
    { withTokens }: { readonly withTokens: boolean },
  ): Promise<ResultValue<"prompt">> {
    const { benchmarks } = await this.runs.load(folder);
    const record = benchmarks.get(name.benchmark)?.get(itemName(name));
    if (record === undefined) throw noSuchItem(name);
    const { dataFolder, borrow } = this;
    return await itemPrompt({ folder, ...(await sourceOf(folder)) }, record, { dataFolder, withTokens, borrow });
  }

  private async load(folders: readonly string[]): Promise<StoredRun[]> {
    const runs: StoredRun[] = [];
    for (const folder of folders) runs.push(await this.runs.load(folder));
    return runs;
  }

  private async findQuestions(folders: readonly string[], benchmark: string) {
    const sources: QuestionSource[] = [];
    for (const folder of folders) sources.push(await sourceOf(folder));
    return await this.questions.find(benchmark, sources);
  }
}

async function sourceOf(folder: string): Promise<QuestionSource> {
  const manifest = await readManifest(folder);
  return { identity: manifest.identity, configuration: readConfiguration(folder, manifest) };
}

function noSuchItem({ benchmark, item, draw }: ItemKey): RunError {
  return new RunError(`None of the runs has the item ${item} of ${benchmark} in draw ${draw + 1}.`);
}
