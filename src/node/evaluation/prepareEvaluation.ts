import { basename } from "node:path";
import { inlineBenchmarkId } from "../../core/benchmarks/inlineQuestions.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { asList, resolveConfiguration, type EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import { requireLeadingTokens, type LeadingTokens } from "../../core/evaluation/leadingTokens.ts";
import type { ModelHeader } from "../../core/models/modelHeader.ts";
import { filesOf } from "../../core/models/modelParts.ts";
import { specialTokens } from "../../core/models/modelNotices.ts";
import { evaluationKind } from "../../core/evaluation/evaluationKind.ts";
import { evaluationIdentity } from "../../core/evaluation/runIdentity.ts";
import type { RunInput } from "../../core/runs/manifest.ts";
import type { LoadedFile } from "../benchmarks/dataStore.ts";
import { fileSha256 } from "../files/fileHash.ts";
import { readModelHeader } from "../models/readModelHeader.ts";
import type { NewRun } from "../runs/runFolder.ts";
import { baseVersions, modelEngineVersion } from "../runs/versions.ts";
import { withAbsolutePaths } from "./absolutePaths.ts";
import { planEvaluation, type EvaluationPlan } from "./planEvaluation.ts";

export interface PrepareOptions {
  /** Folder that relative paths of the configuration start from. */
  readonly baseFolder: string;
  /** Where downloaded benchmark files are kept. */
  readonly dataFolder: string;
  /** Where hashes of model files are remembered. */
  readonly cacheFolder?: string;
}

/** One model's evaluation, with everything checked that can be checked without loading the model. */
export interface PreparedEvaluation extends EvaluationPlan {
  /** Every default filled in, paths absolute, one model. */
  readonly configuration: EvaluationConfiguration;
  readonly modelPath: string;
  /** All files of the model, in their order. */
  readonly modelFiles: readonly string[];
  readonly run: NewRun;
}

/**
 * Resolves a configuration to one evaluation a model: plans what is asked, checks and hashes the models.
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
  const headers: ModelHeader[] = [];
  for (const path of models) headers.push(await readModelHeader(path));
  const plan = await planEvaluation(configuration, options.dataFolder);
  for (const [index, path] of models.entries()) {
    requireLeadingTokens(plan.firstPrompts, leadingTokens(headers[index]!), path);
  }
  const prepared: PreparedEvaluation[] = [];
  for (const [index, modelPath] of models.entries()) {
    const modelFiles = filesOf(modelPath, headers[index]!);
    const own = { ...configuration, models: modelPath, protocol: plan.protocol.setting };
    const bytes = headers[index]!.fileBytes;
    const model = { path: modelPath, bytes, sha256: await fileSha256(modelFiles, options.cacheFolder) };
    prepared.push({ ...plan, configuration: own, modelPath, modelFiles, run: describeRun(given, own, plan, model) });
  }
  return prepared;
}

function leadingTokens({ tokenizer }: ModelHeader): LeadingTokens {
  const { bos, eos, addsBos } = specialTokens(tokenizer);
  const known = (token: number | undefined) => (token === undefined ? undefined : { token });
  return { bos: known(bos), eos: known(eos), addsBos };
}

interface DescribedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

function describeRun(
  given: unknown,
  configuration: EvaluationConfiguration,
  { protocol: { protocol, parameters, file }, benchmarks }: EvaluationPlan,
  model: DescribedFile,
): NewRun {
  const named = asList(configuration.benchmark).map((entry) => basename(entry));
  const names = configuration.questions === undefined ? named : [inlineBenchmarkId, ...named];
  return {
    kind: evaluationKind.id,
    title: `${names.join(", ")} · ${basename(model.path)} · ${protocol.id}`,
    configuration: { given: toJson(given), resolved: toJson(configuration) },
    inputs: [
      { role: "model", name: basename(model.path), ...model },
      ...benchmarks.flatMap(({ id, files }) => files.map((entry) => benchmarkInput(id, entry))),
      ...(file === undefined ? [] : [{ role: "protocol", name: basename(file.path), ...file }]),
    ],
    identity: evaluationIdentity({
      configuration,
      protocol,
      parameters,
      protocolSha256: file?.sha256,
      modelSha256: model.sha256,
      benchmarks,
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
