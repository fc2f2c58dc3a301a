/**
 * How much more memory the command line needs to evaluate 4,183 items (MedMCQA) than 50. Linux only.
 *
 *   npm run build && node --import tsx bench/evaluationMemory.ts [FOLDER WITH MEDMCQA]
 *
 * Without a folder it makes up questions as long as MedMCQA's. The model is the bundled one: what is measured is the
 * command's own process, in which no model is loaded.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PythonRandom } from "../src/core/random/pythonRandom.ts";
import { startCli } from "../test/support/cli.ts";

const limitBytes = 150e6;
const few = 50;
const many = 4183;

/** Largest resident memory of a process so far, in bytes. */
function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function measure(folder: string, items: number, data: readonly string[]): Promise<number> {
  const model = new URL("../samples/models/stories260k.f32.gguf", import.meta.url).pathname;
  const args = ["eval", "--model", model, ...data, "--limit", String(items), "--runs", join(folder, String(items))];
  const { child, result } = startCli([...args, "--gpu", "none"]);
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakMemory(child.pid!))), 20);
  const { code, stderr } = await result;
  clearInterval(timer);
  if (code !== 0) throw new Error(stderr);
  return peak;
}

function writeQuestions(folder: string): string {
  const random = new PythonRandom(1);
  const word = () => "abcdefghijklmnopqrstuvwxyz".slice(0, 3 + Math.floor(random.random() * 8));
  const text = (words: number) => Array.from({ length: words }, word).join(" ");
  const questions = Array.from({ length: many }, (_, index) => ({
    id: `q${index}`,
    question: `${text(14)}?`,
    options: [text(3), text(3), text(3), text(3)],
    answer: "ABCD"[index % 4],
  }));
  const path = join(folder, "questions.jsonl");
  writeFileSync(path, questions.map((question) => JSON.stringify(question) + "\n").join(""));
  return path;
}

const folder = mkdtempSync(join(tmpdir(), "medley-memory-"));
try {
  const [given] = process.argv.slice(2);
  const data = given === undefined ? ["-b", writeQuestions(folder)] : ["-b", "medmcqa", "--data", given];
  const base = await measure(folder, few, data);
  const peak = await measure(folder, many, data);
  const added = peak - base;
  console.log(`peak memory with ${few} items:   ${(base / 1e6).toFixed(1)} MB`);
  console.log(`peak memory with ${many} items: ${(peak / 1e6).toFixed(1)} MB`);
  console.log(
    `added: ${(added / 1e6).toFixed(1)} MB, ${((added / limitBytes) * 100).toFixed(0)} % of the limit of 150 MB`,
  );
  process.exitCode = added < limitBytes ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
