import assert from "node:assert/strict";
import fc from "fast-check";
import { editJson } from "../../../src/core/checkpoint/jsonText.ts";

describe("edited JSON", () => {
  const config = `{
  "attention_multiplier": 30.0,
  "model_max_length": 1000000000000000019884624838656,
  "rms_norm_eps": 1e-06,
  "layer_types": [
    "full_attention",
    "sliding_attention"
  ],
  "text_config": {
    "rope_theta": 10000.0,
    "num_hidden_layers": 2
  },
  "factors": [1.0, 2.50, 4]
}
`;

  it("keeps every literal that is not changed", () => {
    const edited = editJson(config, [
      { path: ["text_config", "num_hidden_layers"], value: 3 },
      { path: ["layer_types"], value: ["full_attention", "sliding_attention", "sliding_attention"] },
      { path: ["factors"], value: [1, 2.5, 2.5, 4] },
      { path: ["vocab_size"], value: 70 },
    ]);
    assert.equal(
      edited,
      config
        .replace('layers": 2', 'layers": 3')
        .replace('"sliding_attention"\n', '"sliding_attention",\n    "sliding_attention"\n')
        .replace("2.50, 4]", '2.50, 2.50, 4],\n  "vocab_size": 70'),
    );
  });

  it("adds the first member of an object, and whole objects in the file's indentation", () => {
    assert.equal(editJson("{}", [{ path: ["a"], value: 1 }]), '{"a": 1}');
    assert.equal(editJson('{"a":{ }}', [{ path: ["a", "b"], value: [] }]), '{"a":{"b": [] }}');
    assert.equal(
      editJson('{\n  "a": 1.0\n}', [{ path: ["b"], value: { c: [1] } }]),
      '{\n  "a": 1.0,\n  "b": {\n    "c": [\n      1\n    ]\n  }\n}',
    );
  });

  it("finds members whose names and neighbours are full of quotes, braces and escapes", () => {
    const text = String.raw`{"a\"}": "]}\\", "b": [{"c": "{"}, []], "\u0063": -1.50E+2 , "d":true}`;
    assert.equal(editJson(text, [{ path: ["c"], value: null }]), text.replace("-1.50E+2", "null"));
    assert.equal(editJson(text, [{ path: ["d"], value: "x" }]), text.replace("true", '"x"'));
  });

  it("says of any object what setting the value would", () => {
    const keys = fc.constantFrom("a", "b", '"', "\\", "}", "é", "");
    const object = fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(object, keys, fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (document, key, value, space) => {
        const edited = editJson(JSON.stringify(document, null, space), [{ path: [key], value }]);
        assert.deepEqual(JSON.parse(edited), JSON.parse(JSON.stringify({ ...document, [key]: value })));
      }),
    );
  });

  it("does not mind how deep a value is nested", () => {
    const deep = `{"deep": ${"[".repeat(100_000)}${"]".repeat(100_000)}, "a": 1.0}`;
    assert.equal(editJson(deep, [{ path: ["a"], value: 2 }]), deep.replace("1.0", "2"));
  });
});
