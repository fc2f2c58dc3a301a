import { diagnoseStream } from "../../core/merge/config/diagnostics/diagnose.ts";
import type { Diagnostic } from "../../core/merge/config/diagnostics/diagnostic.ts";
import type { Merge } from "../../core/merge/config/merge.ts";
import { formatModelReference, type ModelReference } from "../../core/checkpoint/modelReference.ts";
import { mentionedModels, readMergeFile } from "../../core/merge/config/readMergeFile.ts";
import { readYamlStream, type YamlStream } from "../../core/yaml/yamlStream.ts";
import { mergeMethods, plannedMethod } from "../../core/merge/methods/registry.ts";
import type { FactsLookup, FactsResult } from "../../core/checkpoint/modelFacts.ts";
import { placeInText } from "../../core/merge/plan/view/placeInText.ts";
import { resultFacts } from "../../core/merge/plan/view/resultFacts.ts";
import type { MergeView, PlanView, ViewFinding, ViewTensorRow } from "../../core/merge/plan/view/schema.ts";
import { tensorRows } from "../../core/merge/plan/view/tensorRows.ts";
import { lookUpModel } from "./lookUpModels.ts";
import { ModelFactsCache } from "../checkpoint/modelFactsCache.ts";
import type { PlanRequest } from "./planProtocol.ts";
import { viewOfMerge, viewOfMoe, wholeFacts, type ViewedMerge } from "./planViews.ts";

/**
 * Plans the merges of configurations for the panel "Merge plan", again and again while they are written. Headers are
 * kept by the identity of their files; no weight is read.
 */
export class PlanReader {
  private readonly facts = new ModelFactsCache(() => undefined, lookUpModel);

  /** @throws ConfigurationError when the text is no configuration; what does not fit in one is part of the view */
  async view(request: PlanRequest): Promise<PlanView> {
    const viewed = await this.read(request);
    return { merges: viewed.map(({ view }) => view) };
  }

  /** Every tensor of the merge of this name; none where it cannot be planned. @throws as `view` */
  async tensors(request: PlanRequest, name: string | null): Promise<ViewTensorRow[]> {
    const plan = (await this.read(request)).find(({ view }) => view.name === name)?.plan;
    return plan === undefined ? [] : tensorRows(plan, plannedMethod(plan));
  }

  private async read(request: PlanRequest): Promise<ViewedMerge[]> {
    const { text, memory } = request;
    const file = readMergeFile(text, request.file);
    const facts = await this.lookUp(mentionedModels(file), request);
    const findings = findingsOf(text, facts);
    if (file.kind === "moe") return [viewOfMoe(file.moe, facts, memory, findings(null))];
    const merges = file.merges.map(({ merge }) => merge);
    return inOrderOfText(text, viewInOrderOfUse(merges, facts, memory, findings));
  }

  private async lookUp(references: readonly ModelReference[], { folder }: PlanRequest): Promise<FactsLookup> {
    const found = new Map<string, FactsResult>();
    if (folder !== undefined) {
      for (const reference of references) {
        found.set(formatModelReference(reference), await this.facts.load(reference, { folder }));
      }
    }
    return (reference) => found.get(formatModelReference(reference)) ?? { state: "unknown" };
  }
}

/** Merges that use others of the same file are planned with the planned results of those. */
function viewInOrderOfUse(
  merges: readonly Merge[],
  onDisk: FactsLookup,
  memory: number,
  findings: (name: string | null) => ViewFinding[],
): ViewedMerge[] {
  const results = new Map<string, FactsResult>(
    merges.flatMap(({ name }) => (name === undefined ? [] : [[name, { state: "unknown" }] as const])),
  );
  const lookUp: FactsLookup = (reference) => results.get(reference.model.path) ?? onDisk(reference);
  return merges.map((merge) => {
    const viewed = viewOfMerge(merge, lookUp, new Set(results.keys()), memory, findings(merge.name ?? null));
    const donor = viewed.plan === undefined ? undefined : wholeFacts(lookUp(viewed.plan.donor));
    if (merge.name !== undefined && viewed.plan !== undefined && donor !== undefined) {
      results.set(merge.name, { state: "known", facts: resultFacts(viewed.plan, donor, merge.name) });
    }
    return viewed;
  });
}

function inOrderOfText(text: string, viewed: readonly ViewedMerge[]): ViewedMerge[] {
  const start = ({ view: { name } }: { readonly view: MergeView }) =>
    placeInText(text, { merge: name, slice: null, model: null })?.start ?? Infinity;
  return viewed.toSorted((a, b) => start(a) - start(b));
}

/** What diagnostics say of a merge, by its name. */
function findingsOf(text: string, facts: FactsLookup): (name: string | null) => ViewFinding[] {
  const stream = readYamlStream(text, "1.1");
  const diagnostics = diagnoseStream(stream, { facts, methods: mergeMethods, engine: "medley" });
  return (name) => diagnostics.filter(({ document }) => nameOf(stream, document) === name).flatMap(findingOf);

  function findingOf({ code, severity, message, range }: Diagnostic): ViewFinding[] {
    if (severity !== "error" && severity !== "warning") return [];
    // The view's list of models says it, once for each.
    if (code === "merge.modelMissing") return [];
    const { line, column } = stream.placeOf(range.start);
    return [{ severity, message, line, column }];
  }
}

function nameOf({ documents }: YamlStream, index: number): string | null {
  const value = documents[index]?.value;
  const name = typeof value === "object" && value !== null && !Array.isArray(value) ? value["name"] : undefined;
  return typeof name === "string" ? name : null;
}
