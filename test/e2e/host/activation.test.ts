import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Api } from "../../../src/extension.ts";

interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
}

describe("The extension", () => {
  const extension = vscode.extensions.getExtension<Api>("medley.medley");
  const contributed = (extension?.packageJSON as { contributes: Contributions }).contributes.commands;

  it("is active as soon as it has registered what has to be there at once, and its features follow", async () => {
    const { ready } = await extension!.activate();
    assert.equal(extension!.isActive, true);
    await ready;
  });

  it("registers every command that its manifest offers, and has a feature for each", async () => {
    const { ready } = await extension!.activate();
    await ready;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter(({ command }) => !registered.has(command)),
      [],
    );
  });

  it("offers its commands with their titles resolved, in one category", () => {
    for (const { title, category } of contributed) {
      assert.doesNotMatch(title, /%/);
      assert.equal(category, "Medley");
    }
  });
});
