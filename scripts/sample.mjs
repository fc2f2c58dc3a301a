/**
 * `npm run sample`: installs and builds what is missing, and evaluates the bundled notebook with the bundled model. The
 * notebook in `samples` stays as it is; the copy with results and the run folders go to `out/sample`, which git ignores.
 */
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { installPackages } from "./install.mjs";

const root = path.join(import.meta.dirname, "..");
const folder = path.join("out", "sample");
const notebook = path.join("samples", "sample.mcqa.md");

/** @returns {Promise<number>} the exit status */
function node(...args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  // Ctrl-C reaches the child too, which stops cleanly and says how to go on; this process waits for it.
  const wait = () => undefined;
  process.on("SIGINT", wait);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGINT", wait);
      resolve(code ?? 1);
    });
  });
}

await installPackages();
process.exitCode = await node("esbuild.mjs");
if (process.exitCode === 0) {
  await mkdir(path.join(root, folder), { recursive: true });
  const output = path.join(folder, path.basename(notebook));
  const runs = path.join(folder, "runs");
  process.exitCode = await node(
    "dist/cli.js",
    "run",
    notebook,
    "--output",
    output,
    "--runs",
    runs,
    ...process.argv.slice(2),
  );
}
