import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EvaluationConfigurationInput } from "../../../src/core/evaluation/configuration.ts";
import { prepareEvaluations, type PreparedEvaluation } from "../../../src/node/evaluation/prepareEvaluation.ts";
import { ToyLanguageModel } from "../../support/toyLanguageModel.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
export const sampleModel = join(repository, "samples/models/stories260k.f32.gguf");

/** An evaluation of the bundled sample model and questions, prepared as the command line does. */
export async function prepare(
  configuration: Partial<EvaluationConfigurationInput> = {},
  folder = repository,
): Promise<PreparedEvaluation> {
  const given = { benchmark: ["sample-pubmedqa", "sample-medqa-4"], models: sampleModel, limit: 6, ...configuration };
  const [prepared] = await prepareEvaluations(given, { baseFolder: folder, dataFolder: join(folder, "no-data") });
  return prepared!;
}

/** Stands in for the model of an evaluation: it claims to be that file. */
export class StandInModel extends ToyLanguageModel {
  constructor({ run }: PreparedEvaluation) {
    super({ identity: { kind: "sha256", sha256: run.identity.model! }, runtime: { engine: "toy", threads: 1 } });
  }
}
