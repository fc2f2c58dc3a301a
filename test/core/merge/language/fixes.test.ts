import assert from "node:assert/strict";
import { diagnose as diagnoseMerge } from "../../../support/diagnose.ts";
import { applyEdits } from "../../../../src/core/yaml/textEdits.ts";
import { fixesFor } from "../../../../src/core/merge/language/fixes.ts";
import type { LanguageContext } from "../../../../src/core/merge/language/languageContext.ts";
import type { Diagnostic } from "../../../../src/core/merge/config/diagnostics/diagnostic.ts";
import { readErrorCases } from "../../../support/mergeFixtures.ts";
import { fixtureContext } from "../../../support/mergeLanguage.ts";
import { YamlSource } from "../../../../src/core/yaml/yamlSource.ts";

const errorCases = await readErrorCases();

/** Codes of errors.json for which only a person knows what was meant, or there is nothing to change in the text. */
const withoutFix = new Set(
  [
    "definition empty form missingKey modelReference layerRange layerIndex setting tokenSource yaml layerCounts module",
    "architecture hiddenSize tensorMissing vocabulary epsilon loraCache modelMissing zeroToken tokenUnowned tokenUnknown",
    "tokenModel seed filterUnmatched gamma tying noSeed density gradientHead gradientEnd range fewerSources architectures",
    "weightSum modules quantized architectureUnknown kind modelUnusable",
  ]
    .flatMap((line) => line.split(" "))
    .map((code) => `merge.${code}`),
);

/** What a fix may lead to: the next thing that is missing, with a fix of its own. */
const nextSteps = new Set(
  ["parameterMissing", "notCovered", "baseMissing", "baseNotListed", "modelCount"].map((code) => `merge.${code}`),
);

describe("quick fixes in merge configurations", () => {
  let context: LanguageContext;
  before(async () => (context = await fixtureContext()));

  /** The text after the first fix of the first diagnostic with a code. */
  const fixed = (text: string, code: string): string => {
    const found = diagnoseMerge(text, context).find((diagnostic) => diagnostic.code === code);
    assert.ok(found !== undefined, `no ${code}`);
    const [fix] = fixesFor(new YamlSource(text), found, context);
    assert.ok(fix !== undefined, `no fix for ${code}`);
    return fix.edits.reduce(
      (now, { range, text: put }) => now.slice(0, range.start) + put + now.slice(range.end),
      text,
    );
  };
  const models = "models:\n  - model: models/ft_a\n    parameters:\n      weight: 1\n";

  it("corrects a misspelt key, value or parameter", () => {
    assert.equal(
      fixed(`merge_method: linear\n${models}dtype: bf16\n`, "merge.dtype"),
      `merge_method: linear\n${models}dtype: bfloat16\n`,
    );
    assert.equal(
      fixed(`merge_method: linear\n${models}dtyp: float32\n`, "merge.unknownKey"),
      `merge_method: linear\n${models}dtype: float32\n`,
    );
    assert.equal(
      fixed("merge_method: tie\nmodels:\n  - model: models/ft_a\n", "merge.unknownMethod"),
      "merge_method: ties\nmodels:\n  - model: models/ft_a\n",
    );
  });

  it("adds a missing base model after the method", () => {
    const text = `merge_method: ties # many\n${models}`;
    assert.equal(fixed(text, "merge.baseMissing"), `merge_method: ties # many\nbase_model: models/ft_a\n${models}`);
    const windows = text.replaceAll("\n", "\r\n");
    assert.equal(
      fixed(windows, "merge.baseMissing"),
      `merge_method: ties # many\r\nbase_model: models/ft_a\r\n${models.replaceAll("\n", "\r\n")}`,
    );
  });

  it("adds a missing parameter where it belongs", () => {
    const one = "merge_method: linear\nmodels:\n  - model: models/ft_a # first\n";
    assert.equal(fixed(one, "merge.parameterMissing"), `${one.trimEnd()}\n    parameters:\n      weight: 0.5\n`);
    const slerp =
      "merge_method: slerp\nbase_model: models/ft_a\nmodels:\n  - model: models/ft_a\n  - model: models/ft_b\n";
    assert.equal(fixed(slerp, "merge.parameterMissing"), `${slerp.trimEnd()}\nparameters:\n  t: 0.5\n`);
    const block =
      "merge_method: ties\nbase_model: models/base\nmodels:\n  - model: models/ft_a\n    parameters:\n      density: 0.5\n";
    assert.equal(
      fixed(block, "merge.parameterMissing"),
      block.replace("parameters:\n", "parameters:\n      weight: 0.5\n"),
    );
  });

  it("removes what has no effect, and its lines only", () => {
    const text = `merge_method: linear\n${models}parameters:\n  # keep\n  normalize: true\n  int8_mask: true\ndtype: float32\n`;
    assert.equal(fixed(text, "merge.noEffect"), text.replace("  int8_mask: true\n", ""));
  });

  for (const { id, yaml, path, part, options } of errorCases) {
    it(`puts ${id} right, or leaves it to the person`, () => {
      const seed = options?.random_seed;
      const seen = { ...context, engine: "any", ...(seed === undefined ? {} : { randomSeed: seed }) } as const;
      const before = diagnoseMerge(yaml, seen);
      const found = before.find((diagnostic) => diagnostic.path === path && diagnostic.part === part);
      if (found === undefined) return;
      const fixes = fixesFor(new YamlSource(yaml), found, context);
      // Nothing is read out of a message.
      assert.deepEqual(fixesFor(new YamlSource(yaml), { ...found, message: "" }, context), fixes);
      if (fixes.length === 0) return assert.ok(withoutFix.has(found.code), `${found.code} has no fix`);
      const errors = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ severity }) => severity === "error");
      for (const { kind, subject, edits } of fixes) {
        if (kind === "explain") continue;
        const text = applyEdits(yaml, edits);
        const after = diagnoseMerge(text, seen);
        const brief = `${found.code}, ${subject}:\n${text}${after.map(({ message }) => message).join("\n")}`;
        const isThere = after.some(
          ({ code, message, path: at }) => code === found.code && message === found.message && at === found.path,
        );
        assert.ok(!isThere, brief);
        const worse = errors(after).filter(({ code }) => !before.some((earlier) => earlier.code === code));
        assert.ok(
          worse.every(({ code }) => nextSteps.has(code)),
          brief,
        );
      }
    });
  }

  it("moves a key under the parameters, with its value and comment", () => {
    const method = "merge_method: ties\nbase_model: models/base\n";
    assert.equal(
      fixed(`${method}normalize: false # why\n${models}`, "merge.misplacedKey"),
      `${method}parameters:\n  normalize: false # why\n${models}`,
    );
    const curve = "lambda:\n  - filter: mlp\n    value: 1\n  - value: 2\n";
    assert.equal(
      fixed(`${method}parameters:\n    normalize: false\n${curve}${models}`, "merge.misplacedKey"),
      `${method}parameters:\n    lambda:\n      - filter: mlp\n        value: 1\n      - value: 2\n    normalize: false\n${models}`,
    );
    assert.equal(fixed(`${method}seed: 3\n${models}`, "merge.misplacedKey"), `${method}${models}`);
  });

  it("clamps, turns and adds layer ranges by the models' layers", () => {
    const slices = (range: string) =>
      `merge_method: passthrough\nslices:\n  - sources:\n      - model: models/ft_a # a\n${range}`;
    const line = (text: string) => slices(`        layer_range: ${text}\n`);
    assert.equal(fixed(line("[1, 9]"), "merge.layerRange"), line("[1, 4]"));
    assert.equal(fixed(line("[3, 1]"), "merge.layerRange"), line("[1, 3]"));
    assert.equal(fixed(line("[-1, 3]"), "merge.layerRange"), line("[0, 3]"));
    assert.equal(fixed(slices(""), "merge.layerRangeMissing"), line("[0, 4]"));
  });

  it("wraps a lone condition and covers the tensors that have no value", () => {
    const slerp =
      "merge_method: slerp\nbase_model: models/ft_a\nmodels:\n  - model: models/ft_a\n  - model: models/ft_b\nparameters:\n";
    assert.equal(
      fixed(`${slerp}  t:\n    filter: mlp\n    value: 0.3\n`, "merge.loneCondition"),
      `${slerp}  t:\n    - filter: mlp\n      value: 0.3\n`,
    );
    assert.equal(
      fixed(`${slerp}  t:\n    - filter: mlp\n      value: 0.3\n`, "merge.notCovered"),
      `${slerp}  t:\n    - filter: mlp\n      value: 0.3\n    - value: 0.5\n`,
    );
    assert.equal(
      fixed(`${slerp}  t: [{filter: mlp, value: 0.3}]\n`, "merge.notCovered"),
      `${slerp}  t: [{filter: mlp, value: 0.3}, {value: 0.5}]\n`,
    );
  });

  it("lists the base model in a slice and among the models", () => {
    const ties =
      "merge_method: ties\nbase_model: models/base\nslices:\n  - sources:\n      - {model: models/ft_a, layer_range: [0, 4], parameters: {weight: 1}}\n";
    assert.equal(
      fixed(ties, "merge.baseNotInSlice"),
      `${ties}      - model: models/base\n        layer_range: [0, 4]\n`,
    );
    const linear = `merge_method: linear\nbase_model: models/base\n${models}`;
    assert.equal(
      fixed(linear, "merge.baseNotListed"),
      `${linear}  - model: models/base\n    parameters:\n      weight: 0\n`,
    );
  });

  it("offers the checkpoint that may be meant, and to show where a model was looked for", () => {
    const text = "merge_method: passthrough\nmodels:\n  - model: 'models/ft_z'\n";
    const [found] = diagnoseMerge(text, context).filter(({ code }) => code === "merge.modelMissing");
    const fixes = fixesFor(new YamlSource(text), found!, { ...context, paths: ["models/ft_a", "other"] });
    assert.deepEqual(
      fixes.map(({ kind, subject }) => [kind, subject]),
      [
        ["replace", "models/ft_a"],
        ["explain", "models/ft_z"],
      ],
    );
    assert.equal(applyEdits(text, fixes[0]!.edits), text.replace("ft_z", "ft_a"));
  });

  it("keeps quotes, braces and the end of a text without a line break", () => {
    assert.equal(
      fixed(`merge_method: linear\n${models}dtype: "half"`, "merge.dtype"),
      `merge_method: linear\n${models}dtype: float16`,
    );
    const braces =
      "merge_method: ties\nbase_model: models/base\nmodels:\n  - {model: models/ft_a, parameters: {density: 0.5 }}\n";
    assert.equal(
      fixed(braces, "merge.parameterMissing"),
      braces.replace("density: 0.5 ", "density: 0.5, weight: 0.5 "),
    );
  });

  it("removes the only parameter of a model with its block", () => {
    const karcher = (parameters: string) =>
      `merge_method: karcher\nmodels:\n  - model: models/ft_a\n${parameters}  - model: models/ft_b\n`;
    assert.equal(fixed(karcher("    parameters: {weight: 1}\n"), "merge.unusedParameter"), karcher(""));
    assert.equal(fixed(karcher("    parameters:\n      weight: 1\n"), "merge.unusedParameter"), karcher(""));
    const braces =
      "merge_method: karcher\nmodels:\n  - {model: models/ft_a, parameters: {weight: 1}}\n  - {model: models/ft_b}\n";
    assert.equal(fixed(braces, "merge.unusedParameter"), braces.replace(", parameters: {weight: 1}", ""));
  });

  it("leaves a text without the diagnostic that it fixed", () => {
    const text = "merge_method: ties\nmodels:\n  - model: models/ft_a\n    parameters: {weight: 1}\n";
    const after = fixed(text, "merge.baseMissing");
    assert.ok(!diagnoseMerge(after, context).some(({ code }) => code === "merge.baseMissing"));
  });
});
