import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluateSetting, interpolate, positionInSlice } from "../../../../src/core/merge/config/settings.ts";
import { formatModelReference, parseModelReference } from "../../../../src/core/checkpoint/modelReference.ts";

describe("settings", () => {
  it("interpolate between equally spaced entries", () => {
    assert.equal(interpolate([0, 0.5, 0.3, 0.7, 1], 0.25), 0.5);
    assert.equal(interpolate([0.2, 0.9], 1 / 3), (2 / 3) * 0.2 + (1 / 3) * 0.9);
    assert.equal(interpolate([7], 0.4), 7);
    const property = fc.property(
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 1 }),
      (gradient) => {
        // Numerically: zeros may differ in sign.
        assert.ok(interpolate(gradient, 0) === gradient[0]);
        assert.ok(interpolate(gradient, 1) === gradient.at(-1));
      },
    );
    fc.assert(property, { seed: 3 });
  });

  it("put the only layer of a slice at its end", () => {
    assert.deepEqual([positionInSlice(0, 1), positionInSlice(0, 4), positionInSlice(3, 4)], [1, 0, 1]);
  });

  it("take the first condition that fits, and nothing where none does", () => {
    const setting = [
      { filter: "self_attn", value: [0, 1] },
      { filter: "mlp.down", value: 0.25 },
    ];
    assert.equal(evaluateSetting(setting, "model.layers.0.self_attn.q_proj.weight", 0.5), 0.5);
    assert.equal(evaluateSetting(setting, "model.layers.0.mlp.down_proj.weight", 0.5), 0.25);
    assert.equal(evaluateSetting(setting, "model.norm.weight", 0.5), undefined);
    assert.equal(evaluateSetting([...setting, { filter: "*", value: 3 }], "model.norm.weight", 0), 3);
    assert.equal(evaluateSetting([{ filter: "*mlp*", value: 3 }], "model.layers.0.mlp.up_proj.weight", 0), undefined);
  });

  it("read booleans and numbers in text as numbers", () => {
    assert.deepEqual(
      [true, false, "0.5", "1e-3"].map((value) => evaluateSetting(value, "x", 0)),
      [1, 0, 0.5, 0.001],
    );
  });
});

describe("model references", () => {
  it("are read and written in one form", () => {
    for (const text of ["a", "org/a@main", "a+b", "a@x+b@y"]) {
      assert.equal(formatModelReference(parseModelReference(text)), text);
    }
    assert.deepEqual(parseModelReference("a@x+b"), { model: { path: "a", revision: "x" }, lora: { path: "b" } });
    assert.throws(() => parseModelReference("a@b@c"), /one "@"/);
    assert.throws(() => parseModelReference("a+b+c"), /one "\+"/);
    const odd = formatModelReference({ model: { path: "c++" } });
    assert.notEqual(odd, formatModelReference({ model: { path: "c" }, lora: { path: "+" } }));
  });
});
