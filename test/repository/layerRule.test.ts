import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";

const repository = path.resolve(import.meta.dirname, "../..");

/** One file a layer, so that every relative import below has a target; imports that do not resolve are not judged. */
const layers = {
  core: "src/core/target.ts",
  node: "src/node/target.ts",
  worker: "src/worker/target.ts",
  cli: "src/cli/target.ts",
  vscode: "src/vscode/target.ts",
  webview: "webview/target.ts",
};
type Layer = keyof typeof layers;

/** Which layers a layer may import, as the design states it: the test's own copy, on purpose. */
const allowed: Record<Layer, readonly Layer[]> = {
  core: ["core"],
  node: ["core", "node"],
  worker: ["core", "node", "worker"],
  cli: ["core", "node", "cli"],
  vscode: ["core", "node", "vscode"],
  webview: ["core", "webview"],
};

describe("The layer rule, as the linter enforces it", () => {
  let root: string;
  let eslint: ESLint;

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "medley-layers-"));
    for (const file of [
      ...Object.values(layers),
      "src/extension.ts",
      "src/node/backends/registry.ts",
      "src/node/backends/llamaCpp/target.ts",
    ]) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), "export const value = 1;\n");
    }
    // The rule's zones are relative to the working directory, as they are for `npm run lint`.
    process.chdir(root);
    eslint = new ESLint({
      cwd: root,
      overrideConfigFile: path.join(repository, "eslint.config.mjs"),
      // Rules that need types would want these files in tsconfig.json.
      overrideConfig: { ...tseslint.configs.disableTypeChecked, files: ["**/*.ts"] } as never,
    });
  });

  after(async () => {
    process.chdir(repository);
    await rm(root, { recursive: true, force: true });
  });

  async function errorsIn(file: string, code: string): Promise<string[]> {
    const results = await eslint.lintText(code, { filePath: path.join(root, file) });
    return results.flatMap((result) => result.messages).map((message) => `${message.ruleId}: ${message.message}`);
  }

  function relativeImport(from: string, to: string): string {
    const specifier = path.posix.relative(path.posix.dirname(from), to);
    const dotted = specifier.startsWith(".") ? specifier : `./${specifier}`;
    return `import { value } from "${dotted}";\nexport const copy = value;\n`;
  }

  async function assertRefused(file: string, code: string, reason: RegExp): Promise<void> {
    assert.match((await errorsIn(file, code)).join("\n"), reason, `${file} should refuse: ${code}`);
  }

  async function assertAccepted(file: string, code: string): Promise<void> {
    assert.deepEqual(await errorsIn(file, code), [], `${file} should accept: ${code}`);
  }

  for (const from of Object.keys(layers) as Layer[]) {
    const importer = layers[from].replace("target.ts", "importer.ts");
    for (const to of Object.keys(layers) as Layer[]) {
      const code = relativeImport(importer, layers[to]);
      if (allowed[from].includes(to)) it(`lets ${from} import ${to}`, () => assertAccepted(importer, code));
      else
        it(`refuses that ${from} imports ${to}`, () =>
          assertRefused(importer, code, /no-restricted-paths: .*Layer rule/));
    }
  }

  it("lets the command line and the editor import the registry of backends, and none of them", async () => {
    const [registry, backend] = ["src/node/backends/registry.ts", "src/node/backends/llamaCpp/target.ts"];
    for (const importer of ["src/cli/importer.ts", "src/vscode/importer.ts"]) {
      await assertAccepted(importer, relativeImport(importer, registry));
      await assertRefused(importer, relativeImport(importer, backend), /Layer rule: .* may not import .*llamaCpp/);
    }
  });

  it("lets only src/vscode and src/extension.ts import vscode", async () => {
    const code = 'import * as vscode from "vscode";\nexport const version = vscode.version;\n';
    for (const file of ["src/vscode/runs/view.ts", "src/extension.ts"]) await assertAccepted(file, code);
    for (const layer of ["core", "node", "worker", "cli"]) {
      await assertRefused(`src/${layer}/file.ts`, code, /no-restricted-imports/);
    }
    await assertRefused("webview/file.ts", code, /no-restricted-imports/);
  });

  it("lets src/extension.ts import the features", () =>
    assertAccepted("src/extension.ts", relativeImport("src/extension.ts", layers.vscode)));

  it("refuses Node's modules and native packages in core and webview, in every form of import", async () => {
    const forms = [
      'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
      'import { readFileSync } from "fs";\nexport const read = readFileSync;\n',
      'import { getLlama } from "node-llama-cpp";\nexport const get = getLlama;\n',
      'import type { Stats } from "node:fs";\nexport type Copy = Stats;\n',
      'export * from "node:path";\n',
    ];
    for (const file of ["src/core/evaluation/file.ts", "webview/file.ts"]) {
      for (const code of forms) await assertRefused(file, code, /no-restricted-imports/);
      await assertRefused(file, 'export const load = () => import("node:fs");\n', /no-restricted-syntax/);
    }
  });

  it("refuses the process, buffers and the network in core", async () => {
    for (const expression of ["process.env", "Buffer.alloc(1)", 'fetch("http://example.org")']) {
      await assertRefused("src/core/file.ts", `export const value = ${expression};\n`, /no-restricted-globals/);
    }
  });

  it("lets core import the pure packages, and node any package", async () => {
    await assertAccepted("src/core/file.ts", 'import { z } from "zod";\nexport const text = z.string();\n');
    await assertAccepted(
      "src/core/file.ts",
      'import { sha256 } from "@noble/hashes/sha2.js";\nexport const h = sha256;\n',
    );
    await assertAccepted(
      "src/node/file.ts",
      'import { readFileSync } from "node:fs";\nexport const r = readFileSync;\n',
    );
  });

  it("refuses a package that only begins like a pure one", () =>
    assertRefused("src/core/file.ts", 'import { x } from "zodiac";\nexport const y = x;\n', /no-restricted-imports/));

  it("refuses files that import each other", async () => {
    const pair = { "src/node/first.ts": "second", "src/node/second.ts": "first" };
    for (const [file, other] of Object.entries(pair)) {
      await writeFile(path.join(root, file), `import { run } from "./${other}.ts";\nexport { run };\n`);
    }
    await assertRefused("src/node/first.ts", 'export { run } from "./second.ts";\n', /no-cycle/);
  });
});
