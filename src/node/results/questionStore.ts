import { basename } from "node:path";
import type { Item } from "../../core/benchmarks/item.ts";
import { inlineBenchmarkId } from "../../core/benchmarks/inlineQuestions.ts";
import { isOwnQuestionsPath } from "../../core/benchmarks/ownQuestions.ts";
import { benchmarkById } from "../../core/benchmarks/registry.ts";
import { MedleyError } from "../../core/errors.ts";
import { asList, type EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import { questionFiles } from "../../core/evaluation/runIdentity.ts";
import type { Questions } from "../../core/results/itemQuery.ts";
import { DataStore, type LoadedBenchmark } from "../benchmarks/dataStore.ts";
import { loadInlineQuestions } from "../benchmarks/loadInlineQuestions.ts";
import { resourcesFolder } from "../resourcesFolder.ts";

/** What a run says about its questions. */
export interface QuestionSource {
  readonly identity: Readonly<Record<string, string>>;
  readonly configuration: EvaluationConfiguration;
}

/** Missing data may be fetched in the meantime; milliseconds after which it is searched for again. */
const searchAgain = 15_000;
const mostBenchmarks = 128;

/**
 * The questions of benchmarks in memory. Only those of the very files that a run was made with are given out: their
 * hashes are in its manifest.
 */
export class QuestionStore {
  private readonly known = new Map<string, Promise<Questions>>();

  constructor(private readonly dataFolder: string) {}

  /** @param sources the runs that are shown together: they must have been made with the same questions */
  async find(benchmark: string, sources: readonly QuestionSource[]): Promise<Questions> {
    const files = new Set(sources.map(({ identity }) => questionFiles(identity, benchmark)).filter((of) => of !== ""));
    const [wanted] = files;
    if (wanted === undefined) return { missing: "The run does not say which questions it was made with." };
    if (files.size > 1) return { missing: "The runs were made with different files of questions." };
    const source = sources.find(({ identity }) => questionFiles(identity, benchmark) === wanted)!;
    const key = JSON.stringify([benchmark, wanted]);
    const known = this.known.get(key);
    if (known !== undefined) return await known;
    const loading = this.load(benchmark, source, wanted);
    this.known.set(key, loading);
    if ("missing" in (await loading)) setTimeout(() => this.known.delete(key), searchAgain).unref();
    const [oldest] = this.known.keys();
    if (this.known.size > mostBenchmarks) this.known.delete(oldest!);
    return await loading;
  }

  private async load(benchmark: string, source: QuestionSource, wanted: string): Promise<Questions> {
    try {
      const { items, files } = await this.read(benchmark, source.configuration);
      const found = { [`benchmark ${benchmark}`]: files.map(({ role, sha256 }) => `${role} ${sha256}`).join(", ") };
      if (questionFiles(found, benchmark) !== wanted) {
        const paths = files.flatMap(({ path }) => path ?? []).join(", ");
        return { missing: `The questions were changed since the run was made: ${paths}.` };
      }
      return { items: new Map<string, Item>(items.map((item) => [item.id, item])) };
    } catch (error) {
      if (!(error instanceof MedleyError)) throw error;
      return { missing: [error.message, error.hint].filter((part) => part !== undefined).join(" ") };
    }
  }

  private async read(benchmark: string, configuration: EvaluationConfiguration): Promise<LoadedBenchmark> {
    const { data, strict, language, copBase, questions } = configuration;
    if (benchmark === inlineBenchmarkId && questions !== undefined) return loadInlineQuestions(questions, { language });
    const options = { folders: asList(data), dataFolder: this.dataFolder, resourcesFolder: resourcesFolder() };
    const store = new DataStore(options);
    const own = asList(configuration.benchmark).find(
      (entry) => isOwnQuestionsPath(entry) && basename(entry) === benchmark,
    );
    if (own !== undefined) return await store.loadOwn(own, { strict, language, withShots: false });
    return await store.load(benchmarkById(benchmark), { strict, copBase, withShots: false });
  }
}
