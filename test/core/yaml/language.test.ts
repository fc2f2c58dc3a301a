import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluationLanguage, type EvaluationContext } from "../../../src/core/evaluation/evaluationLanguage.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { fetchDataCommand } from "../../../src/core/evaluation/fetchDataCommand.ts";
import { markdown } from "../../../src/core/markdown.ts";
import { cursorPlace } from "../../../src/core/yaml/cursorPlace.ts";
import { outlineOf, partAt } from "../../../src/core/yaml/outline.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";
import { placeInLines } from "../../support/placeInLines.ts";

const files = ["models/tiny.gguf", "models/large.gguf", "own/questions.jsonl"];
const context: EvaluationContext = {
  modelFiles: () =>
    Promise.resolve(files.filter((file) => file.endsWith(".gguf")).map((path) => ({ path, detail: "7.24B" }))),
  questionFiles: () => Promise.resolve(files.filter((file) => file.endsWith(".jsonl"))),
  refusal: ({ scheme }) => (scheme === "openai" ? undefined : new ModelError("Medley runs other models.")),
  isFile: (path) => Promise.resolve(files.includes(path)),
  describeModel: (path) => Promise.resolve(markdown`Model ${path}`),
  isAtHand: ({ id }, folders) => Promise.resolve(id.startsWith("sample") || folders.includes("everything")),
};

const diagnose = (text: string) => evaluationLanguage.diagnose(new YamlSource(text), context);

/** `severity line:column message` of every diagnostic. */
async function diagnostics(text: string): Promise<string[]> {
  const found = await diagnose(text);
  return found.map(({ severity, range, message }) => `${severity} ${placeInLines(text, range.start)} ${message}`);
}

/** Path of the value at the `|` of a text, and the word that a completion replaces there; undefined where a key is. */
function cursor(marked: string): [path: string, word: string] | undefined {
  const text = marked.replace("|", "");
  const place = cursorPlace(text, marked.indexOf("|"));
  return place?.role === "value" ? [place.path.join("."), text.slice(place.word.start, place.word.end)] : undefined;
}

const valid = "benchmark: sample\nmodels: models/tiny.gguf\n";

describe("Configuration languages", () => {
  it("find nothing wrong with a complete cell, nor with an empty one", async () => {
    assert.deepEqual(await diagnostics(valid), []);
    assert.deepEqual(await diagnostics("\n  \n"), []);
  });

  it("find a missing file, and suggest one of the same name elsewhere", async () => {
    const text = "benchmark: sample\nmodels: [models/large.gguf, tiny.gguf]\n";
    const [finding, ...others] = await diagnose(text);
    assert.deepEqual(others, []);
    assert.equal(finding!.message, "There is no file tiny.gguf.");
    const { start, end } = finding!.range;
    assert.deepEqual([placeInLines(text, start), placeInLines(text, end)], ["2:29", "2:38"]);
    assert.deepEqual(finding!.suggestions, ["models/tiny.gguf"]);
  });

  it("say of a model that is no file why it cannot be run, not that a file is missing", async () => {
    const model = (ref: string) => diagnostics(`benchmark: sample\nmodels: [models/tiny.gguf, "${ref}"]\n`);
    assert.deepEqual(await model("ollama:meditron"), ["error 2:28 Medley runs other models."]);
    assert.deepEqual(await model("openai:qwen3@127.0.0.1"), []);
    assert.match((await model("ollama:"))[0]!, /has no name of a model after "ollama:"/);
    assert.match((await model("vllm:meditron"))[0]!, /there is no scheme "vllm:"/);
  });

  it("find an unknown benchmark and an unknown protocol, and suggest what was meant", async () => {
    const text = "benchmark: [sample, medqa4]\nmodels: models/tiny.gguf\nprotocol: lmeval\ndata: everything\n";
    const found = await diagnose(text);
    assert.deepEqual(
      found.map(({ message, suggestions }) => [message, suggestions?.[0]]),
      [
        ['There is no benchmark "medqa4".', "medqa-4"],
        ['There is no protocol called "lmeval".', "lm-eval"],
      ],
    );
  });

  it("offer to fetch data that is not at hand, unless the cell names the folder that has it", async () => {
    const [finding] = await diagnose("benchmark: medqa-4\nmodels: models/tiny.gguf\n");
    assert.equal(finding!.message, "The data of medqa-4 is not at hand.");
    assert.deepEqual([finding!.action?.command, finding!.action?.arguments], [fetchDataCommand, [["medqa-4"]]]);
    assert.deepEqual(await diagnostics("benchmark: medqa-4\nmodels: models/tiny.gguf\ndata: [everything]\n"), []);
  });

  it("warn of a limit that no benchmark reaches", async () => {
    assert.deepEqual(await diagnostics(`${valid}limit: 5000\n`), [
      "warning 3:8 The limit leaves nothing out: no benchmark here has more than 30 items.",
    ]);
    assert.deepEqual(await diagnostics(`${valid}limit: 30\n`), []);
    const own = "benchmark: [sample, own/questions.jsonl]\nmodels: models/tiny.gguf\nlimit: 5000\n";
    assert.deepEqual(await diagnostics(own), []);
  });

  it("report what the schema forbids beside it, with texts to put in its place", async () => {
    const text = "benchmark: sample\nmodel: tiny.gguf\ngpu: cudo\n";
    const found = await diagnose(text);
    assert.deepEqual(
      found.map(({ range, suggestions }) => [placeInLines(text, range.start), suggestions?.[0]]),
      [
        ["1:1", undefined],
        ["2:1", "models"],
        ["3:6", "cuda"],
      ],
    );
  });

  it("know which value is being written, in whole and in broken documents", () => {
    assert.deepEqual(cursor("benchmark: |"), ["benchmark", ""]);
    assert.deepEqual(cursor("benchmark: med|qa-4\nmodels: a"), ["benchmark", "medqa-4"]);
    assert.deepEqual(cursor("benchmark: [sample, me|"), ["benchmark.1", "me"]);
    assert.deepEqual(cursor("benchmark:\n  - sample\n  - |\nmodels: x"), ["benchmark.1", ""]);
    assert.deepEqual(cursor("seed: [\nbenchmark: {\nmodels: |"), ["models", ""]);
    assert.deepEqual(cursor("protocol:\n  id: |\n  parameters: {}"), ["protocol.id", ""]);
    assert.deepEqual(cursor('models: "models/ti|'), ["models", "models/ti"]);
    assert.equal(cursor("ben|"), undefined);
    assert.equal(cursor("|"), undefined);
  });

  it("find the value under the pointer", () => {
    const found = partAt(outlineOf("benchmark: [sample, medqa-4]\n")[0]!.root, 22)!;
    const { node, isKey, range } = found;
    assert.deepEqual(
      [isKey, node.path, node.value, range],
      [false, ["benchmark", 1], "medqa-4", { start: 20, end: 27 }],
    );
    assert.equal(partAt(outlineOf("benchmark: sample\n")[0]!.root, 3)?.isKey, true);
  });

  it("offer every benchmark and group with title, size and licence", async () => {
    const models = await evaluationLanguage.ruleAt(["models"])!.complete!(context, cursorPlace("models: ", 8)!);
    assert.deepEqual(models[0], { value: "models/tiny.gguf", label: undefined, detail: "7.24B", kind: "file" });
    const items = await evaluationLanguage.ruleAt(["benchmark", 1])!.complete!(
      context,
      cursorPlace("benchmark: [a, ", 15)!,
    );
    const medqa = items.find(({ value }) => value === "medqa-4");
    assert.match(medqa!.detail!, /1273 items · MIT/);
    assert.ok(items.some(({ value, kind }) => value === "mmlu-medical-6" && kind === "group"));
    assert.ok(items.some(({ value, kind }) => value === "own/questions.jsonl" && kind === "file"));
  });

  it("survive every text, and place every diagnostic inside it", async () => {
    const piece = fc.constantFrom(
      "benchmark:", " ", "\n", "  ", "- ", "[", "]", "{", "}", "'", '"', "models: [a,", "limit: 1e99", "sample", "&a ",
      "*a", "!!binary ", "| ", ">", "---\n", "...\n", "#", "? ", "\t", "سؤال", "\uD800", "protocol:\n  id: ", "<<: ",
      "\uFEFF", "\r", "data: 7\n", "null",
    ); // prettier-ignore
    const texts = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));
    const property = fc.asyncProperty(texts, fc.nat(80), async (text, position) => {
      const found = await diagnose(text);
      for (const { range } of found)
        assert.ok(0 <= range.start && range.start <= range.end && range.end <= text.length);
      const offset = Math.min(position, text.length);
      for (const { label, range } of await evaluationLanguage.complete(new YamlSource(text), offset, context)) {
        assert.ok(label !== "" && range.start <= offset && offset <= range.end);
      }
      const hover = await evaluationLanguage.hover(new YamlSource(text), offset, context);
      assert.ok(hover === undefined || (hover.range.start <= offset && offset <= hover.range.end));
    });
    await fc.assert(property, { seed: 5, numRuns: 500 });
  });
});
