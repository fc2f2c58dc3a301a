import * as vscode from "vscode";

/** The type of notebook that `*.mcqa.md` files open as. */
export const notebookType = "medley-mcqa";

/** Registers how notebooks are read and written. The code that does it is loaded with the first of them. */
export function registerNotebookType(): vscode.Disposable {
  const loaded = async (): Promise<vscode.NotebookSerializer> => {
    const { NotebookSerializer } = await import("./notebookSerializer.ts");
    return new NotebookSerializer();
  };
  const serializer: vscode.NotebookSerializer = {
    deserializeNotebook: async (content, token) => (await loaded()).deserializeNotebook(content, token),
    serializeNotebook: async (data, token) => (await loaded()).serializeNotebook(data, token),
  };
  // Results are saved in the cells, not as outputs.
  return vscode.workspace.registerNotebookSerializer(notebookType, serializer, { transientOutputs: true });
}
