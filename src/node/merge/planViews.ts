import { MedleyError } from "../../core/errors.ts";
import { ByModel } from "../../core/checkpoint/byModel.ts";
import { findArchitecture, layerCountOf } from "../../core/checkpoint/architectures/registry.ts";
import type { Merge } from "../../core/merge/config/merge.ts";
import type { ModelReference } from "../../core/checkpoint/modelReference.ts";
import { formatBytes, formatCount } from "../../core/formatting.ts";
import { tensorBytes } from "../../core/checkpoint/safetensorsWriter.ts";
import type { MergePlan, PlanOptions } from "../../core/merge/plan/mergePlan.ts";
import { passthrough } from "../../core/merge/methods/passthrough.ts";
import { mergeMethods } from "../../core/merge/methods/registry.ts";
import type { FactsLookup, FactsResult, MergeFacts, ModelFacts } from "../../core/checkpoint/modelFacts.ts";
import { moeModels, refuseUnsupported, type MoeConfiguration } from "../../core/merge/moe/moeConfiguration.ts";
import { planMoe } from "../../core/merge/moe/planMoe.ts";
import { pairModules, resolveArchitecture } from "../../core/merge/plan/mergeArchitecture.ts";
import { sliceLength } from "../../core/merge/plan/outputTensors.ts";
import { planMerge } from "../../core/merge/plan/plan.ts";
import type { Resources } from "../../core/merge/plan/view/figures.ts";
import {
  failedView,
  plannedView,
  sketchView,
  viewModels,
  type MergeOutline,
} from "../../core/merge/plan/view/mergeView.ts";
import type { MergeView, ViewFinding, ViewModel } from "../../core/merge/plan/view/schema.ts";
import { sketchMerge, sketchMoe, type Sketch } from "../../core/merge/plan/view/sketch.ts";
import type { Tokenizer } from "../../core/tokenizer/tokenizer.ts";
import { mergeDefaults } from "./createMergeRun.ts";
import { processBytes, threadBytes, threadPlan } from "./mergeTensors.ts";

/** A merge of a file for the page, with its plan where it could be made. */
export interface ViewedMerge {
  readonly view: MergeView;
  readonly plan?: MergePlan;
}

const options: PlanOptions = { ...mergeDefaults, seed: 0, allowMixedArchitectures: false };

/** @param named names of merges of the same file */
export function viewOfMerge(
  merge: Merge,
  lookUp: FactsLookup,
  named: ReadonlySet<string>,
  memory: number,
  findings: readonly ViewFinding[],
): ViewedMerge {
  const models = viewModels(merge, (reference) => describeModel(reference, lookUp(reference), named));
  const method = mergeMethods.get(merge.method);
  const outline = { name: merge.name, models, findings };
  if (method === undefined) {
    const unknown = {
      severity: "error",
      message: `There is no merge method ${JSON.stringify(merge.method)}.`,
    } as const;
    return { view: failedView({ ...outline, method: merge.method, findings: orElse(findings, unknown) }) };
  }
  const facts = knownFacts(merge.models, lookUp);
  return viewOf({
    outline: { ...outline, method },
    memory,
    sketch: () => sketchMerge(merge, method, (reference) => layersOf(lookUp(reference), reference)),
    ...(facts !== undefined && {
      plan: () => planMerge(merge, method, facts, options),
      slices: () => {
        const architecture = resolveArchitecture(merge, facts, options.allowMixedArchitectures);
        const { wanted, module } = pairModules(merge, architecture)[0]!;
        return wanted.slices.map((slice) => sliceLength(slice, module));
      },
    }),
  });
}

/** A mixture of experts; its router is planned by its shape alone. */
export function viewOfMoe(
  moe: MoeConfiguration,
  lookUp: FactsLookup,
  memory: number,
  findings: readonly ViewFinding[],
): ViewedMerge {
  const references = moeModels(moe);
  const models = viewModels({ models: references, base: references[0]! }, (reference) =>
    describeModel(reference, lookUp(reference), new Set()),
  );
  const method = {
    ...passthrough,
    name: "mixture of experts",
    summary: `${moe.experts.length} experts, ${moe.experts_per_token} a token; router: ${moe.gate_mode}.`,
  };
  const sketch = () => sketchMoe(moe, references, (reference) => layersOf(lookUp(reference), reference));
  const facts = knownFacts(references, lookUp);
  return viewOf({
    outline: { name: undefined, models, findings, method },
    memory,
    sketch,
    ...(facts !== undefined && {
      plan: () => {
        refuseUnsupported(moe);
        const hidden = facts.of(references[0]!).config.integer("hidden_size") ?? 0;
        return planMoe(moe, facts, options, () => new Float32Array(moe.experts.length * hidden));
      },
      slices: () => sketch().slices,
    }),
  });
}

interface Making {
  readonly outline: MergeOutline;
  readonly memory: number;
  readonly sketch: () => Sketch;
  /** Only where all models are known. */
  readonly plan?: () => MergePlan;
  readonly slices?: () => readonly number[];
}

/** The plan; what the configuration alone tells, where there is none; the reason, where it tells nothing either. */
function viewOf({ outline, memory, sketch, plan: makePlan, slices }: Making): ViewedMerge {
  let { findings } = outline;
  if (makePlan !== undefined && slices !== undefined) {
    try {
      const plan = makePlan();
      const resources = resourcesOf(plan, memory);
      const problems = "severity" in resources ? [resources] : [];
      const known = { ...outline, findings: [...findings, ...problems] };
      return { plan, view: plannedView(plan, slices(), "severity" in resources ? undefined : resources, known) };
    } catch (error) {
      findings = orElse(findings, findingOf(error));
    }
  }
  try {
    return { view: sketchView(sketch(), { ...outline, findings }) };
  } catch (error) {
    findings = orElse(findings, findingOf(error));
    return { view: failedView({ ...outline, method: outline.method.name, findings }) };
  }
}

/** Diagnostics say where something stands: an error of the plan is added only where they have found none. */
function orElse(findings: readonly ViewFinding[], finding: ViewFinding): readonly ViewFinding[] {
  return findings.some(({ severity }) => severity === "error") ? findings : [...findings, finding];
}

/** @throws what is not for users */
function findingOf(error: unknown): ViewFinding {
  if (!(error instanceof MedleyError)) throw error;
  const { message, hint } = error;
  return { severity: "error", message, ...(hint !== undefined && { hint }) };
}

function resourcesOf(plan: MergePlan, memory: number): Resources | ViewFinding {
  try {
    const { count } = threadPlan(plan.largestTask, { memory });
    return { least: processBytes + threadBytes + plan.largestTask, budget: memory, threads: count };
  } catch (error) {
    return findingOf(error);
  }
}

function knownFacts(models: readonly ModelReference[], lookUp: FactsLookup): ByModel<MergeFacts> | undefined {
  const known: [ModelReference, MergeFacts][] = [];
  for (const reference of models) {
    const facts = wholeFacts(lookUp(reference));
    if (facts === undefined) return undefined;
    known.push([reference, facts]);
  }
  return new ByModel(known);
}

/** What a merge can be planned with: facts whose tokenizer, if there is one, was not cut down for checks. */
export function wholeFacts(result: FactsResult): MergeFacts | undefined {
  if (result.state !== "known") return undefined;
  const { tokenizer, ...facts } = result.facts;
  if (tokenizer === undefined) return facts;
  return "document" in tokenizer ? { ...facts, tokenizer: tokenizer as Tokenizer } : undefined;
}

function layersOf(result: FactsResult, { overrideArchitecture }: ModelReference): number | undefined {
  if (result.state !== "known") return undefined;
  const { config } = result.facts;
  const count = layerCountOf(config, findArchitecture(config, overrideArchitecture));
  return count !== undefined && count >= 0 && count <= 10_000 ? count : undefined;
}

function describeModel(
  reference: ModelReference,
  result: FactsResult,
  named: ReadonlySet<string>,
): Pick<ViewModel, "state" | "detail"> {
  const isNamed = named.has(reference.model.path);
  switch (result.state) {
    case "known":
      return { state: isNamed ? "planned" : "known", detail: headline(result.facts, reference) };
    case "missing":
      return {
        state: "missing",
        detail:
          result.path === undefined || result.path === reference.model.path
            ? "not on this machine"
            : `its adapter ${result.path} is not on this machine`,
      };
    case "unusable":
      return { state: "unusable", detail: result.reason };
    case "unknown":
      return isNamed
        ? { state: "unread", detail: "a merge of this file that cannot be planned yet" }
        : { state: "unread", detail: "not looked for: the configuration lies in no folder" };
  }
}

/** One line on a model: `LlamaForCausalLM, 32 layers, 7.24B parameters, 14.5 GB`. */
function headline(facts: ModelFacts, reference: ModelReference): string {
  const { config, tensors, adapter } = facts;
  const layers = layersOf({ state: "known", facts }, reference);
  let [elements, bytes] = [0, 0];
  for (const tensor of tensors.values()) {
    elements += tensor.shape.reduce((product, size) => product * size, 1);
    bytes += tensorBytes(tensor);
  }
  return [
    reference.overrideArchitecture ?? config.architectures[0] ?? config.modelType ?? "unknown architecture",
    ...(layers === undefined ? [] : [`${layers} layers`]),
    `${formatCount(elements)} parameters`,
    formatBytes(bytes),
    ...(adapter === undefined ? [] : [`with an adapter that changes ${adapter.targets.size} tensors`]),
  ].join(", ");
}
