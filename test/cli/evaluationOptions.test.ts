import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { addEvaluationOptions, readConfiguration } from "../../src/cli/evaluationOptions.ts";
import { evaluationConfigurationSchema, resolveConfiguration } from "../../src/core/evaluation/configuration.ts";
import { useTemporaryFolder } from "../node/runs/temporaryFolder.ts";

async function read(line: string, file?: string): Promise<Record<string, unknown>> {
  const command = addEvaluationOptions(new Command()).exitOverride();
  command.parse(line.split(" "), { from: "user" });
  return readConfiguration(file, command.opts());
}

describe("options of an evaluation", () => {
  const folder = useTemporaryFolder();

  it("say what a configuration can say", async () => {
    const line =
      "-m a.gguf b.gguf -b frenchmedmcqa own.jsonl -p biomistral -P seeds=[1,2] -s {kind:\u00a0first,count:\u00a02} --draws 2 -n 10 " +
      "--seed 7 --shuffle-options --overflow refuse --context-size 512 --kv-cache-type F16 --threads 2 --gpu none " +
      "-d x y --language fr --cop-base 1 --strict";
    const given = await read(line.replaceAll("\u00a0", "\t"));
    assert.deepEqual(given, {
      models: ["a.gguf", "b.gguf"],
      benchmark: ["frenchmedmcqa", "own.jsonl"],
      protocol: { id: "biomistral", parameters: { seeds: [1, 2] } },
      shots: { kind: "first", count: 2 },
      draws: 2,
      limit: 10,
      seed: 7,
      shuffleOptions: true,
      overflow: "refuse",
      contextSize: 512,
      kvCacheType: "F16",
      threads: 2,
      gpu: "none",
      data: ["x", "y"],
      language: "fr",
      copBase: 1,
      strict: true,
    });
    resolveConfiguration(given);
  });

  it("exist for every key but those of questions, comparison and charts", () => {
    const options = addEvaluationOptions(new Command()).options.map((option) => option.attributeName());
    const renamed: Record<string, string> = { models: "model", questions: "", compare: "", plots: "" };
    const keys = Object.keys(evaluationConfigurationSchema.shape).map((key) => renamed[key] ?? key);
    assert.deepEqual(
      keys.filter((key) => key !== "" && !options.includes(key)),
      [],
    );
  });

  it("keep what is no number, so that the schema names it", async () => {
    const given = await read("-m a.gguf -b medqa-4 --limit ten");
    assert.equal(given.limit, "ten");
    assert.throws(() => resolveConfiguration(given), /Expected a number, found the text "ten"/);
  });

  it("override the file, whose paths start from its own folder", async () => {
    await mkdir(join(folder(), "study"));
    const file = join(folder(), "study", "evaluation.yaml");
    const yaml = [
      "benchmark: [own.jsonl, medqa-4]",
      "models: m/a.gguf",
      "data: d",
      "limit: 5",
      "protocol:",
      "  id: lm-eval",
    ];
    await writeFile(file, [...yaml, "  parameters: { bos: none }", ""].join("\n"));
    assert.deepEqual(await read("--limit 7 -P format=letters", file), {
      benchmark: [join(folder(), "study/own.jsonl"), "medqa-4"],
      models: [join(folder(), "study/m/a.gguf")],
      data: [join(folder(), "study/d")],
      limit: 7,
      protocol: { id: "lm-eval", parameters: { bos: "none", format: "letters" } },
    });
  });

  it("say what is missing or wrong, and where", async () => {
    await assert.rejects(read("-m a.gguf"), /No benchmark is named/);
    await assert.rejects(read("-b medqa-4"), /No model is named/);
    await assert.rejects(read("-m a.gguf -b medqa-4 -P bos"), /"bos" has no value/);
    await assert.rejects(read("-m a.gguf -b medqa-4", join(folder(), "absent.yaml")), { code: "file.unusable" });
    const file = join(folder(), "wrong.yaml");
    await writeFile(file, "benchmark: medqa-4\nshot: 3\n");
    await assert.rejects(read("-m a.gguf", file), { place: { file, line: 2, column: 1, field: "shot" } });
  });
});
