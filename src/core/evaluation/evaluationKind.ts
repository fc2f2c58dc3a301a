import type { RunKind } from "../runs/runKind.ts";
import { evaluationConfigurationSchema, type EvaluationConfiguration } from "./configuration.ts";
import { evaluationSummarySchema, type EvaluationSummary } from "./summary/evaluationSummary.ts";

/** Evaluations: one model, one protocol, any number of benchmarks and draws. */
export const evaluationKind: RunKind<EvaluationConfiguration, EvaluationSummary> = {
  id: "evaluation",
  configuration: evaluationConfigurationSchema,
  summary: evaluationSummarySchema,
  units: ["items"],
  traits: { loadsModels: true, hasItems: true, citable: true },
};
