import { relative } from "node:path";
import { Option, type Command } from "commander";
import { formatBytes, formatCount } from "../core/formatting.ts";
import { kvCacheTypeSchema, type KvCacheType } from "../core/models/loadSettings.ts";
import { judgeFit, type Fit, type Memory } from "../core/models/memoryNeed.ts";
import type { ModelListing } from "../core/models/modelListing.ts";
import { numberColumn, textColumn } from "../core/reports/table.ts";
import { backends } from "../node/backends/registry.ts";
import { machineMemory } from "../node/machineMemory.ts";
import { output } from "./output.ts";
import { parseContextSize } from "./parseSizes.ts";
import { printable } from "./printable.ts";

interface Options {
  readonly json?: boolean;
  readonly contextSize?: number;
  readonly kvCacheType: KvCacheType;
}

const help = `
"memory" is what the model needs loaded: its weights, the attention cache of the context, and working memory.
"fits" is judged against the memory that is available now, not that of a GPU. "not now": only if others gave some back.

Example:
  medley models ~/models`;

export function modelsCommand(program: Command): void {
  program
    .command("models")
    .summary("list the models in a folder")
    .description(
      "Lists the models in a folder and the folders below it, with the memory that each needs, and says why a " +
        "file cannot be used.",
    )
    .argument("[folder]", "where to look", ".")
    .option(
      "--context-size <tokens>",
      "context to judge the memory by; the model's own, at most 4096",
      parseContextSize,
    )
    .addOption(
      new Option("--kv-cache-type <type>", "number format of the attention cache")
        .choices(kvCacheTypeSchema.options)
        .default("F32"),
    )
    .option("--json", "print JSON instead of a table")
    .addHelpText("after", help)
    .action(async (folder: string, options: Options) => {
      const { models, problems } = await backends.list(folder);
      const memory = machineMemory();
      if (options.json) output.json(models.map((model) => toJson(model, options, memory)));
      else print(folder, models, options, memory);
      for (const problem of problems) output.note(problem);
    });
}

function toJson(model: ModelListing, options: Options, memory: Memory): object {
  const { path, files, bytes, overview, header, problem } = model;
  const error = problem && { code: problem.code, message: problem.message };
  const need = backends.memoryNeed(model, options);
  if (overview === undefined || need === undefined) return { path, files, bytes, error };
  const { hasChatTemplate, notices } = overview;
  const judged = { ...need, available: memory.available, machine: memory.total, fit: judgeFit(need, memory) };
  return { path, files, bytes, ...header, notices, hasChatTemplate, memory: judged, error };
}

const columns = [
  textColumn("model"),
  textColumn("architecture"),
  textColumn("quantization"),
  numberColumn("parameters"),
  numberColumn("context"),
  textColumn("chat"),
  numberColumn("size"),
  numberColumn("memory"),
  textColumn("fits"),
];

const unknown = "?";
const fitNames: Readonly<Record<Fit, string>> = { fits: "yes", machine: "not now", never: "no" };

function print(folder: string, models: readonly ModelListing[], options: Options, memory: Memory): void {
  const rows = models.flatMap((model) => {
    const { path, overview, bytes } = model;
    const need = backends.memoryNeed(model, options);
    if (overview === undefined || need === undefined) return [];
    const { architecture, quantization, parameterCount, trainContextLength, hasChatTemplate } = overview;
    return [
      [
        relative(folder, path),
        architecture ?? unknown,
        quantization ?? unknown,
        parameterCount === undefined ? unknown : formatCount(parameterCount),
        trainContextLength === undefined ? unknown : String(trainContextLength),
        hasChatTemplate === true ? "yes" : "no",
        formatBytes(bytes),
        formatBytes(need.total),
        fitNames[judgeFit(need, memory)],
      ],
    ];
  });
  if (rows.length > 0) output.table({ columns, rows });
  else output.line(`No usable model in ${folder}.`);
  const notices = models.flatMap(({ path, overview }) =>
    (overview?.notices ?? []).map(({ message }) => `${relative(folder, path)}: ${message}`),
  );
  if (notices.length > 0) output.line("\nTokenizers that may not be those of the original models:");
  for (const notice of notices) output.line(printable(notice));
  const broken = models.flatMap(({ path, problem }) => (problem === undefined ? [] : [{ path, ...problem }]));
  if (broken.length > 0) output.line(`\n${broken.length} cannot be used:`);
  for (const { path, message, hint } of broken) {
    output.line(printable(`${path}: ${message}`));
    if (hint !== undefined) output.line(`  ${printable(hint)}`);
  }
}
