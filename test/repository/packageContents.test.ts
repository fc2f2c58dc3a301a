import assert from "node:assert/strict";
import { checkContents, needed } from "../../scripts/checkContents.mjs";

const binary = "node_modules/@node-llama-cpp/linux-arm64/bins/linux-arm64/llama-addon.node";
const complete = [...needed, binary];

describe("The contents of a package", () => {
  it("are what its platform needs", () => {
    checkContents(complete, "linux-arm64");
  });

  const wrong: Record<string, [string[], RegExp]> = {
    "lack a worker": [complete.filter((name) => name !== "dist/editorThread.js"), /dist\/editorThread\.js is missing/],
    "lack the binding": [[...needed], /linux-arm64\/ has no binding/],
    "have a source": [[...complete, "src/extension.ts"], /src\/extension\.ts does not belong/],
    "have a source map": [[...complete, "dist/cli.js.map"], /cli\.js\.map does not belong/],
    "have a test": [[...complete, "test/core/a.js"], /a\.js does not belong/],
    "have a lock file": [[...complete, "node_modules/which/yarn.lock"], /yarn\.lock does not belong/],
    "have a tool that is not used": [
      [...complete, "node_modules/cmake-js/lib/index.js", "node_modules/simple-git/dist/src/lib/api.js"],
      /cmake-js\/lib\/index\.js does not belong[^]*simple-git\/dist\/src\/lib\/api\.js does not belong/,
    ],
    "have another platform's binary": [
      [...complete, "node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/libllama.so"],
      /libllama\.so is a binary that linux-arm64 does not need/,
    ],
  };
  for (const [what, [names, message]] of Object.entries(wrong)) {
    it(`are refused when they ${what}`, () => {
      assert.throws(() => checkContents(names, "linux-arm64"), { message });
    });
  }
});
