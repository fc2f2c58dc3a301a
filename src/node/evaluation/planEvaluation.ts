import type { DataNote, DataProblem } from "../../core/benchmarks/benchmark.ts";
import { inlineBenchmarkId } from "../../core/benchmarks/inlineQuestions.ts";
import { isOwnQuestionsPath } from "../../core/benchmarks/ownQuestions.ts";
import { resolveBenchmark } from "../../core/benchmarks/registry.ts";
import { ConfigurationError, formatPlace } from "../../core/errors.ts";
import { asList, type EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import type { EvaluationUnit } from "../../core/evaluation/evaluationUnit.ts";
import { planUnits, shotSourcesFor, unitNotes } from "../../core/evaluation/plan.ts";
import type { Prompt } from "../../core/evaluation/protocol.ts";
import type { SummaryGroup } from "../../core/evaluation/summary/evaluationSummarizer.ts";
import type { NoticesByBenchmark } from "../../core/evaluation/summary/notice.ts";
import { DataStore, type LoadedBenchmark, type LoadedFile } from "../benchmarks/dataStore.ts";
import { loadInlineQuestions } from "../benchmarks/loadInlineQuestions.ts";
import { resourcesFolder } from "../resourcesFolder.ts";
import type { ItemKey } from "../runs/itemStore.ts";
import { dataNotices } from "./dataNotices.ts";
import { resolveProtocol, type ResolvedProtocol } from "./resolveProtocol.ts";

/** What is asked, in every detail, whatever the model. */
export interface EvaluationPlan {
  readonly protocol: ResolvedProtocol;
  /** In the order in which they are evaluated. */
  readonly units: readonly EvaluationUnit[];
  /** Every row that a run will have, in the order of items.jsonl. */
  readonly rows: readonly ItemKey[];
  readonly groups: readonly SummaryGroup[];
  /** Of each benchmark the first prompt in the order of evaluation: an empty one, where there is one. */
  readonly firstPrompts: readonly Prompt[];
  readonly benchmarks: readonly { readonly id: string; readonly files: readonly LoadedFile[] }[];
  /** What a reader of the numbers must know of the data: it stands beside them in every report. */
  readonly notices: NoticesByBenchmark;
  /** The same in detail, with files and lines, for the run's log. */
  readonly warnings: readonly string[];
}

/**
 * Finds and reads the benchmarks of a configuration, draws the few-shot examples, and builds every prompt once.
 * @param configuration with absolute paths
 * @param dataFolder where downloaded benchmark files are kept
 * @throws ConfigurationError, FileError or DataError for everything that is wrong with them
 */
export async function planEvaluation(
  configuration: Omit<EvaluationConfiguration, "models">,
  dataFolder: string,
): Promise<EvaluationPlan> {
  const protocol = await resolveProtocol(configuration);
  const { benchmarks: loaded, groups } = await loadBenchmarks(configuration, protocol, dataFolder);
  const { units, rows, notes, firstPrompts } = planAll(configuration, protocol, loaded);
  const benchmarks = loaded.map((benchmark, index) => ({
    ...benchmark,
    notes: [...benchmark.notes, ...notes[index]!],
  }));
  return {
    protocol,
    units,
    rows,
    groups,
    firstPrompts,
    // Without the items that are not asked and the pools of examples, which may be large.
    benchmarks: benchmarks.map(({ definition, files }) => ({ id: definition.id, files })),
    notices: Object.fromEntries(benchmarks.map((loaded) => [loaded.definition.id, dataNotices(loaded)])),
    warnings: benchmarks.flatMap(warningsOf),
  };
}

interface LoadedData {
  readonly benchmarks: readonly LoadedBenchmark[];
  readonly groups: readonly SummaryGroup[];
}

async function loadBenchmarks(
  configuration: Omit<EvaluationConfiguration, "models">,
  protocol: ResolvedProtocol,
  dataFolder: string,
): Promise<LoadedData> {
  const { data, strict, language, copBase } = configuration;
  const store = new DataStore({ folders: asList(data), dataFolder, resourcesFolder: resourcesFolder() });
  await store.requireAtHand(
    asList(configuration.benchmark).flatMap((entry) =>
      isOwnQuestionsPath(entry) ? [] : resolveBenchmark(entry).definitions,
    ),
  );
  const withShots = (benchmark: string) => usesShots(configuration, protocol, benchmark);
  const ownOptions = (benchmark: string) => ({ strict, language, withShots: withShots(benchmark) });
  const benchmarks = new Map<string, LoadedBenchmark>();
  const groups: SummaryGroup[] = [];
  if (configuration.questions !== undefined) {
    benchmarks.set(inlineBenchmarkId, loadInlineQuestions(configuration.questions, ownOptions(inlineBenchmarkId)));
  }
  for (const entry of asList(configuration.benchmark)) {
    if (isOwnQuestionsPath(entry)) {
      const loaded = await store.loadOwn(entry, ownOptions(entry));
      const { id } = loaded.definition;
      if (benchmarks.has(id)) {
        throw new ConfigurationError(`Two benchmarks are called ${id}.`, {
          hint: "Rename one of the files: results are recorded under the file's name.",
          place: { field: "benchmark" },
        });
      }
      benchmarks.set(id, loaded);
      continue;
    }
    const { group, definitions } = resolveBenchmark(entry);
    if (group !== undefined) groups.push({ id: group.id, members: group.members });
    for (const definition of definitions) {
      if (benchmarks.has(definition.id)) continue;
      benchmarks.set(
        definition.id,
        await store.load(definition, { strict, copBase, withShots: withShots(definition.id) }),
      );
    }
  }
  return { benchmarks: [...benchmarks.values()], groups };
}

/** Whether the file with examples is needed at all: without, it is neither read nor a part of what the run depends on. */
function usesShots(
  { shots }: Pick<EvaluationConfiguration, "shots">,
  { protocol, parameters }: ResolvedProtocol,
  benchmark: string,
) {
  return shotSourcesFor({ protocol, parameters, benchmark, shots }).some(
    (source) => source.kind !== "none" && (source.kind === "explicit" || source.count > 0),
  );
}

function planAll(
  configuration: Omit<EvaluationConfiguration, "models">,
  { protocol, parameters }: ResolvedProtocol,
  benchmarks: readonly LoadedBenchmark[],
): { units: EvaluationUnit[]; rows: ItemKey[]; notes: DataNote[][]; firstPrompts: Prompt[] } {
  const { shots, limit, seed, shuffleOptions, draws } = configuration;
  const chosen = chosenItems(configuration, benchmarks);
  const common = { protocol, parameters, shots, limit, shuffleSeed: shuffleOptions ? seed : undefined };
  const units: EvaluationUnit[] = [];
  const rows: ItemKey[] = [];
  const notes: DataNote[][] = [];
  const firstPrompts: Prompt[] = [];
  for (const { definition, items, shotPool } of benchmarks) {
    const planned = planUnits({
      ...common,
      benchmark: definition.id,
      items,
      shotPool,
      ids: chosen?.get(definition.id),
      answerAlwaysFirst: definition.answerAlwaysFirst,
    }).filter(({ draw }) => draws === undefined || draw < draws);
    notes.push(unitNotes(planned, common));
    for (const unit of planned) units.push(unit);
    for (const { item, shots } of planned.slice(0, 1)) firstPrompts.push(protocol.prompt(item, shots, parameters));
    const inFileOrder = planned.toSorted((a, b) => a.draw - b.draw || a.item.sourceRow - b.item.sourceRow);
    for (const { item, draw } of inFileOrder) rows.push({ benchmark: item.benchmark, item: item.id, draw });
  }
  return { units, rows, notes, firstPrompts };
}

/** Ids by benchmark; undefined when all items are meant. */
function chosenItems(
  { items }: Pick<EvaluationConfiguration, "items">,
  benchmarks: readonly LoadedBenchmark[],
): ReadonlyMap<string, readonly string[]> | undefined {
  if (items === undefined) return undefined;
  const ids = benchmarks.map(({ definition }) => definition.id);
  if (Array.isArray(items)) {
    if (ids.length === 1) return new Map([[ids[0]!, items]]);
    throw new ConfigurationError("A list of items fits one benchmark, and there are several.", {
      hint: "Give a list for each: items: { medqa-4: [test-0], pubmedqa: [12377809] }",
      place: { field: "items" },
    });
  }
  const unknown = Object.keys(items).find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new ConfigurationError(`Items of ${unknown} are named, but it is none of the benchmarks.`, {
      hint: `They are ${ids.join(", ")}.`,
      place: { field: "items" },
    });
  }
  const missing = ids.find((id) => !(id in items));
  if (missing !== undefined) {
    throw new ConfigurationError(`No items of ${missing} are named.`, {
      hint: "Name some, or leave the benchmark out.",
      place: { field: "items" },
    });
  }
  return new Map(Object.entries(items));
}

function warningsOf({ definition, warnings, notes, problems }: LoadedBenchmark): string[] {
  const shown = problems.slice(0, problemsShown).map(describeProblem);
  const rest = problems.length - shown.length;
  const more = rest > 0 ? [`${rest} further records of ${definition.id} are left out.`] : [];
  return [...warnings, ...notes.map(({ message }) => `${definition.id}: ${message}`), ...shown, ...more];
}

const problemsShown = 10;

function describeProblem({ place, message }: DataProblem): string {
  return `A record is left out: ${formatPlace(place)}: ${message}`;
}
