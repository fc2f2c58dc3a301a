import assert from "node:assert/strict";
import path from "node:path";
import ts from "typescript";
import { sourceFiles } from "../support/sourceFiles.ts";

type Imports = ReadonlyMap<string, readonly string[]>;

/** The files of the repository, each with those that it imports, also for their types only. */
function readImports(): Imports {
  const files = sourceFiles(["src", "webview", "test", "bench", "scripts"]);
  return new Map([...files].map(([file, text]) => [file, importsOf(file, text)]));
}

function importsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => path.posix.join(path.posix.dirname(file), fileName));
}

/** One circle of those that there are, as the files on the way round; undefined when there is none. */
function findCircle(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const way: string[] = [];
  const follow = (file: string): string[] | undefined => {
    const at = way.indexOf(file);
    if (at >= 0) return [...way.slice(at), file];
    if (done.has(file)) return undefined;
    way.push(file);
    for (const imported of imports.get(file) ?? []) {
      const circle = follow(imported);
      if (circle !== undefined) return circle;
    }
    way.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = follow(file);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

describe("Imports", () => {
  it("go in no circle, not even for types, which the linter does not follow", () => {
    const imports = readImports();
    assert.ok(imports.get("src/extension.ts")!.length > 0, "no imports were found");
    assert.equal(findCircle(imports)?.join(" → "), undefined);
  });

  it("are looked through for types, exports and what is loaded later", () => {
    const texts = {
      "src/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;\n',
      "src/b.ts": 'export * from "./deep/c.ts";\n',
      "src/deep/c.ts": 'export const later = () => import("../a.ts");\n',
    };
    const imports = new Map(Object.entries(texts).map(([file, text]) => [file, importsOf(file, text)]));
    assert.deepEqual(findCircle(imports), ["src/a.ts", "src/b.ts", "src/deep/c.ts", "src/a.ts"]);
  });
});
