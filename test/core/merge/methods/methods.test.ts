import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { type WorkDtype, workDtypes } from "../../../../src/core/checkpoint/dtype.ts";
import { roundTo } from "../../../../src/core/checkpoint/floats.ts";
import { createReferenceKernels } from "../../../support/kernels/referenceKernels.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import { mergeInMemory, normals } from "./inMemory.ts";
import type { InMemoryMerge } from "./inMemory.ts";

const shape = [12, 23];
const n = 12 * 23;
const rounded = (dtype: WorkDtype, values: readonly number[]) => values.map((value) => roundTo(dtype, value));

const base = normals(1, n);
const near = base.map((value, index) => value + normals(2, n, 0.01)[index]!);
const nearToo = base.map((value, index) => value + normals(3, n, 0.02)[index]!);
const far = normals(4, n);

const weight = (value: number, more: Record<string, number> = {}) => ({ weight: value, ...more });

const dtypes = [...workDtypes];

describe("linear", () => {
  for (const numerics of ["classic", "fp32"] as const) {
    for (const dtype of dtypes) {
      it(`gives a model back for weight 1 beside 0 (${dtype}, ${numerics})`, () => {
        const inputs = [
          { values: near, parameters: weight(1) },
          { values: far, parameters: weight(0) },
        ];
        assert.deepEqual(mergeInMemory({ method: "linear", dtype, shape, numerics, inputs }), rounded(dtype, near));
      });
    }
  }

  it("is the weighted mean, rounded once, with fp32", () => {
    const inputs = [
      { values: near, parameters: weight(0.3) },
      { values: far, parameters: weight(0.5) },
    ];
    const [a, b] = [rounded("BF16", near), rounded("BF16", far)];
    const [u, v] = [Math.fround(0.3), Math.fround(0.5)];
    const sum = Math.fround(u + v);
    const expected = a.map((x, i) => {
      const total = Math.fround(Math.fround(x * u) + Math.fround(b[i]! * v));
      return roundTo("BF16", Math.fround(total / sum));
    });
    assert.deepEqual(mergeInMemory({ method: "linear", dtype: "BF16", shape, numerics: "fp32", inputs }), expected);
  });
});

describe("slerp", () => {
  const at = (t: number, values: readonly number[], dtype: WorkDtype, numerics: "classic" | "fp32"): number[] =>
    mergeInMemory({
      method: "slerp",
      dtype,
      shape,
      numerics,
      inputs: [{ values }, { values: base, isBase: true }],
      parameters: { t },
    });

  for (const numerics of ["classic", "fp32"] as const) {
    for (const dtype of dtypes) {
      it(`gives the base at t = 0 and the other at t = 1 (${dtype}, ${numerics})`, () => {
        for (const values of [near, far]) {
          assert.deepEqual(at(0, values, dtype, numerics), rounded(dtype, base));
          assert.deepEqual(at(1, values, dtype, numerics), rounded(dtype, values));
        }
      });
    }
  }

  it("keeps the length of orthogonal vectors", () => {
    const merged = mergeInMemory({
      method: "slerp",
      dtype: "F32",
      shape: [4],
      inputs: [{ values: [0, 0, 3, 0], isBase: true }, { values: [3, 0, 0, 0] }],
      parameters: { t: 0.3 },
    });
    assert.ok(Math.abs(Math.hypot(...merged) - 3) < 1e-6);
  });

  it("copies the tensor of the only model that has it, and refuses three", () => {
    const only = { method: "slerp", dtype: "BF16", shape, inputs: [{ values: near }], parameters: { t: 0.4 } } as const;
    assert.deepEqual(mergeInMemory(only), rounded("BF16", near));
    const three = { ...only, inputs: [{ values: base, isBase: true }, { values: near }, { values: far }] };
    assert.throws(() => mergeInMemory(three), /slerp merges exactly two models/);
  });
});

describe("passthrough", () => {
  it("copies the bits, NaN and signed zero among them", () => {
    for (const dtype of dtypes) {
      const values = [1.5, -0, NaN, Infinity, ...near.slice(4)];
      const merged = mergeInMemory({ method: "passthrough", dtype, shape, inputs: [{ values }] });
      assert.deepEqual(merged, rounded(dtype, values));
    }
  });
});

describe("methods that add differences", () => {
  const family = [
    "task_arithmetic",
    "ties",
    "dare_linear",
    "dare_ties",
    "breadcrumbs",
    "breadcrumbs_ties",
    "della",
    "della_linear",
  ];
  const one = (method: string, dtype: WorkDtype, parameters: Record<string, number>): InMemoryMerge => ({
    method,
    dtype,
    shape,
    inputs: [
      { values: near, parameters },
      { values: base, isBase: true },
    ],
  });

  for (const method of family) {
    it(`${method} moves the base by the whole difference for weight 1 and density 1`, () => {
      for (const dtype of dtypes) {
        const [x, b] = [rounded(dtype, near), rounded(dtype, base)];
        const expected = x.map((value, i) => roundTo(dtype, b[i]! + roundTo(dtype, value - b[i]!)));
        assert.deepEqual(mergeInMemory(one(method, dtype, weight(1))), expected);
      }
    });

    it(`${method} gives the base back for weight 0 and without models`, () => {
      for (const dtype of dtypes) {
        assert.deepEqual(mergeInMemory(one(method, dtype, weight(0, { density: 0.5 }))), rounded(dtype, base));
        const alone = { method, dtype, shape, inputs: [{ values: base, isBase: true }] };
        assert.deepEqual(mergeInMemory(alone), rounded(dtype, base));
      }
    });
  }

  it("ties at density 1 leaves nothing out", () => {
    const inputs = (density: number) => [
      { values: near, parameters: weight(0.6, { density }) },
      { values: nearToo, parameters: weight(0.4, { density }) },
      { values: base, isBase: true },
    ];
    for (const dtype of dtypes) {
      const whole = mergeInMemory({ method: "ties", dtype, shape, inputs: inputs(1) });
      const part = mergeInMemory({ method: "ties", dtype, shape, inputs: inputs(0.25) });
      assert.notDeepEqual(part, whole);
      const elected = mergeInMemory({
        method: "dare_ties",
        dtype,
        shape,
        inputs: inputs(1),
        parameters: { normalize: true },
      });
      assert.deepEqual(whole, elected);
    }
  });

  it("ties keeps exactly the share of the differences that the density names", () => {
    for (const density of [0.1, 0.5, 0.9]) {
      const merged = mergeInMemory(one("ties", "F32", weight(1, { density })));
      const changed = merged.filter((value, i) => value !== Math.fround(base[i]!)).length;
      assert.equal(changed, Math.floor(density * n));
    }
  });

  it("dare keeps each difference with the probability of its density, and different ones for another seed", () => {
    const density = 0.3;
    const seeds = 400;
    const kept = new Array<number>(n).fill(0);
    for (let seed = 0; seed < seeds; seed++) {
      const merge = { ...one("dare_linear", "F32", weight(1, { density })), parameters: { rescale: false }, seed };
      for (const [i, value] of mergeInMemory(merge).entries()) if (value !== Math.fround(base[i]!)) kept[i]!++;
    }
    const share = kept.reduce((sum, count) => sum + count, 0) / (n * seeds);
    // Six standard errors of a share of n · seeds draws, and of a single element's over the seeds.
    assert.ok(Math.abs(share - density) < 6 * Math.sqrt((density * (1 - density)) / (n * seeds)));
    const widest = 6 * Math.sqrt(density * (1 - density) * seeds);
    assert.ok(kept.every((count) => Math.abs(count - density * seeds) < widest));
  });

  it("rescaling keeps the sum of absolute differences", () => {
    for (const method of ["dare_linear", "della_linear", "ties", "breadcrumbs"]) {
      const merge = one(method, "F32", weight(1, { density: 0.5, gamma: 0.05 }));
      const merged = mergeInMemory({ ...merge, parameters: { rescale: true, normalize: false } });
      const sum = (values: readonly number[]) =>
        values.reduce((total, value, i) => total + Math.abs(value - base[i]!), 0);
      assert.ok(Math.abs(sum(merged) / sum(near) - 1) < 1e-3, method);
    }
  });

  it("refuses a density that keeps nothing, and a span of probabilities beyond 0 to 1", () => {
    assert.throws(() => mergeInMemory(one("ties", "BF16", weight(1, { density: 0.001 }))), /keeps none of the 276/);
    assert.throws(
      () => mergeInMemory(one("della", "BF16", weight(1, { density: 0.9, epsilon: 0.2 }))),
      /does not stay between 0 and 1/,
    );
  });

  it("refuses to rescale what overflows half precision", () => {
    const large = { ...one("ties", "F16", weight(1, { density: 0.9 })), parameters: { rescale: true } };
    const inputs = [{ values: base.map(() => 2000), parameters: weight(1, { density: 0.9 }) }, large.inputs[1]!];
    assert.throws(() => mergeInMemory({ ...large, inputs }), /has no value in F16/);
  });
});

describe("every method", () => {
  const two = new Set(["slerp", "nearswap", "arcee_fusion"]);
  const task = (method: string, dtype: WorkDtype, numerics: "classic" | "fp32"): InMemoryMerge => {
    const parameters = { weight: 0.5, density: 0.6, epsilon: 0.2, gamma: 0.1 };
    const models = [near, nearToo].map((values) => ({ values, parameters }));
    const withBase = [{ values: base, isBase: true, parameters }, ...(two.has(method) ? models.slice(0, 1) : models)];
    const inputs = method === "passthrough" ? [{ values: near }] : withBase;
    return { method, dtype, shape, inputs, numerics, parameters: { t: 0.4 }, seed: 5 };
  };

  for (const name of mergeMethods.keys()) {
    it(`${name} computes the same with the reference kernels`, () => {
      for (const dtype of dtypes) {
        for (const numerics of ["classic", "fp32"] as const) {
          const merge = task(name, dtype, numerics);
          assert.deepEqual(
            mergeInMemory(merge),
            mergeInMemory(merge, createReferenceKernels()),
            `${dtype} ${numerics}`,
          );
        }
      }
    });
  }

  it("gives the base back if no model differs from it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...mergeMethods.keys()), fc.integer({ min: 0, max: 1000 }), (method, seed) => {
        const values = normals(seed, n);
        const merge = task(method, "F32", "classic");
        const merged = mergeInMemory({ ...merge, inputs: merge.inputs.map((input) => ({ ...input, values })) });
        const expected = rounded("F32", values);
        for (const [i, value] of merged.entries()) assert.ok(Math.abs(value - expected[i]!) < 1e-5, method);
      }),
      { seed: 11, numRuns: 60 },
    );
  });
});

describe("nuslerp", () => {
  const merge = (options: Record<string, boolean>, values: readonly number[], shapeOf: readonly number[]): number[] =>
    mergeInMemory({
      method: "nuslerp",
      dtype: "F32",
      shape: shapeOf,
      inputs: [
        { values: base, parameters: weight(0.7) },
        { values, parameters: weight(0.3) },
      ],
      parameters: options,
    });
  const transposed = (values: readonly number[]) =>
    Array.from({ length: n }, (_, i) => values[(i % 12) * 23 + Math.floor(i / 12)]!);

  it("treats columns as it treats the rows of the transposed tensor", () => {
    const rows = merge({ nuslerp_flatten: false, nuslerp_row_wise: false }, far, shape);
    const columns = mergeInMemory({
      method: "nuslerp",
      dtype: "F32",
      shape: [23, 12],
      inputs: [
        { values: transposed(base), parameters: weight(0.7) },
        { values: transposed(far), parameters: weight(0.3) },
      ],
      parameters: { nuslerp_flatten: false, nuslerp_row_wise: true },
    });
    for (const [i, value] of transposed(rows).entries()) assert.ok(Math.abs(value - columns[i]!) < 1e-6);
  });

  it("takes a vector as a whole whatever the options", () => {
    const whole = merge({ nuslerp_flatten: true }, far, [n]);
    assert.deepEqual(merge({ nuslerp_flatten: false, nuslerp_row_wise: true }, far, [n]), whole);
  });
});

describe("ramplus_tl", () => {
  const cases = JSON.parse(readFileSync("test/fixtures/merge/ramplusTl.json", "utf8")) as {
    readonly parameters: Readonly<Record<string, number>>;
    readonly base: readonly number[];
    readonly models: readonly (readonly number[])[];
    readonly expected: readonly number[];
  }[];
  for (const { parameters, base: start, models, expected } of cases) {
    for (const [name, kernels] of [
      ["WASM", undefined],
      ["reference", createReferenceKernels()],
    ] as const) {
      it(`amplifies as float32 tensors do, to the last bit (r ${parameters.r}, ${name} kernels)`, () => {
        const inputs = [{ values: start, isBase: true }, ...models.map((values) => ({ values }))];
        const merge = { method: "ramplus_tl", dtype: "BF16", shape: [start.length], inputs, parameters } as const;
        assert.deepEqual(mergeInMemory(merge, kernels), expected);
      });
    }
  }
});
