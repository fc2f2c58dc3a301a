import type { DiagnosticCode } from "../diagnosticCodes.ts";
import type { z } from "zod";
import {
  mergeConfigurationSchema,
  modelEntrySchema,
  moduleSchema,
  outputSliceSchema,
  sliceSourceSchema,
  tokenizerSchema,
  tokenRuleSchema,
} from "../schema.ts";
import { pointer, type YamlDocument, type YamlValue } from "../../../yaml/yamlStream.ts";
import { literalOf } from "../../../yaml/pyYamlHint.ts";
import { formMessage } from "./formMessage.ts";
import { soundParts, type SoundParts } from "./soundParts.ts";
import { didYouMean, nearest, type DiagnosticContext, type Reporter } from "./diagnostic.ts";

/**
 * Reports what the YAML itself gets wrong, then what does not have the form of a configuration.
 * @returns what has
 */
export function checkStructure(
  yaml: YamlDocument,
  reporter: Reporter,
  context: DiagnosticContext,
): SoundParts | undefined {
  checkYaml(yaml, reporter);
  if (yaml.value === null) return undefined;
  if (!isRecord(yaml.value)) {
    reporter.report({ code: "form", severity: "error", message: "A merge configuration is a list of keys.", path: "" });
    return undefined;
  }
  checkKeys(yaml.value, yaml.anchored, reporter, context);
  const parsed = mergeConfigurationSchema.safeParse(yaml.value, { reportInput: true });
  if (parsed.success) return { configuration: parsed.data, lost: reportEmptyDefinitions(yaml.value, reporter) };
  for (const issue of parsed.error.issues) reportIssue(issue, yaml.value, reporter, context);
  return soundParts(yaml.value);
}

/** A definition that is only begun. Where there is none at all, a rule says so. */
function reportEmptyDefinitions(value: { [key: string]: YamlValue }, reporter: Reporter): string[] {
  const begun = ["models", "slices", "modules"].filter((key) => key in value && value[key] === null);
  if (["models", "slices", "modules"].some((key) => value[key] !== undefined && value[key] !== null)) return [];
  for (const key of begun) {
    reporter.report({
      code: "empty",
      severity: "error",
      message: `\`${key}\` is empty.`,
      path: `/${key}`,
      part: "key",
    });
  }
  return begun.map((key) => `/${key}`);
}

/** What the YAML itself gets wrong, and where its versions read it differently. */
export function checkYaml(yaml: YamlDocument, reporter: Reporter): void {
  for (const { kind, message, path, range } of yaml.problems) {
    if (kind === "duplicateKey") {
      const duplicate = "Duplicate key: only the last one counts.";
      reporter.report({ code: "duplicateKey", severity: "warning", message: duplicate, path, part: "key" });
    } else {
      reporter.report({ code: "yaml", severity: "error", message, path, ...(kind === "tab" ? { range } : {}) });
    }
  }
  for (const { path, text, yaml11, yaml12 } of yaml.disagreements) {
    const harmless = typeof yaml11 === "boolean" || typeof yaml11 === "string";
    const message =
      typeof yaml11 === "string"
        ? `YAML 1.1 reads ${text} as text; it is converted to a number here.`
        : typeof yaml11 === "boolean"
          ? `Read as ${yaml11} (YAML 1.1 word).`
          : `Read as ${String(yaml11)} by YAML 1.1, as ${String(yaml12)} by YAML 1.2; write it in another way.`;
    const replacement = literalOf(typeof yaml11 === "string" ? yaml12 : yaml11);
    reporter.report({
      code: "yamlVersion",
      severity: harmless ? "information" : "warning",
      message,
      path,
      ...(replacement === undefined ? {} : { replacement, literal: true }),
    });
  }
  for (const path of yaml.quoted) {
    const value = valueAt(yaml.value, path);
    if (!/\/parameters\//.test(path) || path.endsWith("/filter")) continue;
    if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) {
      const replacement = literalOf(Number(value))!;
      const message = "Quoted number: converted.";
      reporter.report({ code: "quotedNumber", severity: "information", message, path, replacement, literal: true });
    }
  }
}

const keysOf = (schema: z.ZodObject) => Object.keys(schema.shape);

/** The reference ignores keys that it does not know, at every level. */
function checkKeys(
  value: { [key: string]: YamlValue },
  anchored: ReadonlySet<string>,
  reporter: Reporter,
  context: DiagnosticContext,
): void {
  // A top-level key of another name that carries an anchor, or starts with `x-`, holds what aliases repeat.
  const deliberate = Object.keys(value).filter((key) => key.startsWith("x-") || anchored.has(pointer([key])));
  const seeds = Object.keys(value).filter((key) => reportSeed(key, reporter));
  const method = typeof value.merge_method === "string" ? context.methods.get(value.merge_method) : undefined;
  const isOwn = (key: string) => method === undefined || method.parameters.some(({ name }) => name === key);
  /** An object that may have `parameters`: one that stands beside them is known, but not there. */
  const checkOwner = (owner: YamlValue, path: string, known: readonly string[]) => {
    const misplaced = isRecord(owner)
      ? Object.keys(owner).filter((key) => !known.includes(key) && isParameter(key, context))
      : [];
    for (const key of misplaced) {
      const message = isOwn(key)
        ? `\`${key}\` is ignored here: it belongs under \`parameters\`.`
        : `\`${key}\` is ignored: parameters stand under \`parameters\`, and \`${method!.name}\` has none of this name.`;
      reporter.report({ code: "misplacedKey", severity: "warning", message, path: path + pointer([key]), part: "key" });
    }
    checkObject(owner, path, [...known, ...misplaced], reporter);
  };
  const checkDefinition = (owner: YamlValue, path: string) => {
    if (!isRecord(owner)) return;
    each(owner.models, `${path}/models`, (entry, at) => checkOwner(entry, at, keysOf(modelEntrySchema)));
    each(owner.slices, `${path}/slices`, (slice, at) => {
      checkOwner(slice, at, keysOf(outputSliceSchema));
      if (!isRecord(slice)) return;
      each(slice.sources, `${at}/sources`, (source, place) => checkOwner(source, place, keysOf(sliceSourceSchema)));
    });
  };
  checkOwner(value, "", [...keysOf(mergeConfigurationSchema), ...deliberate, ...seeds]);
  checkDefinition(value, "");
  each(value.modules, "/modules", (module, path) => {
    checkOwner(module, path, keysOf(moduleSchema));
    checkDefinition(module, path);
  });
  checkObject(value.tokenizer, "/tokenizer", keysOf(tokenizerSchema), reporter);
  if (isRecord(value.tokenizer)) {
    each(value.tokenizer.tokens, "/tokenizer/tokens", (rule, path) =>
      checkObject(rule, path, keysOf(tokenRuleSchema), reporter),
    );
  }
}

/** The seed is no part of a configuration. Returns whether the key is one. */
function reportSeed(key: string, reporter: Reporter): boolean {
  if (key !== "random_seed" && key !== "seed") return false;
  const message = `\`${key}\` is ignored here: the seed is an option of the run.`;
  reporter.report({ code: "misplacedKey", severity: "warning", message, path: pointer([key]), part: "key" });
  return true;
}

/** Whether a key is a parameter of some method: one that this method lacks is said where it belongs. */
function isParameter(key: string, { methods }: DiagnosticContext): boolean {
  return (
    key === "int8_mask" || [...methods.values()].some(({ parameters }) => parameters.some(({ name }) => name === key))
  );
}

function checkObject(value: YamlValue | undefined, path: string, known: readonly string[], reporter: Reporter): void {
  if (!isRecord(value)) return;
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const suggestion = nearest(key, known);
    reporter.report({
      code: "unknownKey",
      severity: "warning",
      message: `Unknown key ${JSON.stringify(key)} is ignored.${didYouMean(suggestion)}`,
      path: path + pointer([key]),
      part: "key",
      ...(suggestion === undefined ? {} : { replacement: suggestion }),
    });
  }
}

function each(value: YamlValue | undefined, path: string, visit: (item: YamlValue, path: string) => void): void {
  if (value === null || typeof value !== "object") return;
  for (const [key, item] of Object.entries(value)) visit(item, path + pointer([key]));
}

function reportIssue(issue: z.core.$ZodIssue, root: YamlValue, reporter: Reporter, context: DiagnosticContext): void {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  const at = pointer(path);
  const value = valueAt(root, at);
  const error = (code: DiagnosticCode, message: string, place = at) =>
    reporter.report({ code, severity: "error", message, path: place });
  const last = path.at(-1);
  const inLayerRange = path.includes("layer_range");
  const parameterIndex = path.indexOf("parameters");
  if (parameterIndex >= 0 && path.length > parameterIndex + 1) {
    const name = String(path[parameterIndex + 1]);
    const settingPath = pointer(path.slice(0, parameterIndex + 2));
    const { message, place } = explainSetting(valueAt(root, settingPath), settingPath, isBoolean(name, root, context));
    return error("setting", message, place);
  }
  if (inLayerRange && last === "layer_range" && value === undefined) {
    return error("layerRangeMissing", "A slice source needs `layer_range: [start, end]`.", pointer(path.slice(0, -1)));
  }
  if (inLayerRange && last !== "layer_range" && value !== undefined) {
    return error("layerIndex", "Layer indices are integers.");
  }
  if (inLayerRange) {
    const range = pointer(path.slice(0, path.indexOf("layer_range") + 1));
    return error("layerRange", "`layer_range` takes two integers [start, end).", range);
  }
  if (value === undefined) return reportMissing(String(last), pointer(path.slice(0, -1)), reporter);
  if (last === "models" && !Array.isArray(value)) {
    return error("form", "`models` must be a list of entries, each with a `model` key.");
  }
  if (Array.isArray(value) && value.length === 0) return error("empty", `\`${String(last)}\` is empty.`);
  if (last === "source" && path[0] === "tokenizer") {
    return error("tokenSource", "Expected a model, {kind: model_token, model, token or token_id} or {kind: zero}.");
  }
  return error("form", formMessage(issue, path, value));
}

function reportMissing(key: string, parent: string, reporter: Reporter): void {
  const message =
    key === "merge_method"
      ? "`merge_method` is required."
      : key === "model"
        ? "Every entry needs a `model` key."
        : `The key \`${key}\` is required here.`;
  reporter.report({ code: "missingKey", severity: "error", message, path: parent });
}

function isBoolean(name: string, root: YamlValue, { methods }: DiagnosticContext): boolean {
  const method = isRecord(root) && typeof root.merge_method === "string" ? methods.get(root.merge_method) : undefined;
  return method?.parameters.find((spec) => spec.name === name)?.type === "boolean";
}

/** What is wrong with the value of a parameter, and where in it. */
function explainSetting(
  value: YamlValue | undefined,
  path: string,
  boolean: boolean,
): { message: string; place: string } {
  const forms = "expected a number, a list of numbers or a list of {filter, value} entries.";
  if (value === null || value === undefined) return { message: `Empty value: ${forms}`, place: path };
  if (typeof value === "string" && boolean) return { message: "Expected true or false without quotes.", place: path };
  if (Array.isArray(value)) {
    if (value.length === 0) return { message: "The list is empty.", place: path };
    const entries = value.some(isRecord);
    for (const [index, item] of value.entries()) {
      const place = `${path}/${index}`;
      if (!entries) {
        if (!isScalarSetting(item)) return { message: "Expected a number.", place };
      } else if (!isRecord(item)) {
        return { message: "Numbers and {filter, value} entries cannot be mixed.", place };
      } else if (item.value === undefined) {
        return { message: "A conditional entry needs `value`.", place };
      } else if (!isScalarSetting(item.value)) {
        return explainSetting(item.value, `${place}/value`, boolean);
      }
    }
  }
  if (isRecord(value) && value.value === undefined)
    return { message: "A conditional entry needs `value`.", place: path };
  return { message: forms[0]!.toUpperCase() + forms.slice(1), place: path };
}

function isScalarSetting(value: YamlValue): boolean {
  if (typeof value === "number" || typeof value === "boolean") return true;
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
}

function isRecord(value: YamlValue | undefined): value is { [key: string]: YamlValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function valueAt(root: YamlValue, path: string): YamlValue | undefined {
  let value: YamlValue | undefined = root;
  for (const part of path.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (value === null || typeof value !== "object") return undefined;
    value = Array.isArray(value) ? value[Number(key)] : value[key];
  }
  return value;
}
