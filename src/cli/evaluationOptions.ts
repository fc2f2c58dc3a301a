import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Option, type Command } from "commander";
import { z } from "zod";
import { ConfigurationError, FileError } from "../core/errors.ts";
import {
  evaluationConfigurationSchema,
  partialConfigurationSchema,
  type EvaluationConfigurationInput,
} from "../core/evaluation/configuration.ts";
import { parseYaml } from "../core/yaml/readYaml.ts";
import { withAbsolutePaths } from "../node/evaluation/absolutePaths.ts";
import { parseYamlValue } from "../core/yaml/parseYaml.ts";

/** Options of the command line that make up a configuration; each overrides the same key of the file. */
export interface EvaluationOptions {
  readonly model?: string[];
  readonly benchmark?: string[];
  readonly protocol?: string;
  readonly parameter?: string[];
  readonly shots?: string;
  readonly draws?: string;
  readonly limit?: string;
  readonly items?: string;
  readonly seed?: string;
  readonly shuffleOptions?: boolean;
  readonly overflow?: string;
  readonly contextSize?: string;
  readonly kvCacheType?: string;
  readonly threads?: string;
  readonly gpu?: string;
  readonly data?: string[];
  readonly language?: string;
  readonly copBase?: string;
  readonly strict?: boolean;
}

/** Adds the options; their help is the documentation of the configuration's keys. */
export function addEvaluationOptions(command: Command): Command {
  const { properties } = z.toJSONSchema(evaluationConfigurationSchema, { io: "input" });
  const key = (flags: string, name: keyof EvaluationConfigurationInput) =>
    new Option(flags, (properties![name] as { description?: string }).description);
  return command
    .addOption(key("-m, --model <path...>", "models"))
    .addOption(key("-b, --benchmark <id...>", "benchmark"))
    .addOption(key("-p, --protocol <id>", "protocol"))
    .option("-P, --parameter <name=value...>", "settings of the protocol, for example bos=none")
    .addOption(key("-s, --shots <number>", "shots"))
    .addOption(key("--draws <number>", "draws"))
    .addOption(key("-n, --limit <number>", "limit"))
    .addOption(key("--items <id,id,…>", "items"))
    .addOption(key("--seed <number>", "seed"))
    .addOption(key("--shuffle-options", "shuffleOptions"))
    .addOption(key("--overflow <policy>", "overflow"))
    .addOption(key("--context-size <tokens>", "contextSize"))
    .addOption(key("--kv-cache-type <type>", "kvCacheType"))
    .addOption(key("--threads <number>", "threads"))
    .addOption(key("--gpu <device>", "gpu"))
    .addOption(key("-d, --data <folder...>", "data"))
    .addOption(key("--language <tag>", "language"))
    .addOption(key("--cop-base <0|1>", "copBase"))
    .addOption(key("--strict", "strict"));
}

/**
 * The configuration of an evaluation, as {@link readPromptConfiguration} reads it.
 * @throws ConfigurationError also when no model is named
 */
export async function readConfiguration(
  file: string | undefined,
  options: EvaluationOptions,
): Promise<Partial<EvaluationConfigurationInput>> {
  const given = await readPromptConfiguration(file, options);
  if (given.models === undefined) {
    throw new ConfigurationError("No model is named.", {
      hint: "Name a GGUF file with --model; see what a folder has with: medley models FOLDER",
    });
  }
  return given;
}

/**
 * The configuration that a file and options make together; prompts can be shown without a model. Relative paths of the file start from its folder, those of
 * options from the current one.
 * @throws ConfigurationError when the file or an option is wrong; FileError when the file cannot be read
 */
export async function readPromptConfiguration(
  file: string | undefined,
  options: EvaluationOptions,
): Promise<Partial<EvaluationConfigurationInput>> {
  const fromFile = file === undefined ? {} : await readConfigurationFile(file);
  const given = { ...fromFile, ...fromOptions(options, fromFile.protocol) };
  if (given.benchmark === undefined && given.questions === undefined) {
    throw new ConfigurationError("No benchmark is named.", {
      hint: "Name one with --benchmark; see what there is with: medley data list",
    });
  }
  return given;
}

async function readConfigurationFile(file: string): Promise<Partial<EvaluationConfigurationInput>> {
  if (/\.md$/i.test(file)) {
    throw new ConfigurationError("This is a notebook, not a configuration.", {
      place: { file },
      hint: `Evaluate its cells with: medley run ${file}`,
    });
  }
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new FileError(`The configuration cannot be read: ${cause.message}`, { place: { file }, cause });
  });
  parseYaml(text, partialConfigurationSchema, file);
  return withAbsolutePaths(parseYamlValue(text) as Partial<EvaluationConfigurationInput>, dirname(resolve(file)));
}

/** What the options say, as the schema's keys have it; values that are not what they should be are left to the schema. */
function fromOptions(
  options: EvaluationOptions,
  fileProtocol: EvaluationConfigurationInput["protocol"],
): Record<string, unknown> {
  const { model, benchmark, data, protocol, parameter, shots, items, draws, limit, seed, contextSize } = options;
  const { threads, copBase, shuffleOptions, overflow, kvCacheType, gpu, language, strict } = options;
  const given = {
    models: model,
    benchmark,
    data,
    protocol: protocolSetting(protocol ?? fileProtocol, parameter),
    shots: yamlValue(shots),
    items: items?.split(",").map((id) => id.trim()),
    ...mapValues({ draws, limit, seed, contextSize, threads, copBase }, numberOrText),
    ...{ shuffleOptions, overflow, kvCacheType, gpu, language, strict },
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function protocolSetting(
  setting: EvaluationConfigurationInput["protocol"],
  parameters: readonly string[] | undefined,
): EvaluationConfigurationInput["protocol"] {
  if (parameters === undefined) return setting;
  const { id, parameters: known = {} } = typeof setting === "object" ? setting : { id: setting ?? "lm-eval" };
  const added = parameters.map((text) => {
    const equals = text.indexOf("=");
    if (equals > 0) return [text.slice(0, equals), yamlValue(text.slice(equals + 1))];
    throw new ConfigurationError(`The parameter ${JSON.stringify(text)} has no value.`, {
      hint: "Write --parameter name=value",
    });
  });
  return { id, parameters: { ...known, ...(Object.fromEntries(added) as typeof known) } };
}

function yamlValue(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parseYamlValue(text);
  } catch (cause) {
    throw new ConfigurationError(`This is not a YAML value: ${JSON.stringify(text)}.`, { cause });
  }
}

function numberOrText(text: string | undefined): unknown {
  return text === undefined || text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

function mapValues<K extends string, T, U>(values: Record<K, T>, change: (value: T) => U): Record<K, U> {
  return Object.fromEntries(Object.entries<T>(values).map(([key, value]) => [key, change(value)])) as Record<K, U>;
}
