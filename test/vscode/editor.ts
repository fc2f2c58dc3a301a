/**
 * The editor's logic without an editor: in these tests the module `vscode` is the stand-in beside this file. Modules of
 * src/vscode are imported after this one, with `await import(…)`.
 */
import { register } from "node:module";

const standIn = new URL("./standIn.ts", import.meta.url).href;
const hook = `export const resolve = (specifier, context, next) =>
  specifier === "vscode" ? { url: ${JSON.stringify(standIn)}, shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

export const editor = await import("./standIn.ts");
