import assert from "node:assert/strict";
import type { Dtype } from "../../../../src/core/checkpoint/dtype.ts";
import { tensorDtypes, tensorLayout } from "../../../../src/core/merge/methods/layout.ts";
import type { InputHeader } from "../../../../src/core/merge/methods/layout.ts";
import { methodNamed } from "./inMemory.ts";

const header = (model: string, shape: readonly number[], dtype: Dtype = "BF16"): InputHeader => ({
  model,
  isBase: model === "base",
  shape,
  dtype,
});

const name = "model.embed_tokens.weight";

describe("shapes of the inputs of a tensor", () => {
  const inputs = [header("base", [320, 64]), header("a", [322, 64]), header("b", [320, 72])];

  it("are cut to what embeddings share by methods that interpolate", () => {
    const layout = tensorLayout(methodNamed("linear"), name, inputs, true);
    assert.deepEqual(layout.shape, [320, 64]);
    assert.deepEqual(layout.used, [0, 1, 2]);
    assert.match(layout.warnings[0]!, /is cut to \[320, 64\]/);
  });

  it("are cut to the base model's by methods that add differences, which skip other tensors that do not fit", () => {
    const embedding = tensorLayout(methodNamed("ties"), name, inputs, true);
    assert.deepEqual(
      [embedding.shape, embedding.used],
      [
        [320, 64],
        [0, 1, 2],
      ],
    );
    const other = tensorLayout(
      methodNamed("ties"),
      "model.norm.weight",
      [header("base", [64]), header("a", [72])],
      false,
    );
    assert.deepEqual([other.shape, other.used], [[64], [0]]);
    assert.match(other.warnings[0]!, /of a is left out/);
    const larger = [header("base", [322, 64]), header("a", [320, 64])];
    assert.throws(() => tensorLayout(methodNamed("ties"), name, larger, true), /a \[320, 64\] is smaller/);
  });

  it("must be equal otherwise", () => {
    for (const method of ["linear", "slerp"]) {
      assert.throws(
        () => tensorLayout(methodNamed(method), "model.norm.weight", inputs, false),
        /the shapes do not fit/,
      );
    }
    for (const method of ["karcher", "nearswap", "sce", "ram", "multislerp"]) {
      assert.throws(() => tensorLayout(methodNamed(method), name, inputs, true), /the shapes do not fit/);
    }
  });
});

describe("dtypes of a tensor", () => {
  const mixed = [header("base", [4], "BF16"), header("a", [4], "F16")];

  it("are promoted, or the base model's, or the configuration's", () => {
    const linear = methodNamed("linear");
    assert.deepEqual(tensorDtypes(linear, name, mixed, { numerics: "classic" }), { work: "F32", output: "F32" });
    assert.deepEqual(tensorDtypes(methodNamed("ties"), name, mixed, { numerics: "classic" }), {
      work: "BF16",
      output: "BF16",
    });
    assert.deepEqual(tensorDtypes(linear, name, mixed, { numerics: "classic", dtype: "F16" }), {
      work: "F16",
      output: "F16",
    });
    assert.deepEqual(tensorDtypes(linear, name, mixed, { numerics: "classic", dtype: "F32", outDtype: "BF16" }), {
      work: "F32",
      output: "BF16",
    });
    assert.deepEqual(tensorDtypes(linear, name, mixed, { numerics: "fp32", dtype: "BF16" }), {
      work: "F32",
      output: "BF16",
    });
  });

  it("are single precision for methods that write it whatever the input", () => {
    for (const method of ["arcee_fusion", "ramplus_tl"]) {
      assert.equal(
        tensorDtypes(methodNamed(method), name, mixed, { numerics: "classic", dtype: "BF16" })!.output,
        "F32",
      );
      assert.equal(
        tensorDtypes(methodNamed(method), name, mixed, { numerics: "classic", dtype: "BF16", outDtype: "F16" })!.output,
        "F16",
      );
    }
  });

  it("are none for integers, and double precision is refused", () => {
    const linear = methodNamed("linear");
    assert.equal(tensorDtypes(linear, name, [header("a", [4], "I64")], { numerics: "classic" }), undefined);
    const double = [header("a", [4], "F64"), header("b", [4], "F32")];
    assert.throws(() => tensorDtypes(linear, name, double, { numerics: "classic" }), /double precision/);
    assert.deepEqual(tensorDtypes(linear, name, double, { numerics: "classic", dtype: "F32" }), {
      work: "F32",
      output: "F32",
    });
  });
});

describe("random words that a tensor consumes", () => {
  const draws = (method: string, shape: readonly number[], parameters: Record<string, number>) =>
    methodNamed(method).draws({
      name,
      shape,
      inputs: [
        { model: "base", isBase: true, parameters: {} },
        { model: "a", isBase: false, parameters },
        { model: "b", isBase: false, parameters: { ...parameters, density: 1 } },
      ],
      parameters: {},
      numerics: "classic",
      workDtype: "BF16",
      outputDtype: "BF16",
    });

  it("are one for each element of every model of a density below 1", () => {
    assert.equal(draws("dare_ties", [3, 5], { density: 0.5 }), 15);
    assert.equal(draws("dare_linear", [3, 5], { density: 0 }), 15);
    assert.equal(draws("della", [3, 5], { density: 0.5 }), 15);
    assert.equal(draws("della_linear", [3, 5], { density: 0 }), 0);
    assert.equal(draws("ties", [3, 5], { density: 0.5 }), 0);
  });

  it("are two permutations of the elements of a large tensor for arcee_fusion", () => {
    assert.equal(draws("arcee_fusion", [1000, 1000], {}), 0);
    assert.equal(draws("arcee_fusion", [1000, 1001], {}), 2 * (1001000 - 1));
  });
});
