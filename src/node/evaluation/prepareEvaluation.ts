import { basename } from "node:path";
import { inlineBenchmarkId } from "../../core/benchmarks/inlineQuestions.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { asList, resolveConfiguration, type EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import { requireLeadingTokens } from "../../core/evaluation/leadingTokens.ts";
import { requireCapabilities } from "../../core/models/languageModel.ts";
import { recordedIdentity, type ModelIdentity } from "../../core/models/modelIdentity.ts";
import { modelName, parseModelRef, printModelRef } from "../../core/models/modelRef.ts";
import { evaluationKind } from "../../core/evaluation/evaluationKind.ts";
import { evaluationIdentity } from "../../core/evaluation/runIdentity.ts";
import type { RunInput } from "../../core/runs/manifest.ts";
import type { BackendModel } from "../backends/backend.ts";
import type { Backends } from "../backends/backends.ts";
import { backends as allBackends } from "../backends/registry.ts";
import type { LoadedFile } from "../benchmarks/dataStore.ts";
import type { NewRun } from "../runs/runFolder.ts";
import { baseVersions } from "../runs/versions.ts";
import { withAbsolutePaths } from "./absolutePaths.ts";
import { planEvaluation, type EvaluationPlan } from "./planEvaluation.ts";

export interface PrepareOptions {
  /** Folder that relative paths of the configuration start from. */
  readonly baseFolder: string;
  /** Where downloaded benchmark files are kept. */
  readonly dataFolder: string;
  /** Where hashes of model files are remembered. */
  readonly cacheFolder?: string;
  /** What runs the models; every backend when absent. */
  readonly backends?: Backends;
}

/** One model's evaluation, with everything checked that can be checked without loading the model. */
export interface PreparedEvaluation extends EvaluationPlan {
  /** Every default filled in, paths absolute, one model. */
  readonly configuration: EvaluationConfiguration;
  readonly model: BackendModel;
  readonly run: NewRun;
}

/**
 * Resolves a configuration to one evaluation a model: plans what is asked, checks and hashes the models.
 * @param given as the user wrote it
 * @throws ConfigurationError, FileError, DataError or ModelError for everything that is wrong, before any model is loaded
 */
export async function prepareEvaluations(
  given: unknown,
  { baseFolder, dataFolder, cacheFolder, backends = allBackends }: PrepareOptions,
): Promise<PreparedEvaluation[]> {
  const configuration = withAbsolutePaths(resolveConfiguration(given), baseFolder);
  const names = asList(configuration.models);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new ConfigurationError(`The model ${repeated} is named twice.`, { place: { field: "models" } });
  }
  // Models first: they are looked at in no time, and a wrong path should not wait for the benchmarks.
  const models: BackendModel[] = [];
  for (const name of names) models.push(await backends.find(parseModelRef(name)));
  const plan = await planEvaluation(configuration, dataFolder);
  for (const model of models) requireSuitable(model, plan);
  const prepared: PreparedEvaluation[] = [];
  for (const model of models) {
    const own = { ...configuration, models: printModelRef(model.ref), protocol: plan.protocol.setting };
    const run = describeRun(given, own, plan, model, await model.identify({ cacheFolder }));
    prepared.push({ ...plan, configuration: own, model, run });
  }
  return prepared;
}

/** @throws ModelError when the protocol needs what the model does not have */
function requireSuitable(model: BackendModel, { protocol: { protocol }, firstPrompts }: EvaluationPlan): void {
  requireCapabilities(model, protocol.needs, modelName(model.ref), `the protocol ${protocol.id}`);
  requireLeadingTokens(firstPrompts, model.leadingTokens, printModelRef(model.ref));
}

function describeRun(
  given: unknown,
  configuration: EvaluationConfiguration,
  { protocol: { protocol, parameters, file }, benchmarks }: EvaluationPlan,
  model: BackendModel,
  identity: ModelIdentity,
): NewRun {
  const named = asList(configuration.benchmark).map((entry) => basename(entry));
  const names = configuration.questions === undefined ? named : [inlineBenchmarkId, ...named];
  const { ref, overview, versions, computation } = model;
  return {
    kind: evaluationKind.id,
    title: `${names.join(", ")} · ${modelName(ref)} · ${protocol.id}`,
    configuration: { given: toJson(given), resolved: toJson(configuration) },
    inputs: [
      {
        role: "model",
        name: modelName(ref),
        ...(ref.scheme === "file" && { path: ref.path }),
        bytes: overview.bytes,
        ...recordedIdentity(identity),
      },
      ...benchmarks.flatMap(({ id, files }) => files.map((entry) => benchmarkInput(id, entry))),
      ...(file === undefined ? [] : [{ role: "protocol", name: basename(file.path), ...file }]),
    ],
    identity: evaluationIdentity({
      configuration,
      protocol,
      parameters,
      protocolSha256: file?.sha256,
      model: identity,
      computation,
      benchmarks,
    }),
    versions: { ...baseVersions(), ...versions },
    seed: configuration.seed,
  };
}

function benchmarkInput(id: string, { role, path, bytes, sha256, version }: LoadedFile): RunInput {
  return { role: `benchmark ${role}`, name: version === undefined ? id : `${id}, ${version}`, path, bytes, sha256 };
}

function toJson(value: unknown): NewRun["configuration"]["given"] {
  return JSON.parse(JSON.stringify(value)) as NewRun["configuration"]["given"];
}
