import type { DiagnosticCode } from "../diagnosticCodes.ts";
import { formatModelReference } from "../../../checkpoint/modelReference.ts";
import { readReference } from "../merge.ts";
import type { RawModelReference, TokenRule } from "../schema.ts";
import { pointer } from "../../../yaml/yamlStream.ts";
import { largestId } from "../../../tokenizer/tokenizer.ts";
import { nearest, type Reporter } from "./diagnostic.ts";
import { reportMissing } from "./modelRules.ts";
import { factsOf, lookUp, modelUses, type MergeView } from "./view.ts";
import type { ModelReference } from "../../../checkpoint/modelReference.ts";

/** `tokenizer_source` and the `tokenizer` block. */
export function checkTokenizer(view: MergeView, reporter: Reporter): void {
  const { tokenizer, tokenizer_source: source } = view.configuration;
  if (tokenizer !== undefined && source !== undefined) {
    const message = "`tokenizer_source` and `tokenizer` exclude each other.";
    reporter.report({ code: "tokenizerTwice", severity: "error", message, path: "/tokenizer_source", part: "key" });
  }
  checkSource(view, source, "/tokenizer_source", reporter);
  checkSource(view, tokenizer?.source, "/tokenizer/source", reporter);
  checkPadding(view, reporter);
  for (const [token, rule] of Object.entries(tokenizer?.tokens ?? {})) {
    checkToken(view, token, rule, pointer(["tokenizer", "tokens", token]), reporter);
  }
}

function checkSource(view: MergeView, source: RawModelReference | undefined, path: string, reporter: Reporter): void {
  if (source === undefined || source === "union" || source === "base") return;
  const reference = tryRead(source, path, reporter);
  const result = reference && lookUp(view, reference);
  if (reference === undefined || result?.state !== "missing") return;
  if (result.isHubId === true && view.context.isDraft === true) {
    return reportMissing(reference, result, view.context, path, reporter);
  }
  const message = `Expected "union", "base" or a model; ${JSON.stringify(reference.model.path)} does not exist locally.`;
  const replacement = nearest(reference.model.path, ["union", "base"]);
  const fix = replacement === undefined ? {} : { replacement };
  reporter.report({ code: "tokenizerSource", severity: "error", message, path, ...fix });
}

function tryRead(source: RawModelReference, path: string, reporter: Reporter): ModelReference | undefined {
  try {
    return readReference(source);
  } catch (error) {
    reporter.report({ code: "modelReference", severity: "error", message: (error as Error).message, path });
    return undefined;
  }
}

/** A rebuilt vocabulary drops padded rows of the embeddings. */
function checkPadding(view: MergeView, reporter: Reporter): void {
  const { tokenizer, tokenizer_source: source } = view.configuration;
  if (!view.hasTokenizer || tokenizer?.pad_to_multiple_of !== undefined) return;
  const donor = view.base?.reference ?? modelUses(view)[0]?.reference;
  const facts = donor === undefined ? undefined : factsOf(view, donor);
  const declared = facts?.config.integer("vocab_size");
  if (facts?.tokenizer === undefined || declared === undefined) return;
  const entries = largestId(facts.tokenizer.vocabulary) + 1;
  const union = (source ?? tokenizer?.source ?? "union") === "union";
  if (entries >= declared || (union && modelUses(view).length > 1)) return;
  const message = `vocab_size shrinks from ${declared} to ${entries} (tokenizer entries); use tokenizer.pad_to_multiple_of to keep padding.`;
  const path = source === undefined ? "/tokenizer" : "/tokenizer_source";
  const padding = { rows: declared, tokens: entries };
  reporter.report({ code: "vocabularyShrinks", severity: "warning", message, path, data: { padding } });
}

function checkToken(view: MergeView, token: string, rule: TokenRule, path: string, reporter: Reporter): void {
  const { source } = rule;
  const at = `${path}/source`;
  const error = (code: DiagnosticCode, message: string, place: string, part: "key" | "value" = "value") =>
    reporter.report({ code, severity: "error", message, path: place, part });
  if (source === undefined) return checkOwners(view, token, path, reporter);
  if (typeof source === "object" && "kind" in source) {
    if (source.kind === "zero") {
      if (view.context.engine === "medley") return;
      const message =
        "`kind: zero` stops the reference implementation (unassigned variable); use an explicit token source.";
      return error("zeroToken", message, at);
    }
    if (source.token === undefined && source.token_id === undefined) {
      return error("tokenSource", "`kind: model_token` needs `token` or `token_id`.", at);
    }
    if (source.token !== undefined && source.token_id !== undefined) {
      return error("tokenSource", "Give `token` or `token_id`, not both.", `${at}/token_id`, "key");
    }
    return checkModelToken(view, source, at, reporter);
  }
  const reference = tryRead(source, at, reporter);
  if (reference !== undefined && !isMerged(view, reference)) {
    error("tokenModel", `${formatModelReference(reference)} is not part of this merge.`, at);
  } else if (reference !== undefined) {
    const vocabulary = factsOf(view, reference)?.tokenizer?.vocabulary;
    if (vocabulary !== undefined && !vocabulary.has(token)) {
      error("tokenUnknown", `${formatModelReference(reference)} has no token ${JSON.stringify(token)}.`, at);
    }
  }
}

function isMerged(view: MergeView, reference: ModelReference): boolean {
  const key = formatModelReference(reference);
  return view.base?.key === key || modelUses(view).some((use) => use.key === key);
}

function checkOwners(view: MergeView, token: string, path: string, reporter: Reporter): void {
  const references = [
    ...modelUses(view).map(({ reference }) => reference),
    ...(view.base ? [view.base.reference] : []),
  ];
  const vocabularies = references.map((reference) => factsOf(view, reference)?.tokenizer?.vocabulary);
  if (vocabularies.some((vocabulary) => vocabulary === undefined || vocabulary.has(token))) return;
  const message = "No model owns this token and no source is given.";
  reporter.report({ code: "tokenUnowned", severity: "error", message, path, part: "key" });
}

function checkModelToken(
  view: MergeView,
  source: { model: RawModelReference; token: string | undefined; token_id: number | undefined },
  path: string,
  reporter: Reporter,
): void {
  const reference = tryRead(source.model, `${path}/model`, reporter);
  if (reference === undefined) return;
  const key = formatModelReference(reference);
  const error = (code: DiagnosticCode, message: string, place: string) =>
    reporter.report({ code, severity: "error", message, path: place });
  if (!isMerged(view, reference)) return error("tokenModel", `${key} is not part of this merge.`, `${path}/model`);
  const facts = factsOf(view, reference);
  if (facts === undefined) return;
  if (source.token !== undefined && facts.tokenizer?.vocabulary.has(source.token) === false) {
    error("tokenUnknown", `${key} has no token ${JSON.stringify(source.token)}.`, `${path}/token`);
  }
  const rows = facts.config.integer("vocab_size");
  if (source.token_id !== undefined && rows !== undefined && (source.token_id < 0 || source.token_id >= rows)) {
    error("tokenUnknown", `${key} has ${rows} embedding rows.`, `${path}/token_id`);
  }
}
