import { resolve } from "node:path";
import { isOwnQuestionsPath } from "../../core/benchmarks/ownQuestions.ts";
import { mapRefPath, parseModelRef, printModelRef } from "../../core/models/modelRef.ts";
import { asList, type EvaluationConfigurationInput } from "../../core/evaluation/configuration.ts";

type Paths = Pick<EvaluationConfigurationInput, "benchmark" | "models" | "data" | "protocol">;

/** Whether a protocol's id is the path of a file that declares it. */
export function isProtocolPath(id: string): boolean {
  return /\.ya?ml$/i.test(id);
}

/**
 * A configuration whose paths mean the same wherever it is read from.
 * @param baseFolder that relative paths start from
 */
export function withAbsolutePaths<T extends Partial<Paths>>(configuration: T, baseFolder: string): T {
  const absolute = (path: string) => resolve(baseFolder, path);
  const { benchmark, models, data, protocol } = configuration;
  const absoluteModel = (text: string) => printModelRef(mapRefPath(parseModelRef(text), absolute));
  const protocolId = (id: string) => (isProtocolPath(id) ? absolute(id) : id);
  return {
    ...configuration,
    ...(benchmark && { benchmark: asList(benchmark).map((id) => (isOwnQuestionsPath(id) ? absolute(id) : id)) }),
    ...(models && { models: asList(models).map(absoluteModel) }),
    ...(data && { data: asList(data).map(absolute) }),
    ...(protocol && {
      protocol: typeof protocol === "string" ? protocolId(protocol) : { ...protocol, id: protocolId(protocol.id) },
    }),
  };
}
