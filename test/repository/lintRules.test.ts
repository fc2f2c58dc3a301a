import assert from "node:assert/strict";
import path from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";

const repository = path.resolve(import.meta.dirname, "../..");

describe("What the linter refuses besides imports", function () {
  this.timeout(120_000);

  const eslint = new ESLint({
    cwd: repository,
    // Rules that need types would want these files in tsconfig.json.
    overrideConfig: { ...tseslint.configs.disableTypeChecked, files: ["**/*.ts"] } as never,
  });

  async function refused(file: string, code: string, rule = "no-restricted-syntax"): Promise<boolean> {
    const [result] = await eslint.lintText(code, { filePath: path.join(repository, file) });
    return result!.messages.some(({ ruleId }) => ruleId === rule);
  }

  it("is Markdown of the editor that was not made by the one constructor", async () => {
    const code = 'import * as vscode from "vscode";\nexport const text = new vscode.MarkdownString("a");\n';
    assert.equal(await refused("src/vscode/models/x.ts", code), true);
    assert.equal(await refused("src/extension.ts", code), true);
    assert.equal(await refused("src/vscode/common/markdownString.ts", code), false);
    const type = 'import type * as vscode from "vscode";\nexport type Text = vscode.MarkdownString;\n';
    assert.equal(await refused("src/vscode/models/x.ts", type), false);
  });

  it("is a list of any length in a call", async () => {
    const files = [
      "src/core/x.ts",
      "src/node/x.ts",
      "src/cli/x.ts",
      "src/vscode/x.ts",
      "src/worker/x.ts",
      "webview/x.ts",
    ];
    for (const file of files) {
      assert.equal(await refused(file, "export const most = (of: number[]) => Math.max(...of);\n"), true, file);
      assert.equal(await refused(file, "export const add = (to: number[], of: number[]) => to.push(...of);\n"), true);
      const apply = "export const most = (of: number[]) => Math.max.apply(null, of);\n";
      assert.equal(await refused(file, apply), true, file);
      assert.equal(await refused(file, "export const most = (a: number, b: number) => Math.max(...[a, b]);\n"), false);
    }
    const add = "export const add = (to: Element, of: Element[]) => to.append(...of);\n";
    assert.equal(await refused("webview/x.ts", add), true);
  });

  it("is a member that is private in another way than by the keyword", async () => {
    for (const file of ["src/core/x.ts", "src/node/x.ts", "src/vscode/x.ts", "webview/x.ts"]) {
      assert.equal(
        await refused(file, "export class Counter {\n  #count = 0;\n  next = () => this.#count++;\n}\n"),
        true,
        file,
      );
    }
  });

  it("is a sixth parameter, but for kernels", async () => {
    const six = "export const f = (a: 0, b: 0, c: 0, d: 0, e: 0, g: 0) => [a, b, c, d, e, g];\n";
    const five = "export const f = (a: 0, b: 0, c: 0, d: 0, e: 0) => [a, b, c, d, e];\n";
    for (const file of ["src/core/x.ts", "src/node/x.ts", "src/cli/x.ts", "src/vscode/x.ts", "webview/x.ts"]) {
      assert.equal(await refused(file, six, "max-params"), true, file);
      assert.equal(await refused(file, five, "max-params"), false, file);
    }
    assert.equal(await refused("src/core/merge/kernels/x.ts", six, "max-params"), false);
  });

  it("is a bare true or false as an argument of an own function", async () => {
    const call = (argument: string) => `import { f } from "./f.ts";\nexport const x = f(1, ${argument});\n`;
    for (const file of ["src/core/x.ts", "src/node/x.ts", "src/cli/x.ts", "src/vscode/x.ts", "webview/x.ts"]) {
      assert.equal(await refused(file, call("true")), true, file);
      assert.equal(await refused(file, call("{ isLast: false }")), false, file);
    }
    const made = 'import { F } from "./f.ts";\nexport const x = new F(false);\n';
    assert.equal(await refused("src/core/x.ts", made), true);
    const method = "export class A {\n  f = (b: boolean) => b;\n  g = () => this.f(true);\n}\n";
    assert.equal(await refused("src/core/x.ts", method), true);
    assert.equal(
      await refused("src/core/x.ts", "export const x = (view: DataView) => view.getInt16(0, true);\n"),
      false,
    );
  });

  it("is JSON and YAML of files without a look at its depth", async () => {
    const json = "export const read = (text: string): unknown => JSON.parse(text);\n";
    const yaml = 'import { parse } from "yaml";\nexport const read = parse;\n';
    for (const file of ["src/core/x.ts", "src/node/x.ts", "src/cli/x.ts", "src/vscode/x.ts"]) {
      assert.equal(await refused(file, json), true, file);
      assert.equal(await refused(file, yaml), true, file);
    }
    assert.equal(await refused("src/core/json.ts", json), false);
  });

  it("is a control of a page that is not made by the one module, and the library of controls outside it", async () => {
    const control = 'import { h } from "./dom.ts";\nexport const field = () => h("input", { type: "text" });\n';
    assert.equal(await refused("webview/x.ts", control), true);
    assert.equal(await refused("webview/components/toolkit.ts", control), false);
    const library = 'import { vsCodeLink } from "@vscode/webview-ui-toolkit";\nexport const link = vsCodeLink;\n';
    assert.equal(await refused("webview/x.ts", library, "no-restricted-imports"), true);
    assert.equal(await refused("webview/components/toolkit.ts", library, "no-restricted-imports"), false);
  });

  it("is a terminal that obeys texts of files", async () => {
    const write = "export const show = (text: string) => process.stdout.write(text);\n";
    assert.equal(await refused("src/cli/x.ts", write), true);
    assert.equal(await refused("src/cli/x.ts", "export const show = (text: string) => console.log(text);\n"), true);
    assert.equal(await refused("src/cli/output.ts", write), false);
  });
});
