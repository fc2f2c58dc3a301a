import type { Fix } from "../../yaml/fix.ts";
import { nearest, type Diagnostic } from "../config/diagnostics/diagnostic.ts";
import type { DiagnosticCode } from "../config/diagnosticCodes.ts";
import { yamlScalar } from "../../yaml/completion.ts";
import {
  addBaseModel,
  addBaseSource,
  addLayerRange,
  addListedBase,
  changeMethodOrModels,
  chooseBase,
  removeSecondEntry,
} from "./fixModels.ts";
import { addLastCondition, addParameter, moveUnderParameters, wrapCondition } from "./fixParameters.ts";
import {
  addedAfterFirst,
  addedLine,
  modelPlacesCommand,
  removal,
  removalAt,
  replacedValue,
  type FixContext,
} from "./fix.ts";
import { methodOf, referenceAt } from "./mergeDocument.ts";
import { nodeAt, type OutlineNode } from "../../yaml/outline.ts";
import type { YamlSource } from "../../yaml/yamlSource.ts";

type FixMaker = (context: FixContext) => readonly Fix[];

const removeIt: FixMaker = ({ text, node }) => removal(text, node);
const removeKey =
  (key: string): FixMaker =>
  ({ text, root }) =>
    removalAt(text, root, [key]);

/** By code. Only edits that keep the rest of the text as it is; the best first. */
const makers: Partial<Record<DiagnosticCode, FixMaker>> = {
  noEffect: removeIt,
  unusedParameter: removeIt,
  baseParameter: removeIt,
  unknownParameter: removeIt,
  unknownKey: removeIt,
  emptyDocument: ({ text, diagnostic: { range } }) =>
    text.slice(range.start, range.end).trim() === "---"
      ? [{ kind: "remove", subject: "---", edits: [{ range, text: "" }] }]
      : [],
  duplicateKey: ({ text, node }) =>
    removal(
      text,
      node.parent!.children.find(({ key }) => key === node.key)!,
    ),
  misplacedKey: (context) => {
    const method = methodOf(context.root, context.methods);
    const isOwn = method === undefined || method.parameters.some(({ name }) => name === context.node.key);
    return isOwn ? moveUnderParameters(context) : removeIt(context);
  },
  baseMissing: addBaseModel,
  donor: addBaseModel,
  baseElsewhere: chooseBase,
  baseListed: removeKey("base_model"),
  baseJoins: removeKey("base_model"),
  baseNotListed: (context) => [...addListedBase(context), ...removeKey("base_model")(context)],
  baseNotInSlice: addBaseSource,
  modelCount: changeMethodOrModels,
  modelTwice: removeSecondEntry,
  modelMissing: explainAbsence,
  modelElsewhere: explainAbsence,
  layerRangeMissing: addLayerRange,
  parameterMissing: addParameter,
  notCovered: addLastCondition,
  loneCondition: wrapCondition,
  dtype: ({ text, node }) => ["bfloat16", "float16", "float32"].flatMap((name) => replacedValue(text, node, name)),
  chatTemplate: ({ text, node }) => ["auto", "chatml"].flatMap((name) => replacedValue(text, node, name)),
  resultType: ({ text, root, node }) =>
    addedAfterFirst(text, root, ["dtype"], `out_dtype: ${node.value ?? "bfloat16"}`),
  mixedTypes: ({ text, root }) => addedAfterFirst(text, root, ["base_model", "merge_method"], "dtype: float32"),
  halfPrecision: computeInSinglePrecision,
  tokenizerTwice: removeKey("tokenizer_source"),
  vocabulary: ({ text, root }) =>
    addedAfterFirst(text, root, ["dtype", "base_model", "merge_method"], "tokenizer_source: union"),
  vocabularyShrinks: keepPadding,
  weightSum: stopNormalizing,
};

/** Changes that put a diagnostic right, the best first. */
export function fixesFor(
  { text, outline }: YamlSource,
  diagnostic: Diagnostic,
  known: Pick<FixContext, "methods" | "facts" | "paths">,
): readonly Fix[] {
  const { replacement, literal, part, range, code } = diagnostic;
  const replaced: Fix[] = [];
  if (replacement !== undefined) {
    const written = part === "value" && literal !== true ? yamlScalar(replacement) : replacement;
    replaced.push({ kind: "replace", subject: replacement, edits: [{ range, text: written }] });
  }
  const root = outline[diagnostic.document]?.root;
  const node = root && nodeAtPointer(root, diagnostic.path);
  const make = makers[code.slice("merge.".length) as DiagnosticCode];
  if (root === undefined || node === undefined || make === undefined) return replaced;
  const made = make({ ...known, text, root, node, diagnostic });
  return [...replaced, ...made.filter(({ subject }) => subject !== replacement)];
}

/** The node at a JSON pointer; positions in lists are numbers. */
export function nodeAtPointer(root: OutlineNode, pointer: string): OutlineNode | undefined {
  let node: OutlineNode | undefined = root;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    // Of a key that stands twice the last one counts.
    node = node.children.findLast(({ key }) => key === name) ?? nodeAt(node, [Number(name)]);
    if (node === undefined) return undefined;
  }
  return node;
}

/** The checkpoint that may be meant; and, with nothing to edit, where the model or its adapter was looked for. */
function explainAbsence({ text, node, facts, paths = [] }: FixContext): Fix[] {
  const reference = node.value === undefined ? undefined : referenceAt(node);
  const result = reference && facts(reference);
  if (reference === undefined || result?.state !== "missing") return [];
  const missing = result.path ?? reference.model.path;
  const meant = node.value === missing ? nearest(missing, paths) : undefined;
  const changes = meant === undefined ? [] : replacedValue(text, node, meant);
  return [
    ...changes,
    { kind: "explain", subject: missing, edits: [], command: { command: modelPlacesCommand, arguments: [missing] } },
  ];
}

function computeInSinglePrecision({ text, root }: FixContext): Fix[] {
  const dtype = nodeAt(root, ["dtype"]);
  if (dtype?.valueRange === undefined) return [];
  const [added] = nodeAt(root, ["out_dtype"]) === undefined ? addedLine(text, dtype, "out_dtype: float16") : [];
  const edits = [{ range: dtype.valueRange, text: "float32" }, ...(added?.edits ?? [])];
  return [{ kind: "replace", subject: "dtype: float32, out_dtype: float16", edits }];
}

/** The largest usual multiple that gives the padded number of rows, or that number itself. */
function keepPadding({ text, root, node, diagnostic }: FixContext): Fix[] {
  const padding = diagnostic.data?.padding;
  if (padding === undefined || node.flow) return [];
  const { rows, tokens } = padding;
  const usual = [512, 256, 128, 64, 32, 16, 8].find((size) => Math.ceil(tokens / size) * size === rows);
  const multiple = usual ?? rows;
  const line = `pad_to_multiple_of: ${multiple}`;
  if (node.key === "tokenizer") {
    const last = node.children.at(-1);
    return last === undefined || last.flow ? [] : addedLine(text, last, line);
  }
  const source = nodeAt(root, ["tokenizer_source"]);
  if (source?.value === undefined || source.valueRange === undefined) return [];
  const range = { start: source.keyRange!.start, end: source.valueRange.end };
  const block = `tokenizer:\n  source: ${text.slice(source.valueRange.start, source.valueRange.end)}\n  ${line}`;
  return [{ kind: "add", subject: line, edits: [{ range, text: block }] }];
}

function stopNormalizing({ text, root }: FixContext): Fix[] {
  if (nodeAt(root, ["merge_method"])?.value !== "linear") return [];
  const block = nodeAt(root, ["parameters"]);
  if (block === undefined) {
    return addedAfterFirst(text, root, ["dtype", "merge_method"], "parameters:", "  normalize: false");
  }
  const last = block.children.at(-1);
  if (last === undefined || last.flow || nodeAt(block, ["normalize"]) !== undefined) return [];
  return addedLine(text, last, "normalize: false");
}
