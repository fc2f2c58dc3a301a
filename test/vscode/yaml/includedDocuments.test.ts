import assert from "node:assert/strict";
import type * as vscode from "vscode";
import { editor } from "../editor.ts";

const { IncludedDocuments } = await import("../../../src/vscode/yaml/includedDocuments.ts");

describe("What is registered for some documents", () => {
  const { state } = editor;
  /** Names of the documents that each registration stands for which has not ended. */
  const standing = new Set<string>();
  /** What was left after each end of a registration. */
  const left: string[][] = [];
  let documents: vscode.Disposable | undefined;

  beforeEach(() => {
    documents = new IncludedDocuments(
      { includes: ({ uri }) => uri.fsPath.endsWith(".merge.yml") },
      (selector: vscode.DocumentFilter[]) => {
        const names = selector.map(({ pattern }) => String(pattern)).join(" ");
        standing.add(names);
        return {
          dispose: () => {
            standing.delete(names);
            left.push([...standing]);
          },
        };
      },
    );
  });

  afterEach(() => {
    documents?.dispose();
    assert.deepEqual([...standing], []);
    state.documents = [];
    left.length = 0;
  });

  function open(fsPath: string): void {
    const document = { uri: editor.Uri.file(fsPath), languageId: "yaml" };
    state.documents.push(document);
    state.documentOpened.fire(document);
  }

  function close(fsPath: string): void {
    const [document] = state.documents.filter(({ uri }) => uri.fsPath === fsPath);
    state.documents = state.documents.filter((other) => other !== document);
    state.documentClosed.fire(document!);
  }

  it("stands for those that are included, and for nothing when there are none", () => {
    open("/pipeline.yml");
    assert.deepEqual([...standing], []);
    open("/a.merge.yml");
    assert.deepEqual([...standing], ["/a.merge.yml"]);
    close("/a.merge.yml");
    assert.deepEqual([...standing], []);
  });

  it("never leaves an open document without, while others are opened and closed", () => {
    open("/a.merge.yml");
    open("/b.merge.yml");
    close("/b.merge.yml");
    assert.deepEqual(left, [["/a.merge.yml /b.merge.yml"], ["/a.merge.yml"]]);
  });
});
