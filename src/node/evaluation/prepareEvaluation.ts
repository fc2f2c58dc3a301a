import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { DataProblem } from "../../core/benchmarks/benchmark.ts";
import { isOwnQuestionsPath } from "../../core/benchmarks/ownQuestions.ts";
import { resolveBenchmark } from "../../core/benchmarks/registry.ts";
import { ConfigurationError, formatPlace } from "../../core/errors.ts";
import { asList, resolveConfiguration, type EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import type { EvaluationUnit } from "../../core/evaluation/evaluationUnit.ts";
import { planUnits } from "../../core/evaluation/plan.ts";
import { evaluationIdentity } from "../../core/evaluation/runIdentity.ts";
import type { SummaryGroup } from "../../core/evaluation/summary/evaluationSummarizer.ts";
import type { RunInput } from "../../core/runs/manifest.ts";
import { DataStore, type LoadedBenchmark, type LoadedFile } from "../benchmarks/dataStore.ts";
import { fileSha256 } from "../files/fileHash.ts";
import { readModelHeader } from "../models/readModelHeader.ts";
import { resourcesFolder } from "../resourcesFolder.ts";
import type { ItemKey } from "../runs/itemStore.ts";
import type { NewRun } from "../runs/runFolder.ts";
import { baseVersions, modelEngineVersion } from "../runs/versions.ts";
import { withAbsolutePaths } from "./absolutePaths.ts";
import { resolveProtocol, type ResolvedProtocol } from "./resolveProtocol.ts";

export interface PrepareOptions {
  /** Folder that relative paths of the configuration start from. */
  readonly baseFolder: string;
  /** Where downloaded benchmark files are kept. */
  readonly dataFolder: string;
  /** Where hashes of model files are remembered. */
  readonly cacheFolder?: string;
}

/** One model's evaluation, with everything checked that can be checked without loading the model. */
export interface PreparedEvaluation {
  /** Every default filled in, paths absolute, one model. */
  readonly configuration: EvaluationConfiguration;
  readonly modelPath: string;
  readonly protocol: ResolvedProtocol;
  /** In the order in which they are evaluated. */
  readonly units: readonly EvaluationUnit[];
  /** Every row that the run will have, in the order of items.jsonl. */
  readonly rows: readonly ItemKey[];
  readonly groups: readonly SummaryGroup[];
  /** What a reader of the numbers must know of the data. */
  readonly warnings: readonly string[];
  readonly run: NewRun;
}

/**
 * Resolves a configuration to one evaluation a model: finds and reads the benchmarks, draws the few-shot examples,
 * builds every prompt once, checks and hashes the models.
 * @param given as the user wrote it
 * @throws ConfigurationError, FileError or DataError for everything that is wrong, before any model is loaded
 */
export async function prepareEvaluations(given: unknown, options: PrepareOptions): Promise<PreparedEvaluation[]> {
  const configuration = withAbsolutePaths(resolveConfiguration(given), options.baseFolder);
  const models = asList(configuration.models);
  const repeated = models.find((path, index) => models.indexOf(path) !== index);
  if (repeated !== undefined) {
    throw new ConfigurationError(`The model ${repeated} is named twice.`, { place: { field: "models" } });
  }
  // Headers first: they are read in no time, and a wrong path should not wait for the benchmarks.
  for (const path of models) await readModelHeader(path);
  const protocol = await resolveProtocol(configuration);
  const data = await loadBenchmarks(configuration, options.dataFolder);
  const plan = planAll(configuration, protocol, data.benchmarks);
  const prepared: PreparedEvaluation[] = [];
  for (const modelPath of models) {
    const own = { ...configuration, models: modelPath, protocol: protocol.setting };
    const model = await describeFile(modelPath, options.cacheFolder);
    prepared.push({
      configuration: own,
      modelPath,
      protocol,
      ...plan,
      groups: data.groups,
      warnings: data.benchmarks.flatMap(warningsOf),
      run: newRun(given, own, protocol, model, data.benchmarks, plan.units),
    });
  }
  return prepared;
}

interface LoadedData {
  readonly benchmarks: readonly LoadedBenchmark[];
  readonly groups: readonly SummaryGroup[];
}

async function loadBenchmarks(configuration: EvaluationConfiguration, dataFolder: string): Promise<LoadedData> {
  const { data, strict, language, copBase } = configuration;
  const store = new DataStore({ folders: asList(data), dataFolder, resourcesFolder: resourcesFolder() });
  const benchmarks = new Map<string, LoadedBenchmark>();
  const groups: SummaryGroup[] = [];
  for (const entry of asList(configuration.benchmark)) {
    if (isOwnQuestionsPath(entry)) {
      const loaded = await store.loadOwn(entry, { strict, language });
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
      benchmarks.set(definition.id, await store.load(definition, { strict, copBase }));
    }
  }
  return { benchmarks: [...benchmarks.values()], groups };
}

function planAll(
  configuration: EvaluationConfiguration,
  { protocol, parameters }: ResolvedProtocol,
  benchmarks: readonly LoadedBenchmark[],
): { units: EvaluationUnit[]; rows: ItemKey[] } {
  const { shots, limit, seed, shuffleOptions, draws } = configuration;
  const chosen = chosenItems(configuration, benchmarks);
  const units: EvaluationUnit[] = [];
  const rows: ItemKey[] = [];
  for (const { definition, items, shotPool } of benchmarks) {
    const planned = planUnits({
      benchmark: definition.id,
      items,
      shotPool,
      protocol,
      parameters,
      shots,
      limit,
      ids: chosen?.get(definition.id),
      shuffleSeed: shuffleOptions ? seed : undefined,
    }).filter(({ draw }) => draws === undefined || draw < draws);
    units.push(...planned);
    const inFileOrder = planned.toSorted((a, b) => a.draw - b.draw || a.item.sourceRow - b.item.sourceRow);
    rows.push(...inFileOrder.map(({ item, draw }) => ({ benchmark: item.benchmark, item: item.id, draw })));
  }
  return { units, rows };
}

/** Ids by benchmark; undefined when all items are meant. */
function chosenItems(
  { items }: EvaluationConfiguration,
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

interface DescribedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

async function describeFile(path: string, cacheFolder?: string): Promise<DescribedFile> {
  return { path, bytes: (await stat(path)).size, sha256: await fileSha256(path, cacheFolder) };
}

function newRun(
  given: unknown,
  configuration: EvaluationConfiguration,
  { protocol, parameters, file }: ResolvedProtocol,
  model: DescribedFile,
  benchmarks: readonly LoadedBenchmark[],
  units: readonly EvaluationUnit[],
): NewRun {
  const names = asList(configuration.benchmark).map((entry) => basename(entry));
  return {
    kind: "evaluation",
    title: `${names.join(", ")} · ${basename(model.path)} · ${protocol.id}`,
    configuration: { given: toJson(given), resolved: toJson(configuration) },
    inputs: [
      { role: "model", name: basename(model.path), ...model },
      ...benchmarks.flatMap(({ definition, files }) => files.map((entry) => benchmarkInput(definition.id, entry))),
      ...(file === undefined ? [] : [{ role: "protocol", name: basename(file.path), ...file }]),
    ],
    identity: evaluationIdentity({
      configuration,
      protocol,
      parameters,
      protocolSha256: file?.sha256,
      modelSha256: model.sha256,
      benchmarks: benchmarks.map(({ definition, files }) => ({ id: definition.id, files })),
      usesShots: units.some(({ shots }) => shots.length > 0),
      engine: modelEngineVersion,
    }),
    versions: { ...baseVersions(), "node-llama-cpp": modelEngineVersion },
    seed: configuration.seed,
  };
}

function benchmarkInput(id: string, { role, path, bytes, sha256, version }: LoadedFile): RunInput {
  return { role: `benchmark ${role}`, name: version === undefined ? id : `${id}, ${version}`, path, bytes, sha256 };
}

function toJson(value: unknown): NewRun["configuration"]["given"] {
  return JSON.parse(JSON.stringify(value)) as NewRun["configuration"]["given"];
}
