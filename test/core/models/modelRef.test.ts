import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigurationError } from "../../../src/core/errors.ts";
import {
  mapRefPath,
  modelName,
  parseModelRef,
  printModelRef,
  type ModelRef,
} from "../../../src/core/models/modelRef.ts";

const file = (path: string): ModelRef => ({ scheme: "file", path });

describe("a model's reference", () => {
  const understood: [string, ModelRef][] = [
    ["models/base.Q4_K_M.gguf", file("models/base.Q4_K_M.gguf")],
    ["/models/a:b.gguf", file("/models/a:b.gguf")],
    ["./study:1.gguf", file("./study:1.gguf")],
    ["my-model:v2.gguf", file("my-model:v2.gguf")],
    ["C:\\models\\base.gguf", file("C:\\models\\base.gguf")],
    ["c:base.gguf", file("c:base.gguf")],
    ["\\\\server\\share\\base.gguf", file("\\\\server\\share\\base.gguf")],
    ["ollama:meditron:7b", { scheme: "ollama", name: "meditron:7b" }],
    ["Ollama:hf.co/org/repo:base.gguf", { scheme: "ollama", name: "hf.co/org/repo:base.gguf" }],
    ["openai:qwen3@127.0.0.1:8000/v1", { scheme: "openai", name: "qwen3", server: "http://127.0.0.1:8000/v1" }],
    ["openai:org/m:7b@HTTPS://Host/v1/", { scheme: "openai", name: "org/m:7b", server: "https://host/v1" }],
    ["openai:a@b@[::1]:8080", { scheme: "openai", name: "a@b", server: "http://[::1]:8080" }],
  ];
  for (const [text, ref] of understood) {
    it(`is read from ${text}`, () => {
      assert.deepEqual(parseModelRef(text), ref);
      assert.deepEqual(parseModelRef(printModelRef(ref)), ref);
    });
  }

  const refused: [string, RegExp, RegExp][] = [
    [" ", /no name/, /the path of a file, or ollama:NAME, or openai:NAME@SERVER/],
    ["olama:meditron", /there is no scheme "olama:"/, /ollama:NAME.*\.\/olama:meditron/],
    ["https://example.org/a.gguf", /there is no scheme "https:"/, /the path of a file/],
    ["ollama:", /no name of a model/, /for example ollama:meditron:7b/],
    ["openai:qwen3", /on which server/, /openai:qwen3@127\.0\.0\.1:8000\/v1/],
    ["openai:@127.0.0.1:8000", /no name of a model/, /openai:NAME@SERVER/],
    ["openai:qwen3@", /no server/, /openai:NAME@SERVER/],
    ["openai:qwen3@127.0.0.1:99999", /no server/, /openai:NAME@SERVER/],
    ["openai:qwen3@http://me:secret@host/v1", /no user or password/, /openai:NAME@host/],
    ["openai:qwen3@host/v1?key=1", /after the server's path/, /openai:NAME@SERVER/],
  ];
  for (const [text, message, hint] of refused) {
    it(`is refused as ${JSON.stringify(text)}, with what to write`, () => {
      assert.throws(
        () => parseModelRef(text),
        (error: ConfigurationError) =>
          error instanceof ConfigurationError && message.test(error.message) && hint.test(error.hint ?? ""),
      );
    });
  }

  it("does not repeat a password in the message", () => {
    assert.throws(
      () => parseModelRef("openai:m@http://me:secret@host"),
      (error: ConfigurationError) => !`${error.message} ${error.hint}`.includes("secret"),
    );
  });

  it("is printed in one form, which reads as the same, or is refused", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("", "ollama:", "openai:", "C:\\", "openai:m@"), (text, prefix) => {
        let ref: ModelRef;
        try {
          ref = parseModelRef(prefix + text);
        } catch (error) {
          assert(error instanceof ConfigurationError);
          return;
        }
        assert.deepEqual(parseModelRef(printModelRef(ref)), ref);
      }),
    );
  });

  it("is called by the name of a file, or as it is written", () => {
    assert.equal(modelName(parseModelRef("C:\\models\\base.gguf")), "base.gguf");
    assert.equal(modelName(parseModelRef("ollama:meditron:7b")), "ollama:meditron:7b");
  });

  it("has a path only where it is a file", () => {
    const absolute = (path: string) => `/home/${path}`;
    assert.deepEqual(mapRefPath(parseModelRef("a.gguf"), absolute), file("/home/a.gguf"));
    assert.deepEqual(mapRefPath(parseModelRef("ollama:a"), absolute), { scheme: "ollama", name: "a" });
  });
});
