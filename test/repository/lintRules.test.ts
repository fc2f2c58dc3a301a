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

  async function refused(file: string, code: string): Promise<boolean> {
    const [result] = await eslint.lintText(code, { filePath: path.join(repository, file) });
    return result!.messages.some(({ ruleId }) => ruleId === "no-restricted-syntax");
  }

  it("is Markdown of the editor that was not made by the one constructor", async () => {
    const code = 'import * as vscode from "vscode";\nexport const text = new vscode.MarkdownString("a");\n';
    assert.equal(await refused("src/vscode/models/x.ts", code), true);
    assert.equal(await refused("src/extension.ts", code), true);
    assert.equal(await refused("src/vscode/common/markdownString.ts", code), false);
    const type = 'import type * as vscode from "vscode";\nexport type Text = vscode.MarkdownString;\n';
    assert.equal(await refused("src/vscode/models/x.ts", type), false);
  });
});
