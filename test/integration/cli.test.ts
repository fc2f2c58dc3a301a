import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitStatus } from "../../src/core/errors.ts";
import type { EvaluationSummary } from "../../src/core/evaluation/summary/evaluationSummary.ts";
import { evaluationConfigurationSchema } from "../../src/core/evaluation/configuration.ts";
import { withoutMetadata } from "../support/ggufPatch.ts";
import { cli, repository, startCli } from "../support/cli.ts";

const model = join(repository, "samples/models/stories260k.f32.gguf");

describe("command line", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-cli-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const evaluate = (...more: string[]) => [
    "eval",
    "--model",
    model,
    "--gpu",
    "none",
    "--runs",
    join(folder, "runs"),
    ...more,
  ];

  it("prints a table with n, interval, shots, invalid count and protocol to stdout, and nothing else", async () => {
    const { code, stdout } = await cli(
      evaluate("--benchmark", "sample-mmlu-anatomy", "--limit", "4", "-p", "biomistral", "-s", "1"),
    );
    assert.equal(code, 0);
    const [header, , row] = stdout.split("\n");
    for (const column of [
      "model",
      "benchmark",
      "result",
      "95 % interval",
      "n",
      "shots",
      "invalid",
      "failed",
      "protocol",
    ]) {
      assert(header!.includes(column), column);
    }
    assert.match(row!, /^stories260k\.f32\.gguf +sample-mmlu-anatomy +accuracy .* 12 +1 +\d+ +0 .* biomistral$/);
    assert.match(stdout, /±/);
  });

  it("prints results as JSON from which everything can be recomputed", async () => {
    const { code, stdout } = await cli(evaluate("--benchmark", "sample-pubmedqa", "--json"));
    assert.equal(code, 0);
    const [{ folder: run, summary }] = JSON.parse(stdout) as [{ folder: string; summary: EvaluationSummary }];
    const snippet = /```python\n([^]*?)```/.exec(await readFile(join(repository, "docs/runs.md"), "utf8"))![1]!;
    const script = join(folder, "recompute.py");
    await writeFile(script, snippet);
    const printed = execFileSync("python3", [script, run], { encoding: "utf8" });
    const { value, interval, n } = summary.benchmarks[0]!.metrics.accuracy!;
    const [p, low, high] = [value, interval!.low, interval!.high].map((number) => number.toFixed(6));
    assert.equal(printed, `sample-pubmedqa ${n} ${p} [${low}, ${high}]\n`);
  });

  it("evaluates several models in runs of their own", async () => {
    const copy = join(folder, "copy.gguf");
    await copyFile(model, copy);
    const runs = join(folder, "several");
    const args = ["eval", "-m", model, copy, "-b", "sample-pubmedqa", "-n", "2", "--gpu", "none", "--runs", runs];
    const { code, stdout } = await cli(args);
    assert.equal(code, 0);
    assert.match(stdout, /stories260k\.f32\.gguf .*\n.*copy\.gguf /);
    // The same bytes are the same model, whatever the file is called.
    assert.equal((await readdir(runs)).filter((name) => !name.startsWith(".")).length, 1);
  });

  it("reads a configuration from a file, whose paths start from there", async () => {
    const study = join(folder, "study");
    await mkdir(study);
    await copyFile(model, join(study, "model.gguf"));
    const question = { question: "Which one?", options: ["this", "that"], answer: "A" };
    await writeFile(join(study, "own.jsonl"), JSON.stringify(question) + "\n");
    await writeFile(join(study, "evaluation.yaml"), "benchmark: own.jsonl\nmodels: model.gguf\ngpu: none\n");
    const { code, stdout, stderr } = await cli([
      "eval",
      join(study, "evaluation.yaml"),
      "--runs",
      join(folder, "runs"),
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /model\.gguf +own\.jsonl +accuracy/);
  });

  it("shows what is at fault in a file, and where", async () => {
    const file = join(folder, "wrong.yaml");
    await writeFile(file, "benchmark: sample\nmodels: a.gguf\nshot: 3\n");
    const { code, stderr } = await cli(["eval", file]);
    assert.equal(code, exitStatus.usage);
    assert.equal(stderr, `${file}:3:1 (shot): Unknown key "shot".\nDid you mean shots?\n`);
  });

  const failures: [string, string[], number, RegExp][] = [
    ["an unknown command", ["evla"], exitStatus.usage, /Did you mean eval\?/],
    ["an unknown option", ["eval", "--modle", "x"], exitStatus.usage, /Did you mean --model\?/],
    ["no benchmark", ["eval", "-m", model], exitStatus.usage, /No benchmark is named/],
    ["an unknown benchmark", ["eval", "-m", model, "-b", "medqa-6"], exitStatus.usage, /Did you mean medqa-4/],
    ["an absent data file", ["eval", "-m", model, "-b", "medqa-4"], exitStatus.data, /medley data fetch medqa-4/],
    [
      "an absent model",
      ["eval", "-m", "absent.gguf", "-b", "sample"],
      exitStatus.data,
      /absent\.gguf: The file does not exist/,
    ],
    ["a file that is no model", ["eval", "-m", "package.json", "-b", "sample"], exitStatus.data, /package\.json/],
    ["an absent run", ["runs", "follow", "absent"], exitStatus.run, /no run "absent"/],
    ["a fetch without consent", ["data", "fetch", "medqa-4"], exitStatus.usage, /without your consent/],
  ];
  for (const [what, args, code, message] of failures) {
    it(`answers ${what} with status ${code} and what to do`, async () => {
      const result = await cli(args);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
      assert.doesNotMatch(result.stderr, /defect|\n {4}at /);
      assert.equal(result.stdout, "");
    });
  }

  it("teaches: every command explains itself, and every key is documented", async () => {
    for (const args of [[], ["eval"], ["prompt"], ["data"], ["models"], ["runs"], ["runs", "resume"]]) {
      const { code, stdout } = await cli([...args, "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, /Usage: medley/);
    }
    assert.match((await cli(["--help"])).stdout, /130 +cancelled/);
    assert.match((await cli(["eval", "--help"])).stdout, /Examples:/);
    const documentation = await readFile(join(repository, "docs/cli.md"), "utf8");
    for (const key of Object.keys(evaluationConfigurationSchema.shape))
      assert(documentation.includes(`| \`${key}\``), key);
    for (const code of Object.values(exitStatus)) assert(documentation.includes(`| ${code} `), String(code));
  });

  it("lists models, broken ones with the reason", async () => {
    const models = join(folder, "models");
    await mkdir(models);
    await copyFile(model, join(models, "good.gguf"));
    await writeFile(join(models, "broken.gguf"), "GGUF but not really");
    const withoutBos = withoutMetadata(await readFile(model), "tokenizer.ggml.bos_token_id");
    await writeFile(join(models, "noBos.gguf"), withoutBos);
    const { code, stdout } = await cli(["models", models]);
    assert.equal(code, 0);
    assert.match(stdout, /good\.gguf +llama +F32 +260K +512 +no +1\.\d+ MB +\d+(\.\d+)? MB +yes/);
    assert.match(
      stdout,
      /original models:\nnoBos\.gguf: The file names no BOS \(.*\): token 1 is taken for it, .*\n\n/,
    );
    assert.match(stdout, /1 cannot be used:\n.*broken\.gguf/);
    const listed = JSON.parse((await cli(["models", models, "--json"])).stdout) as {
      error?: object;
      notices?: { kind: string }[];
      memory?: { weights: number; kvCache: number; working: number; total: number; machine: number };
    }[];
    const { weights, kvCache, working, total, machine } = listed[1]!.memory!;
    assert.equal(total, weights + kvCache + working, "what the model needs");
    assert.ok(total < machine);
    assert.deepEqual(
      listed.map(({ error, notices }) => [error !== undefined, notices?.map(({ kind }) => kind)]),
      [
        [true, undefined],
        [false, []],
        [false, ["assumedBos"]],
      ],
    );
  });

  it("shows the exact prompt and its tokens", async () => {
    const args = ["prompt", "-b", "sample-medqa-4", "--items", "medqa-test-0"];
    const text = (await cli(args)).stdout;
    assert.match(text, /^── sample-medqa-4, item medqa-test-0, draw 1, protocol lm-eval, 0 shots ──\nQuestion: /);
    assert.match(text, /\nAnswer:\n── scored by the log-likelihood of each continuation; right: B ──\n" A"\n" B"\n/);
    const tokens = await cli([...args, "-m", model]);
    assert.match(tokens.stdout, /<s>\|.*⏎\n/);
    assert.match(tokens.stdout, /\d+ tokens of a window of 512/);
    const [shown] = JSON.parse((await cli([...args, "-m", model, "--json"])).stdout) as [
      { request: { context: string }; tokens: { prompt: { id: number; text: string }[] } },
    ];
    const joined = shown.tokens.prompt
      .slice(1)
      .map((token) => token.text)
      .join("");
    assert.equal(joined.trimStart(), shown.request.context);
  });

  it("lists benchmarks, and checks them line by line", async () => {
    const list = await cli(["data", "list"]);
    assert.match(list.stdout, /medqa-4 .* missing; can be fetched/);
    assert.match(list.stdout, /sample-medqa-4 .* ready/);
    const own = join(folder, "own.jsonl");
    const question = { question: "Which one?", options: ["this", "that"], answer: "A" };
    await writeFile(own, `${JSON.stringify(question)}\n${JSON.stringify({ ...question, answer: "C" })}\n`);
    const checked = await cli(["data", "check", own, "sample-medqa-4"]);
    assert.equal(checked.code, exitStatus.data);
    assert.match(checked.stdout, /own\.jsonl: 1 items, 0 for few-shot examples, 1 malformed/);
    assert.match(checked.stdout, /own\.jsonl:2 .*The answer "C" is none of the labels/);
    assert.equal((await cli(["data", "check", "sample"])).code, 0);
  });

  it("ends quietly when nobody reads its output any more", async () => {
    const { child, result } = startCli(["data", "list"]);
    child.stdout!.destroy();
    const { code, stderr } = await result;
    assert.equal(code, 0);
    assert.equal(stderr, "");
  });
});
