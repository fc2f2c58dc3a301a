import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cli } from "../../support/cli.ts";
import { repository } from "../codeServer.ts";

const tiny = path.join(repository, "samples/models/stories260k.f32.gguf");

/** What would do something if a page, a file or a spreadsheet took it for more than text. */
const hostileModel = "=cmd|'x'!A0 <img src=x onerror=top.hacked=1>&amp;\u202Efugg.gguf";
export const hostileTexts = [
  `<script>top.hacked=1</script><img src="https://example.invalid/x.png" onerror="top.hacked=1">`,
  `</style></script></title>--><svg onload=top.hacked=1><iframe src="javascript:top.hacked=1">`,
  "[click](command:workbench.action.quit) ![x](https://example.invalid/y.png) <a href='javascript:top.hacked=1'>z</a>",
  "\u202Eright to left\u202C \u001b[31mred\u001b[0m \u0007 \u2066isolated\u2069 $\\input{/etc/passwd}$ | `code` **bold**",
  "=1+1",
  "x".repeat(20_000) + " \u{1F600}".repeat(2_000),
];

/** Another model of the same form: the last weights of the small one, scaled. */
async function writeOtherModel(file: string): Promise<void> {
  const bytes = await readFile(tiny);
  for (let at = bytes.length - 400_000; at + 4 <= bytes.length; at += 4) {
    bytes.writeFloatLE(1.3 * bytes.readFloatLE(at), at);
  }
  await writeFile(file, bytes);
}

/** Items that do not fit the context count as failed, of which the exit code tells. */
export async function evaluate(folder: string, ...more: string[]): Promise<void> {
  const { code, stderr } = await cli(["eval", "--gpu", "none", "--threads", "1", ...more], { cwd: folder });
  assert.ok(code === 0 || code === 6, stderr);
}

/** Two models on the sample and on questions in Arabic, one model on hostile questions, and a notebook whose run is gone. */
export async function prepareWorkspace(folder: string): Promise<void> {
  await mkdir(path.join(folder, "models"));
  await cp(tiny, path.join(folder, "models/tiny.gguf"));
  await cp(tiny, path.join(folder, "models", hostileModel));
  await writeOtherModel(path.join(folder, "models/other.gguf"));
  const arabic = ["mmlu-anatomy-ar", "--data", path.join(repository, "test/fixtures/benchmarks")];
  const models = ["models/tiny.gguf", "models/other.gguf"];
  const asked = ["--benchmark", "sample", ...arabic, "--limit", "20", "--shots", "1", "--protocol", "lm-eval"];
  await evaluate(folder, "--model", ...models, ...asked);
  const questions = hostileTexts.map((text, index) => ({
    id: index === 0 ? text : `${index}`,
    question: text,
    options: [text.slice(0, 300), "=2+3"],
    answer: "A",
    subject: text.slice(0, 60),
  }));
  await writeFile(path.join(folder, "hostile.jsonl"), questions.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const own = ["--benchmark", "hostile.jsonl", "sample-mmlu-anatomy", "--limit", "6", "--shots", "0"];
  await evaluate(folder, "--model", `models/${hostileModel}`, ...own, "--protocol", "biomistral");
  await writeFile(path.join(folder, "gone.mcqa.md"), goneNotebook);
}

const goneNotebook = `# A result whose run folder is gone

\`\`\`mcqa
benchmark: sample
models: models/tiny.gguf
\`\`\`

<!-- medley:result runs=20200101-000000-evaluation-gone cell=0000000000000000 -->

| model | result |
| :-- | --: |
| saved.gguf | **0.500** |

<!-- /medley:result -->
`;
