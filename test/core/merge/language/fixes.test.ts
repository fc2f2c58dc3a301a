import assert from "node:assert/strict";
import { diagnoseMerge } from "../../../../src/core/merge/language/diagnoseMerge.ts";
import { fixesFor } from "../../../../src/core/merge/language/fixes.ts";
import type { LanguageContext } from "../../../../src/core/merge/language/languageContext.ts";
import { fixtureContext } from "../../../support/mergeLanguage.ts";

describe("quick fixes in merge configurations", () => {
  let context: LanguageContext;
  before(async () => (context = await fixtureContext()));

  /** The text after the first fix of the first diagnostic with a code. */
  const fixed = (text: string, code: string): string => {
    const found = diagnoseMerge(text, context).find((diagnostic) => diagnostic.code === code);
    assert.ok(found !== undefined, `no ${code}`);
    const [fix] = fixesFor(text, found, context.methods);
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

  it("leaves a text without the diagnostic that it fixed", () => {
    const text = "merge_method: ties\nmodels:\n  - model: models/ft_a\n    parameters: {weight: 1}\n";
    const after = fixed(text, "merge.baseMissing");
    assert.ok(!diagnoseMerge(after, context).some(({ code }) => code === "merge.baseMissing"));
  });
});
