import type { DiagnosticCode } from "../diagnosticCodes.ts";
import type { z } from "zod";
import { readReference } from "../merge.ts";
import type { RawModelReference } from "../schema.ts";
import { pointer, type YamlDocument } from "../../../yaml/yamlStream.ts";
import {
  countProblem,
  expertSchema,
  isMoeDocument,
  moeConfigurationSchema,
  moeValue,
  unsupportedIn,
} from "../../moe/moeConfiguration.ts";
import type { ModelFacts } from "../../../checkpoint/modelFacts.ts";
import { didYouMean, nearest, type DiagnosticContext, type Reporter } from "./diagnostic.ts";
import { formMessage } from "./formMessage.ts";
import { checkYaml, valueAt } from "./structure.ts";
import { reportMissing } from "./modelRules.ts";
import { checkDtype } from "./typeRules.ts";

type Experts = z.output<typeof moeConfigurationSchema>["experts"];

/** Everything there is to say about a mixture of experts: a document with `experts` in place of `merge_method`. */
export function checkMoe(yaml: YamlDocument, reporter: Reporter, context: DiagnosticContext): void {
  checkYaml(yaml, reporter);
  if (!isMoeDocument(yaml.value)) return;
  if ("merge_method" in yaml.value) {
    const message = "`merge_method` is ignored: `experts` make this a mixture of experts.";
    reporter.report({ code: "noEffect", severity: "hint", message, path: "/merge_method", part: "key" });
  }
  const parsed = moeConfigurationSchema.safeParse(moeValue(yaml.value), { reportInput: true });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) reportIssue(issue, yaml, reporter);
    return;
  }
  const { experts, gate_mode: mode, dtype, base_model: base } = parsed.data;
  const count = countProblem(parsed.data);
  if (count !== undefined) {
    reporter.report({ code: "moe", severity: "error", message: count.message, path: pointer(count.path) });
  }
  checkDtype(dtype, "/dtype", reporter);
  checkPrompts(experts, mode, reporter, context);
  checkCopies(experts, reporter);
  const unsupported = context.engine === "mergekit" ? undefined : unsupportedIn(parsed.data);
  if (unsupported !== undefined) {
    const { message, hint, path } = unsupported;
    const text = hint === undefined ? message : `${message} ${hint}`;
    reporter.report({ code: "moeEngine", severity: "information", message: text, path: pointer(path) });
  }
  checkModels(base, experts, reporter, context);
}

/** The form of the document; what the reference ignores without a word is an error here, as in the run. */
function reportIssue(issue: z.core.$ZodIssue, yaml: YamlDocument, reporter: Reporter): void {
  const path = pointer(issue.path.filter((part) => typeof part !== "symbol"));
  if (issue.code === "unrecognized_keys") {
    const { shape } = issue.path.length === 0 ? moeConfigurationSchema : expertSchema;
    for (const key of issue.keys) {
      const suggestion = nearest(key, Object.keys(shape));
      reporter.report({
        code: "unknownKey",
        severity: "error",
        message: `Unknown key ${JSON.stringify(key)}.${didYouMean(suggestion)}`,
        path: path + pointer([key]),
        part: "key",
        silent: true,
        ...(suggestion === undefined ? {} : { replacement: suggestion }),
      });
    }
  } else if (valueAt(yaml.value, path) === undefined) {
    const message = `The key \`${String(issue.path.at(-1))}\` is required here.`;
    const parent = path.slice(0, path.lastIndexOf("/"));
    reporter.report({ code: "missingKey", severity: "error", message, path: parent });
  } else {
    const keys = issue.path.filter((part) => typeof part !== "symbol");
    const message = formMessage(issue, keys, valueAt(yaml.value, path)!);
    reporter.report({ code: "form", severity: "error", message, path });
  }
}

/** A router that is not random is made from what each expert is for. */
function checkPrompts(experts: Experts, mode: string, reporter: Reporter, { engine }: DiagnosticContext): void {
  const isRandom = mode === "random" || (mode === "uniform_random" && engine === "medley");
  if (isRandom) return;
  for (const [index, { positive_prompts: positive }] of experts.entries()) {
    if ((positive?.length ?? 0) > 0) continue;
    const message = `This expert has no positive prompts, which \`gate_mode: ${mode}\` needs.`;
    reporter.report({ code: "moePrompts", severity: "error", message, path: `/experts/${index}` });
  }
  const distinct = new Set(experts.map((expert) => JSON.stringify([expert.positive_prompts, expert.negative_prompts])));
  if (experts.length < 2 || distinct.size > 1 || experts[0]!.positive_prompts === undefined) return;
  const message = "All experts have the same prompts, so the router could not tell them apart.";
  reporter.report({ code: "moePrompts", severity: "error", message, path: "/experts" });
}

function checkCopies(experts: Experts, reporter: Reporter): void {
  const noiseless = experts.every(({ noise_scale: noise, residual_scale: scale }) => !noise && scale === undefined);
  const sources = new Set(experts.map((expert) => JSON.stringify(expert.source_model)));
  if (experts.length < 2 || sources.size > 1 || !noiseless) return;
  const message = "All experts are the same model: the result computes what that model does until it is trained.";
  reporter.report({ code: "moeCopies", severity: "warning", message, path: "/experts" });
}

function checkModels(base: RawModelReference, experts: Experts, reporter: Reporter, context: DiagnosticContext): void {
  const { facts, mergeNames } = context;
  const look = (raw: RawModelReference, path: string): ModelFacts | undefined => {
    const error = (code: DiagnosticCode, message: string) =>
      reporter.report({ code, severity: "error", message, path });
    try {
      const reference = readReference(raw);
      if (mergeNames?.has(reference.model.path) === true) return undefined;
      const result = facts(reference);
      if (result.state === "missing") {
        reportMissing(reference, result, context, path, reporter);
      }
      if (result.state === "unusable") error("modelUnusable", result.reason);
      return result.state === "known" ? result.facts : undefined;
    } catch (problem) {
      error("modelReference", (problem as Error).message);
      return undefined;
    }
  };
  const expected = look(base, "/base_model")?.config;
  for (const [index, { source_model: source }] of experts.entries()) {
    const path = `/experts/${index}/source_model`;
    const config = look(source, path)?.config;
    if (config === undefined || expected === undefined) continue;
    for (const key of ["hidden_size", "intermediate_size", "num_hidden_layers"]) {
      const [own, wanted] = [config.integer(key), expected.integer(key)];
      if (own === undefined || wanted === undefined || own === wanted) continue;
      const message = `This model has ${key} ${own}, the base has ${wanted}: its MLPs do not fit.`;
      reporter.report({ code: "hiddenSize", severity: "error", message, path });
    }
  }
}
