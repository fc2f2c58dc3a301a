import { Markdown } from "../../markdown.ts";
import type { MergeMethod, ParameterSpec } from "../methods/method.ts";
import { yamlScalar, type Completion } from "../../yaml/completion.ts";
import { isTaken, keyItem } from "../../yaml/keyCompletion.ts";
import { schemaKeys } from "../../yaml/schemaKeys.ts";
import type { CursorPlace } from "../../yaml/cursorPlace.ts";
import type { LanguageContext } from "./languageContext.ts";
import { dialectOf, methodOf, schemaOf, slotAt, type Dialect } from "./mergeDocument.ts";
import { parameterFacts } from "./methodGuide.ts";
import { nodeAt, type OutlineNode } from "../../yaml/outline.ts";
import { tokenChoices } from "./completeTokens.ts";

/** Keys that may be written in the mapping around the cursor, in the order in which they are usually wanted. */
export async function completeKeys(place: CursorPlace, context: LanguageContext): Promise<Completion[]> {
  const { container, root } = place;
  const slot = slotAt(container.path);
  const method = methodOf(root, context.methods);
  if (slot.kind === "parameters") return parameterKeys(place, context, method, slot.level);
  if (slot.kind === "tokens") {
    const tokens = await tokenChoices(place, context);
    return tokens.map(({ token, detail }) =>
      keyItem(place, yamlKey(token), `${yamlKey(token)}:\n  source: $0`, { detail, filter: token }),
    );
  }
  if (slot.kind === "condition" || slot.kind === "setting") return conditionKeys(place);
  const dialect = dialectOf(root);
  const names = schemaKeys(schemaOf(dialect), container.path);
  const hidden = hiddenKeys(container, dialect, method);
  return names
    .filter(({ name }) => !hidden.has(name) && !isTaken(place, name))
    .toSorted((a, b) => rankOf(a.name) - rankOf(b.name))
    .map(({ name, description, required }) =>
      keyItem(place, name, mergeKeySnippet(name, container, method, dialect), {
        ...(description === undefined ? {} : { documentation: Markdown.own(description) }),
        ...(required || (name === "base_model" && method?.base === "required") ? { detail: "required" } : {}),
      }),
    );
}

/** Keys that make no sense beside the others or for the method. */
function hiddenKeys(container: OutlineNode, dialect: Dialect, method: MergeMethod | undefined): Set<string> {
  const hidden = new Set<string>(["residual_weight"]);
  if (dialect === "moe") return hidden;
  const has = (name: string) => nodeAt(container, [name]) !== undefined;
  const definitions = ["models", "slices", "modules"];
  if (definitions.some(has)) for (const name of definitions) hidden.add(name);
  if (has("tokenizer")) hidden.add("tokenizer_source");
  if (has("tokenizer_source")) hidden.add("tokenizer");
  if (container.path.length === 0 && method?.base === "none") hidden.add("base_model");
  const hasOwn = method?.parameters.some(({ scope, ignored }) => scope === "model" && ignored !== true);
  if (method !== undefined && hasOwn !== true && slotLevel(container) === "model") hidden.add("parameters");
  return hidden;
}

const order =
  "name merge_method base_model models slices modules model layer_range sources parameters dtype out_dtype tokenizer_source tokenizer chat_template".split(
    " ",
  );

function rankOf(name: string): number {
  const index = order.indexOf(name);
  return index < 0 ? order.length : index;
}

function mergeKeySnippet(
  name: string,
  container: OutlineNode,
  method: MergeMethod | undefined,
  dialect: Dialect,
): string {
  const atTop = container.path.length === 0 || container.path[0] === "modules";
  if (name === "models") {
    const entries = [modelEntry(method, 1), modelEntry(method, 10)].map(
      (entry) => `\n  - ${entry.replaceAll("\n", "\n  ")}`,
    );
    return `models:${entries.join("")}`;
  }
  if (name === "slices" && atTop)
    return "slices:\n  - sources:\n      - model: $1\n        layer_range: [${2:0}, ${3:32}]";
  if (name === "sources") return "sources:\n  - model: $1\n    layer_range: [${2:0}, ${3:32}]";
  if (name === "modules") return "modules:\n  ${1:default}:\n    models:\n      - model: $2";
  if (name === "parameters") return `parameters:\n  ${parameterSnippets(method, slotLevel(container))}`;
  if (name === "layer_range") return "layer_range: [${1:0}, ${2:32}]";
  if (name === "tokenizer") return "tokenizer:\n  source: ${1|union,base|}";
  if (name === "tokens") return 'tokens:\n  "$1":\n    source: $2';
  if (name === "experts" && dialect === "moe")
    return 'experts:\n  - source_model: $1\n    positive_prompts:\n      - "$2"';
  if (/_prompts$/.test(name)) return `${name}:\n  - "$1"`;
  return `${name}: `;
}

/** A model with the parameters that the method wants of each. */
export function modelEntry(method: MergeMethod | undefined, stop: number): string {
  const wanted = wantedParameters(method, "model");
  const lines = wanted.map((spec, index) => `\n    ${spec.name}: ${valueStop(spec, stop + 1 + index)}`);
  return `model: $${stop}${lines.length === 0 ? "" : `\n  parameters:${lines.join("")}`}`;
}

function slotLevel({ path }: OutlineNode): "top" | "slice" | "model" {
  const slot = slotAt([...path, "parameters"]);
  return slot.kind === "parameters" ? slot.level : "top";
}

function parameterSnippets(method: MergeMethod | undefined, level: "top" | "slice" | "model"): string {
  const wanted = wantedParameters(method, level === "model" ? "model" : "shared");
  if (wanted.length === 0) return "$0";
  return wanted.map((spec, index) => `${spec.name}: ${valueStop(spec, index + 1)}`).join("\n  ");
}

/** What must be given, and the density that the sparsifying methods are about. */
function wantedParameters(method: MergeMethod | undefined, scope: ParameterSpec["scope"]): ParameterSpec[] {
  return (method?.parameters ?? []).filter(
    (spec) => spec.scope === scope && spec.ignored !== true && (spec.default === undefined || spec.name === "density"),
  );
}

function valueStop(spec: ParameterSpec, stop: number): string {
  return `\${${stop}:${typicalValue(spec)}}`;
}

const typical: Readonly<Record<string, string>> = { t: "0.5", weight: "0.5", density: "0.5", scale: "1.0" };

/** A value to begin with. */
export function typicalValue({ name, default: preset }: ParameterSpec): string {
  return typical[name] ?? (preset === undefined || preset === null ? "1.0" : String(preset));
}

function parameterKeys(
  place: CursorPlace,
  context: LanguageContext,
  method: MergeMethod | undefined,
  level: "top" | "slice" | "model",
): Completion[] {
  const known = method === undefined ? allParameters(context.methods) : method.parameters;
  return known
    .filter(
      (spec) => spec.ignored !== true && (level !== "model" || spec.scope === "model") && !isTaken(place, spec.name),
    )
    .toSorted((a, b) => Number(a.default !== undefined) - Number(b.default !== undefined))
    .map((spec) =>
      keyItem(place, spec.name, `${spec.name}: ${spec.type === "boolean" ? "${1|true,false|}" : valueStop(spec, 1)}`, {
        detail:
          spec.default === undefined
            ? "required"
            : spec.default === null
              ? "optional"
              : `default ${String(spec.default)}`,
        documentation: Markdown.own(`${spec.documentation}\n\n${parameterFacts(spec)}`),
      }),
    );
}

function allParameters(methods: ReadonlyMap<string, MergeMethod>): ParameterSpec[] {
  const byName = new Map<string, ParameterSpec>();
  for (const { parameters } of methods.values()) {
    for (const spec of parameters) if (!byName.has(spec.name)) byName.set(spec.name, { ...spec, default: null });
  }
  return [...byName.values()];
}

function conditionKeys(place: CursorPlace): Completion[] {
  return schemaKeys(schemaOf("merge"), ["parameters", "x", 0])
    .filter(({ name }) => !isTaken(place, name))
    .map(({ name, description }) =>
      keyItem(place, name, `${name}: `, description === undefined ? {} : { documentation: Markdown.own(description) }),
    );
}

function yamlKey(token: string): string {
  return yamlScalar(token);
}
