// Compiles the merge kernels (AssemblyScript) to WebAssembly and writes them as a module that any bundle or test imports.
// Does nothing if neither the sources nor the compiler have changed.
//
// Why AssemblyScript: it comes as an npm package with the compiler in WebAssembly (no native toolchain, Apache-2.0), has all
// 128-bit SIMD instructions and generics for the dtypes. wabt and binaryen would mean to write stack code or syntax trees by
// hand; emscripten and Rust are not npm packages and need a toolchain that a contributor may not have.
import asc from "assemblyscript/asc";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../src/core/merge/kernels");
const sources = join(folder, "assembly");
const target = join(folder, "wasmModule.generated.js");
const flags = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];

function fingerprint() {
  const hash = createHash("sha256").update(asc.version).update(flags.join(" "));
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest("hex");
}

/** The compiler looks for .ts; the sources are .as, because they are not TypeScript to any other tool. */
function readFile(name) {
  const path = join(sources, name.replace(/\.ts$/, ".as"));
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

export async function buildKernels() {
  const header = `// Generated from assembly/ (${fingerprint()}).\n`;
  if (existsSync(target) && readFileSync(target, "utf8").startsWith(header)) return;
  let module;
  const { error, stderr } = await asc.main(["index.ts", "--outFile", "module.wasm", ...flags], {
    readFile,
    writeFile: (name, contents) => {
      if (name === "module.wasm") module = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || module === undefined)
    throw new Error(`The merge kernels do not compile.\n${stderr.toString()}`);
  writeFileSync(target, `${header}export const wasmModule = "${Buffer.from(module).toString("base64")}";\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildKernels();
