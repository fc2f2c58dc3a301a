import type { Command } from "commander";
import { itemNotes } from "../core/benchmarks/itemNotes.ts";
import { isOwnQuestionsPath } from "../core/benchmarks/ownQuestions.ts";
import { benchmarkGroups, resolveBenchmark } from "../core/benchmarks/registry.ts";
import { ConfigurationError, exitStatus, formatPlace, MedleyError } from "../core/errors.ts";
import { formatBytes } from "../core/formatting.ts";
import { numberColumn, textColumn } from "../core/reports/table.ts";
import { defaultDataFolder } from "../node/benchmarks/dataFolder.ts";
import { DataStore, type BenchmarkStatus, type LoadedBenchmark } from "../node/benchmarks/dataStore.ts";
import { fetchBenchmarks, type FetchPlan } from "../node/benchmarks/fetchBenchmarks.ts";
import { resourcesFolder } from "../node/resourcesFolder.ts";
import { confirm } from "./confirm.ts";
import { exitStatusOf } from "./exitStatus.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { output } from "./output.ts";
import { printable } from "./printable.ts";

interface Options {
  readonly data?: string[];
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly yes?: boolean;
  readonly mirror?: string;
}

const help = `
Data files are searched in the folders of --data, then in the folder of downloads (MEDLEY_DATA, or
${defaultDataFolder()}), by name and by content; nothing has to be renamed or converted.

Examples:
  medley data list --data ~/datasets
  medley data check questions.jsonl
  medley data fetch mmlu-medical-6`;

export function dataCommand(program: Command): void {
  const data = program
    .command("data")
    .summary("list, check and fetch benchmarks")
    .description("Lists benchmarks and where their files are, checks files line by line, downloads what is public.")
    .addHelpText("after", help);
  const folders = ["-d, --data <folder...>", "folders in which data files are searched"] as const;
  data
    .command("list", { isDefault: true })
    .description("Lists all benchmarks and groups, and whether their files are at hand.")
    .option(...folders)
    .option("--json", "print JSON instead of a table")
    .action(list);
  data
    .command("check")
    .description("Reads benchmarks, or files with your own questions, and names every record that is malformed.")
    .argument("<benchmark...>", "ids of benchmarks or groups, or paths of .jsonl or .csv files")
    .option(...folders)
    .option("--json", "print JSON")
    .action(check);
  data
    .command("fetch")
    .description("Downloads the files of benchmarks that are public. Shows licence, size and host, and asks first.")
    .argument("<benchmark...>", "ids of benchmarks or groups")
    .option(...folders)
    .option("-y, --yes", "do not ask: you know licence, size and host")
    .option("--mirror <address>", "asked in place of the publishers: it has their files under HOST/PATH")
    .action(fetch);
}

function storeFor({ data = [] }: Options): DataStore {
  return new DataStore({ folders: data, dataFolder: defaultDataFolder(), resourcesFolder: resourcesFolder() });
}

const columns = [
  textColumn("benchmark"),
  textColumn("language"),
  numberColumn("items"),
  textColumn("licence"),
  textColumn("files"),
];

async function list(options: Options): Promise<void> {
  const statuses = await storeFor(options).list();
  if (options.json) {
    const benchmarks = statuses.map(({ definition: { read: _read, ...definition }, ready, files }) => ({
      ...definition,
      ready,
      files: files.map(({ specification, choice }) => ({ role: specification.role, ...choice })),
    }));
    output.json({ benchmarks, groups: benchmarkGroups });
    return;
  }
  const rows = statuses.map((status) => {
    const { id, language, sizes, licence } = status.definition;
    return [id, language, sizes.join(" or "), licence.name, describeFiles(status)];
  });
  output.table({ columns, rows });
  output.line("\nGroups:");
  for (const { id, members } of benchmarkGroups) output.line(`  ${id}: ${members.join(", ")}`);
  for (const warning of new Set(statuses.flatMap(({ warnings }) => warnings))) output.note(`Warning: ${warning}`);
}

function describeFiles({ ready, files }: BenchmarkStatus): string {
  const missing = files
    .filter(({ choice }) => choice.state === "missing")
    .map(({ specification }) => specification.role);
  if (ready) return missing.length === 0 ? "ready" : `ready, without ${missing.join(", ")}`;
  if (files.some(({ choice }) => choice.state === "ambiguous")) return "several files fit";
  const fetchable = files.some(({ specification }) => specification.known.some(({ urls }) => urls.length > 0));
  return fetchable ? "missing; can be fetched" : "missing";
}

async function check(benchmarks: readonly string[], options: Options): Promise<void> {
  const store = storeFor(options);
  const results: { id: string; loaded?: LoadedBenchmark; problem?: MedleyError }[] = [];
  for (const entry of benchmarks) {
    if (isOwnQuestionsPath(entry)) results.push({ id: entry, ...(await attempt(() => store.loadOwn(entry))) });
    else {
      for (const definition of resolveBenchmark(entry).definitions) {
        results.push({ id: definition.id, ...(await attempt(() => store.load(definition))) });
      }
    }
  }
  if (options.json) output.json(results.map(toJson));
  else for (const { id, loaded, problem } of results) printCheck(id, loaded, problem);
  const failed = results.flatMap(({ problem }) => (problem === undefined ? [] : [exitStatusOf(problem)]));
  const malformed = results.some(({ loaded }) => loaded !== undefined && loaded.problems.length > 0);
  if (failed.length > 0 || malformed) process.exitCode = failed[0] ?? exitStatus.data;
}

async function attempt(
  load: () => Promise<LoadedBenchmark>,
): Promise<{ loaded?: LoadedBenchmark; problem?: MedleyError }> {
  try {
    return { loaded: await load() };
  } catch (problem) {
    if (problem instanceof MedleyError) return { problem };
    throw problem;
  }
}

function toJson({ id, loaded, problem }: { id: string; loaded?: LoadedBenchmark; problem?: MedleyError }): object {
  if (loaded === undefined)
    return { id, error: { code: problem!.code, message: problem!.message, place: problem!.place } };
  const { items, shotPool, files, problems, warnings } = loaded;
  const notes = [...loaded.notes, ...itemNotes(items)];
  return { id, items: items.length, shotPool: shotPool.length, files, problems, notes, warnings };
}

function printCheck(id: string, loaded: LoadedBenchmark | undefined, problem: MedleyError | undefined): void {
  if (loaded === undefined) {
    output.line(`${id}: ${printable([formatPlace(problem!.place), problem!.message].filter(Boolean).join(": "))}`);
    if (problem!.hint !== undefined) output.line(`  ${problem!.hint}`);
    return;
  }
  const { items, shotPool, files, problems, warnings } = loaded;
  const notes = [...loaded.notes, ...itemNotes(items)];
  output.line(`${id}: ${items.length} items, ${shotPool.length} for few-shot examples, ${problems.length} malformed`);
  for (const { role, path, version } of files) {
    output.line(`  ${role}: ${printable(path ?? id)}${version === undefined ? "" : ` (${version})`}`);
  }
  for (const message of [...warnings, ...notes.map((note) => note.message)]) output.line(`  ${printable(message)}`);
  for (const { place, message, hint } of problems) {
    output.line(`  ${printable(formatPlace(place))}: ${printable(message)}${hint === undefined ? "" : ` ${hint}`}`);
  }
}

async function fetch(ids: readonly string[], options: Options): Promise<void> {
  const definitions = ids.flatMap((id) => resolveBenchmark(id).definitions);
  const { signal, dispose } = cancelOnInterrupt();
  try {
    const plan = await fetchBenchmarks(definitions, storeFor(options), {
      dataFolder: defaultDataFolder(),
      mirror: options.mirror,
      consent: (proposed) => askConsent(proposed, options.yes === true, signal),
      signal,
      onProgress: progressLine(),
    });
    if (process.stderr.isTTY && plan.downloads.length > 0) output.note("");
    if (plan.downloads.length === 0) output.line("Every file is at hand; nothing was downloaded.");
    for (const { destination } of plan.downloads) output.line(destination);
  } finally {
    dispose();
  }
}

async function askConsent(
  { downloads, totalBytes }: FetchPlan,
  agreed: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  output.note(`To be downloaded, ${formatBytes(totalBytes)}:`);
  for (const { benchmarks, known, licence, hosts, homepage, replaces } of downloads) {
    output.note(`  ${benchmarks.join(", ")}: ${formatBytes(known.bytes)} from ${hosts.join(" or ")}`);
    output.note(`    licence ${licence.name}: ${licence.notice}; ${homepage}`);
    if (replaces) output.note("    replaces a file with another content");
  }
  if (agreed) return true;
  const answer = await confirm("Download? [y/N] ", signal);
  if (answer !== undefined) return answer;
  throw new ConfigurationError("Nothing is downloaded without your consent.", {
    hint: "Add --yes to give it where nobody can be asked.",
  });
}

/** On a terminal only: a log has no use for it. */
function progressLine():
  ((file: { known: { bytes: number }; destination: string }, received: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  return ({ known, destination }, received) => {
    output.redraw(`${destination}  ${formatBytes(received)} of ${formatBytes(known.bytes)}`);
  };
}
