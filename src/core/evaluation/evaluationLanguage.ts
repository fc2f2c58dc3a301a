import type { BenchmarkDefinition, BenchmarkGroup } from "../benchmarks/benchmark.ts";
import { isFetchable } from "../benchmarks/fileChoice.ts";
import { isOwnQuestionsPath } from "../benchmarks/ownQuestions.ts";
import { benchmarkGroups, benchmarks, resolveBenchmark } from "../benchmarks/registry.ts";
import { ConfigurationError, type MedleyError } from "../errors.ts";
import { Markdown, markdown } from "../markdown.ts";
import { parseModelRef, type ModelRef } from "../models/modelRef.ts";
import { evaluationCellLanguage } from "../notebook/blocks.ts";
import { nearest } from "../suggest.ts";
import { SchemaLanguage } from "../yaml/schemaLanguage.ts";
import type { Finding, ValueRule, ValueSuggestion } from "../yaml/valueRule.ts";
import { asList, evaluationConfigurationSchema, languageFault } from "./configuration.ts";
import { fetchDataCommand } from "./fetchDataCommand.ts";
import type { Protocol } from "./protocol.ts";
import { builtInProtocols } from "./registry.ts";
import { append, largest } from "../lists.ts";

/** What the language of evaluation cells asks of the world around a cell. Paths are as a user writes them. */
export interface EvaluationContext {
  /** Models that are loaded, those of the workspace and of the folders of models, in this order. */
  modelFiles(): Promise<readonly OfferedModel[]>;
  /** Files of the workspace that may hold own questions. */
  questionFiles(): Promise<readonly string[]>;
  isFile(path: string): Promise<boolean>;
  /** Why nothing here runs such models, with what is run instead; undefined for those that can be run. */
  refusal(model: ModelRef): MedleyError | undefined;
  /** What the header of a model's file says. @throws FileError when it is not a model that can be read */
  describeModel(path: string): Promise<Markdown>;
  /** @param folders that the cell names under `data` */
  isAtHand(benchmark: BenchmarkDefinition, folders: readonly string[]): Promise<boolean>;
}

/** A model that may be named. */
export interface OfferedModel {
  readonly path: string;
  /** Its name, where the path is long. */
  readonly name?: string;
  /** What tells it from others, in a few words. */
  readonly detail?: string;
}

type Rule = ValueRule<EvaluationContext>;

const benchmarkRule: Rule = {
  keys: ["benchmark"],
  async complete(context) {
    const files = await context.questionFiles();
    return [
      ...benchmarkGroups.map((group): ValueSuggestion => ({
        value: group.id,
        detail: group.title,
        documentation: describeGroup(group),
        kind: "group",
      })),
      ...benchmarks.map((benchmark): ValueSuggestion => ({
        value: benchmark.id,
        detail: `${benchmark.title} · ${sizeOf(benchmark)} · ${benchmark.licence.name}`,
        documentation: describeBenchmark(benchmark),
        kind: "value",
      })),
      ...files.map((value): ValueSuggestion => ({ value, detail: "Own questions", kind: "file" })),
    ];
  },
  async describe(value) {
    const group = benchmarkGroups.find(({ id }) => id === value);
    if (group !== undefined) return describeGroup(group);
    const benchmark = benchmarks.find(({ id }) => id === value);
    return benchmark === undefined ? undefined : describeBenchmark(benchmark);
  },
  async check(value, root, context) {
    if (typeof value !== "string" || value === "") return [];
    if (isOwnQuestionsPath(value)) {
      return await missingFile(value, context, () => context.questionFiles());
    }
    const definitions = definitionsOf(value);
    if (definitions instanceof ConfigurationError) {
      const ids = [...benchmarkGroups, ...benchmarks].map(({ id }) => id);
      const { message, hint } = definitions;
      return [{ code: "unknownBenchmark", severity: "error", message, hint, suggestions: nearest(value, ids) }];
    }
    return await absentData(definitions, texts(keyOf(root, "data")), context);
  },
};

async function absentData(
  definitions: readonly BenchmarkDefinition[],
  folders: readonly string[],
  context: EvaluationContext,
): Promise<Finding[]> {
  const absent: BenchmarkDefinition[] = [];
  for (const definition of definitions) {
    if (!(await context.isAtHand(definition, folders))) absent.push(definition);
  }
  if (absent.length === 0) return [];
  const ids = absent.map(({ id }) => id);
  const message = `The data of ${ids.join(", ")} is not at hand.`;
  const named = "name the folder that holds it under `data`, or in the setting medley.dataFolders.";
  if (!absent.every(isFetchable))
    return [{ code: "dataAbsent", severity: "error", message, hint: `Get it from its publisher, then ${named}` }];
  return [
    {
      code: "dataAbsent",
      severity: "error",
      message,
      hint: `Fetch it, or ${named}`,
      action: { title: `Fetch the data of ${ids.join(", ")}`, command: fetchDataCommand, arguments: [ids] },
    },
  ];
}

const modelsRule: Rule = {
  keys: ["models"],
  async complete(context) {
    return (await context.modelFiles()).map(({ path, name, detail }) => ({
      value: path,
      label: name,
      detail,
      kind: "file",
    }));
  },
  async describe(value, context) {
    const ref = modelRefOf(value);
    // No server is asked because a pointer rests on the name of its model.
    if (ref instanceof ConfigurationError || ref.scheme !== "file") return undefined;
    return (await context.isFile(ref.path)) ? await context.describeModel(ref.path) : undefined;
  },
  async check(value, _root, context) {
    if (typeof value !== "string" || value === "") return [];
    const ref = modelRefOf(value);
    if (ref instanceof ConfigurationError) return [findingOf("noSuchModel", ref)];
    if (ref.scheme === "file") {
      const candidates = async (): Promise<string[]> => (await context.modelFiles()).map(({ path }) => path);
      return await missingFile(ref.path, context, candidates);
    }
    const refusal = context.refusal(ref);
    return refusal === undefined ? [] : [findingOf("noBackend", refusal)];
  },
};

const protocolRule: Rule = {
  keys: ["protocol"],
  async complete() {
    return builtInProtocols.map((protocol) => ({
      value: protocol.id,
      detail: protocol.title,
      documentation: describeProtocol(protocol),
      kind: "value",
    }));
  },
  async describe(value) {
    const protocol = builtInProtocols.find(({ id }) => id === value);
    return protocol === undefined ? undefined : describeProtocol(protocol);
  },
  async check(value, _root, context) {
    const ids = builtInProtocols.map(({ id }) => id);
    if (typeof value !== "string" || value === "" || ids.includes(value)) return [];
    if (/\.ya?ml$/i.test(value)) return await missingFile(value, context, async () => []);
    const near = nearest(value, ids);
    const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : `There are ${ids.join(", ")}.`;
    return [
      {
        code: "unknownProtocol",
        severity: "error",
        message: `There is no protocol called "${value}".`,
        hint,
        suggestions: near,
      },
    ];
  },
};

const limitRule: Rule = {
  keys: ["limit"],
  async check(value, root) {
    const questions = keyOf(root, "questions");
    const sizes: number[] = Array.isArray(questions) ? [questions.length] : [];
    for (const id of texts(keyOf(root, "benchmark"))) {
      const definitions = isOwnQuestionsPath(id) ? undefined : definitionsOf(id);
      // Of own questions nobody knows how many there are.
      if (definitions === undefined || definitions instanceof ConfigurationError) return [];
      append(
        sizes,
        definitions.map((definition) => largest(definition.sizes)),
      );
    }
    const most = largest(sizes);
    if (sizes.length === 0 || typeof value !== "number" || value <= most) return [];
    return [
      {
        code: "limitWithoutEffect",
        severity: "warning",
        message: `The limit leaves nothing out: no benchmark here has more than ${most} items.`,
        hint: "Remove it, or lower it.",
        suggestions: [String(most)],
      },
    ];
  },
};

const languageRule: Rule = {
  keys: ["language"],
  async check(value, root) {
    if (typeof value !== "string") return [];
    const benchmark = texts(keyOf(root, "benchmark")).filter(
      (id) => isOwnQuestionsPath(id) || !(definitionsOf(id) instanceof ConfigurationError),
    );
    const fault = languageFault({ language: value, benchmark, questions: keyOf(root, "questions") });
    return fault === undefined ? [] : [{ code: "languageWithoutEffect", severity: "error", ...fault }];
  },
};

/** The language of evaluation cells, and of the files that `medley eval` reads. */
export const evaluationLanguage = new SchemaLanguage<EvaluationContext>({
  id: "evaluation",
  recognises: ({ editorLanguage }) => editorLanguage === evaluationCellLanguage,
  schema: evaluationConfigurationSchema,
  rules: [
    benchmarkRule,
    modelsRule,
    protocolRule,
    { ...protocolRule, keys: ["protocol", "id"] },
    limitRule,
    languageRule,
  ],
});

/** Number of items of a benchmark in words; several when its published versions differ. */
function sizeOf({ sizes }: BenchmarkDefinition): string {
  return `${sizes.join(" or ")} items`;
}

function describeBenchmark(benchmark: BenchmarkDefinition): Markdown {
  const { id, title, language, licence, citation, homepage, split } = benchmark;
  return Markdown.paragraphs([
    markdown`**${title}** (${Markdown.code(id)})`,
    markdown`${sizeOf(benchmark)} (${split}), language ${language}`,
    markdown`Licence ${licence.name}: ${licence.notice}`,
    markdown`${citation}`,
    Markdown.own(homepage),
  ]);
}

function describeGroup({ id, title, members }: BenchmarkGroup): Markdown {
  const definitions = members.map((member) => benchmarks.find((candidate) => candidate.id === member)!);
  const lines = definitions.map(
    (benchmark) => markdown`${Markdown.code(benchmark.id)}: ${sizeOf(benchmark)}, licence ${benchmark.licence.name}`,
  );
  return Markdown.paragraphs([markdown`**${title}** (${Markdown.code(id)})`, Markdown.list(lines)]);
}

function describeProtocol({ id, version, title, source }: Protocol): Markdown {
  return markdown`**${title}** (${Markdown.code(id)}, version ${version})\n\n${source}`;
}

function modelRefOf(value: string): ModelRef | ConfigurationError {
  try {
    return parseModelRef(value);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

function findingOf(code: string, { message, hint }: MedleyError): Finding {
  return { code, severity: "error", message, hint };
}

async function missingFile(
  path: string,
  context: EvaluationContext,
  listCandidates: () => Promise<readonly string[]>,
): Promise<Finding[]> {
  if (await context.isFile(path)) return [];
  const candidates = await listCandidates();
  const name = fileName(path);
  const sameName = candidates.filter((candidate) => fileName(candidate) === name);
  const near = sameName.length > 0 ? sameName : nearest(path, candidates);
  return [
    {
      code: "noSuchFile",
      severity: "error",
      message: `There is no file ${path}.`,
      hint: near.length > 0 ? `Did you mean ${near.join(", ")}?` : "Relative paths start from the notebook's folder.",
      suggestions: near,
    },
  ];
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1)!.toLowerCase();
}

function definitionsOf(id: string): readonly BenchmarkDefinition[] | ConfigurationError {
  try {
    return resolveBenchmark(id).definitions;
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

/** A key of a document of which nothing is known. */
function keyOf(root: unknown, key: string): unknown {
  return typeof root === "object" && root !== null ? (root as Record<string, unknown>)[key] : undefined;
}

function texts(value: unknown): string[] {
  return asList(value).filter((entry) => typeof entry === "string");
}
