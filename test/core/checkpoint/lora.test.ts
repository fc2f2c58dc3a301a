import assert from "node:assert/strict";
import type { TensorSource } from "../../../src/core/checkpoint/tensorSource.ts";
import { readLoraAdapter, type LoraTarget } from "../../../src/core/checkpoint/lora.ts";
import { LoraSource } from "../../../src/core/checkpoint/sources/loraSource.ts";
import { DataError } from "../../../src/core/errors.ts";

const config = { peft_type: "LORA", r: 2, lora_alpha: 8 };
const prefix = "base_model.model.model.layers.0.self_attn.q_proj";

function adapter(changes: object, shapes: Record<string, number[]>) {
  const tensors = new Map(Object.entries(shapes).map(([name, shape]) => [name, { dtype: "F32" as const, shape }]));
  return readLoraAdapter(JSON.stringify({ ...config, ...changes }), tensors, "adapter");
}

const plain = { [`${prefix}.lora_A.weight`]: [2, 4], [`${prefix}.lora_B.weight`]: [3, 2] };

describe("LoRA adapters", () => {
  const weight = "model.layers.0.self_attn.q_proj.weight";

  it("scale by α/r, α/√r or by patterns", () => {
    const scale = (changes: object) => adapter(changes, plain).targets.get(weight)!.scale;
    assert.equal(scale({}), 4);
    assert.equal(scale({ use_rslora: true }), 8 / Math.SQRT2);
    assert.equal(scale({ alpha_pattern: { q_proj: 3 } }), 1.5);
    assert.equal(scale({ alpha_pattern: { "layers\\.[0-9]+\\.self_attn.q_proj": 6 } }), 3);
    assert.equal(scale({ alpha_pattern: { k_proj: 6 }, rank_pattern: { "0.self_attn.q_proj": 2 }, r: 16 }), 4);
  });

  it("are refused when they are of another kind, incomplete or of another rank", () => {
    assert.throws(() => adapter({ peft_type: "LOHA" }, plain), /type LOHA cannot be fused/);
    assert.throws(() => adapter({ r: 4 }, plain), /rank 4/);
    assert.throws(() => adapter({}, { [`${prefix}.lora_A.weight`]: [2, 4] }), /is absent/);
    assert.throws(() => adapter({ use_dora: true }, plain), /no magnitude vector/);
    assert.throws(() => adapter({}, {}), DataError);
  });

  it("replace weights that were trained in full", () => {
    const { replacements } = adapter(
      {},
      { ...plain, "base_model.model.lm_head.modules_to_save.default.weight": [9, 4] },
    );
    assert.deepEqual(
      [...replacements],
      [["lm_head.weight", "base_model.model.lm_head.modules_to_save.default.weight"]],
    );
  });
});

/** W, with the whole matrix computed the plain way. */
function fuse(
  weight: number[][],
  a: number[][],
  b: number[][],
  target: Pick<LoraTarget, "kind" | "transposed">,
  magnitude?: number[],
): { actual: number[][]; expected: number[][] } {
  const [rows, columns] = [weight.length, weight[0]!.length];
  const bytes = new Uint8Array(Float32Array.from(weight.flat()).buffer);
  const source: TensorSource & { dtype: "F32" } = {
    dtype: "F32",
    read: (start, into) => into.set(bytes.subarray(4 * start, 4 * start + into.length)),
  };
  const whole: LoraTarget = {
    ...target,
    a: "a",
    b: "b",
    rank: a.length,
    scale: 2,
    ...(magnitude && { magnitude: "m" }),
  };
  const factors = {
    a: Float32Array.from(a.flat()),
    b: Float32Array.from(b.flat()),
    ...(magnitude && { magnitude: Float32Array.from(magnitude) }),
  };
  const fused = new LoraSource(source, [rows, columns], whole, factors);
  const result = new Uint8Array(bytes.length);
  // In pieces that begin and end within rows.
  for (let at = 0; at < bytes.length; at += 20)
    fused.read(at / 4, result.subarray(at, Math.min(at + 20, bytes.length)));
  const values = new Float32Array(result.buffer);
  const actual = weight.map((_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);
  const flips = target.transposed || target.kind === "embedding";
  const sum = weight.map((row, i) =>
    row.map(
      (value, j) => value + 2 * a.reduce((total, line, k) => total + b[flips ? j : i]![k]! * line[flips ? i : j]!, 0),
    ),
  );
  const norm = (index: number) => Math.hypot(...(flips ? sum.map((row) => row[index]!) : sum[index]!));
  const expected = sum.map((row, i) =>
    row.map((value, j) => (magnitude ? (value * magnitude[flips ? j : i]!) / norm(flips ? j : i) : value)),
  );
  return { actual, expected };
}

function assertNear({ actual, expected }: { actual: number[][]; expected: number[][] }): void {
  for (const [i, row] of expected.entries()) {
    for (const [j, value] of row.entries()) assert.ok(Math.abs(actual[i]![j]! - value) < 1e-5, `[${i}, ${j}]`);
  }
}

describe("fusing an adapter", () => {
  const weight = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10, 11, 12],
  ];
  const across = [
    [0.5, -1, 0.25, 2],
    [1, 1, -0.5, 0.125],
  ];
  const down = [
    [1, 2],
    [-1, 0.5],
    [0.25, 3],
  ];

  it("adds scale · B·A to a weight", () => {
    assertNear(fuse(weight, across, down, { kind: "linear", transposed: false }));
  });

  it("adds the transpose where the weight is stored by inputs, and for embeddings", () => {
    const a = [
      [0.5, -1, 0.25],
      [1, 1, -0.5],
    ];
    const b = [
      [1, 2],
      [-1, 0.5],
      [0.25, 3],
      [2, 2],
    ];
    assertNear(fuse(weight, a, b, { kind: "linear", transposed: true }));
    assertNear(fuse(weight, a, b, { kind: "embedding", transposed: false }));
  });

  it("brings the rows to DoRA's magnitudes", () => {
    assertNear(fuse(weight, across, down, { kind: "linear", transposed: false }, [1, 2, 3]));
  });
});
