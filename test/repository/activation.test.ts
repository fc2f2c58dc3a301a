import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const repository = path.resolve(import.meta.dirname, "../..");

interface Output {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

/** What holds up the editor, by what does not depend on the machine: how much is loaded, and in which steps. */
describe("The activation of the extension", () => {
  let folder: string;
  let outputs: Readonly<Record<string, Output>>;
  let extension: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "medley-activation-"));
    const metafile = path.join(folder, "bundles.json");
    const args = ["esbuild.mjs", "--production", "--outdir", path.join(folder, "dist"), "--metafile", metafile];
    await promisify(execFile)(process.execPath, args, { cwd: repository });
    const bundles = JSON.parse(await readFile(metafile, "utf8")) as { outputs: Record<string, Output> }[];
    outputs = Object.assign({}, ...bundles.map((bundle) => bundle.outputs)) as typeof outputs;
    extension = Object.keys(outputs).find((name) => outputs[name]!.entryPoint === "src/extension.ts")!;
  });
  after(() => rm(folder, { recursive: true }));

  /** What is imported after the activation, in that order: first what features share, then the features. */
  function stepsOf(): string[] {
    const steps = outputs[extension]!.imports.filter(({ kind }) => kind === "dynamic-import");
    const isFeature = (name: string): boolean => /Feature-\w+\.js$/.test(name);
    return steps.map((step) => step.path).sort((a, b) => Number(isFeature(a)) - Number(isFeature(b)));
  }

  /** An output with all that is loaded with it. */
  function closure(name: string, found = new Set<string>()): Set<string> {
    if (found.has(name)) return found;
    found.add(name);
    for (const { path: imported, kind, external } of outputs[name]!.imports) {
      if (kind !== "dynamic-import" && external !== true) closure(imported, found);
    }
    return found;
  }

  function modulesOf(names: Iterable<string>): string[] {
    const inputs = [...names].flatMap((name) => Object.entries(outputs[name]!.inputs));
    return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([module]) => module);
  }

  it("loads a dozen small modules of its own, and no package", () => {
    const names = closure(extension);
    const modules = modulesOf(names);
    assert.deepEqual(
      modules.filter((module) => module.includes("node_modules")),
      [],
    );
    assert.ok(modules.includes("src/vscode/common/commands.ts"));
    assert.ok(modules.length <= 15, modules.join("\n"));
    const bytes = [...names].reduce((sum, name) => sum + outputs[name]!.bytes, 0);
    assert.ok(bytes < 20_000, `${bytes} bytes`);
  });

  it("is followed by the features in steps, none of which loads much at a time", () => {
    const loaded = closure(extension);
    const steps = stepsOf();
    assert.ok(steps.length >= 15);
    for (const step of steps) {
      const added = [...closure(step)].filter((name) => !loaded.has(name));
      const bytes = added.reduce((sum, name) => sum + outputs[name]!.bytes, 0);
      assert.ok(bytes < 300_000, `${step} adds ${bytes} bytes:\n${modulesOf(added).join("\n")}`);
      for (const name of added) loaded.add(name);
    }
  });

  it("loads no engine, no server and no page in the extension host", () => {
    const names = [extension, ...stepsOf()].flatMap((name) => [...closure(name)]);
    const heavy = /node_modules\/(node-llama-cpp|@observablehq|d3-|@vscode\/webview)/;
    assert.deepEqual(
      modulesOf(new Set(names)).filter((module) => heavy.test(module)),
      [],
    );
    const external = names.flatMap((name) => outputs[name]!.imports.filter((each) => each.external));
    const packages = external.map((each) => each.path).filter((name) => !isBuiltin(name));
    assert.deepEqual([...new Set(packages)], ["vscode"]);
  });
});
