import { ConfigurationError } from "../../core/errors.ts";
import { resolveConfiguration } from "../../core/evaluation/configuration.ts";
import type { ShownPrompt } from "../tasks/protocol.ts";
import { withAbsolutePaths } from "./absolutePaths.ts";
import { planEvaluation } from "./planEvaluation.ts";

/**
 * The prompt of the first item of an evaluation, without loading a model.
 * @throws ConfigurationError, FileError, DataError as an evaluation does
 */
export async function firstPrompt(given: unknown, baseFolder: string, dataFolder: string): Promise<ShownPrompt> {
  const configuration = withAbsolutePaths(resolveConfiguration(given), baseFolder);
  const { protocol: resolved, units } = await planEvaluation({ limit: 1, ...configuration }, dataFolder);
  const unit = units.toSorted((a, b) => a.draw - b.draw || a.item.sourceRow - b.item.sourceRow)[0];
  if (unit === undefined) throw new ConfigurationError("The evaluation has no item.");
  const { protocol, parameters } = resolved;
  const { request } = protocol.prompt(unit.item, unit.shots, parameters);
  return {
    benchmark: unit.item.benchmark,
    item: unit.item.id,
    protocol: protocol.id,
    shots: unit.shots.length,
    context: request.context,
    answers: [
      ...(request.scoring === "continuations" ? request.continuations.map((text) => request.delimiter + text) : []),
      ...(request.scoring === "nextToken" ? request.labels : []),
    ],
  };
}
