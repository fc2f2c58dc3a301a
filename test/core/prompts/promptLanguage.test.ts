import assert from "node:assert/strict";
import { promptLanguage } from "../../../src/core/prompts/promptLanguage.ts";
import { applyEdits } from "../../../src/core/yaml/textEdits.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";
import { placeInLines } from "../../support/placeInLines.ts";

/** Every key of the format, with nothing wrong. */
const whole = `name: Findings
model: models/tiny.gguf
modelParameters: {temperature: 0}
messages:
  - role: system
    content: You extract findings.
  - role: user
    content: |
      Age: {{age}}
      {{input}}
testData:
  - input: Fever for 3 days.
    age: 71
    expected: fever
  - input: |
      No complaints,
      no fever.
    age: 8
    expected: none
evaluators:
  - name: same
    string:
      startsWith: "{{expected}}"
  - name: judged
    llm:
      modelId: models/judge.gguf
      prompt: Is {{completion}} right for {{input}}?
      choices:
        - {choice: right, score: 1}
`;

const diagnose = (text: string) => promptLanguage.diagnose(new YamlSource(text), undefined);

/** `severity code line:column marked text` of everything wrong. */
async function problems(text: string): Promise<string[]> {
  return (await diagnose(text)).map(({ severity, code, range }) =>
    [severity, code, placeInLines(text, range.start), text.slice(range.start, range.end)].join(" "),
  );
}

async function labels(marked: string): Promise<string[]> {
  const source = new YamlSource(marked.replace("|>", ""));
  return (await promptLanguage.complete(source, marked.indexOf("|>"), undefined)).map(({ label }) => label);
}

async function hover(text: string, part: string): Promise<string | undefined> {
  const offset = text.indexOf(part) + 2;
  return (await promptLanguage.hover(new YamlSource(text), offset, undefined))?.markdown.source;
}

describe("language of prompt files", () => {
  it("is told by the name of the file", () => {
    const is = (path: string) => promptLanguage.recognises({ path, editorLanguage: "yaml", text: "" });
    assert.deepEqual(["/a/b.prompt.yml", "/a/b.prompt.yaml", "/a/prompt.yml", "/a/b.prompt.yml.txt"].map(is), [
      true,
      true,
      false,
      false,
    ]);
  });

  it("finds nothing wrong with a sound file, nor without test data", async () => {
    assert.deepEqual(await problems(whole), []);
    assert.deepEqual(await problems("messages:\n  - {role: user, content: 'What is {{this}}?'}\n"), []);
  });

  it("finds variables without a value, where they stand, and puts them right", async () => {
    const text = whole.replace("{{input}}", "{{inptu}}").replace("{{completion}}", "{{completions}}");
    assert.deepEqual(await problems(text), [
      "error prompt.unknownVariable 10:9 inptu",
      "error prompt.unknownVariable 27:20 completions",
    ]);
    let now = text;
    for (const found of (await diagnose(text)).toReversed()) {
      const [fix] = await promptLanguage.fixes(new YamlSource(text), found);
      now = applyEdits(now, fix!.edits);
    }
    assert.equal(now, whole);
    assert.deepEqual(await problems(whole.replace("{{age}}", "{{completion}} {{age}}")), [
      "error prompt.unknownVariable 9:14 completion",
    ]);
  });

  it("finds what other tools would leave unfilled, entries that lack a value, and values that nothing uses", async () => {
    assert.deepEqual(await problems(whole.replace("{{age}}", "{{ age }}")), ["warning prompt.blanks 9:14  age "]);
    assert.deepEqual(await problems(whole.replace("    age: 8\n", "")), [
      "error prompt.missingValue 15:5 input: |\n      No complaints,\n      no fever.\n    expected: none\n",
    ]);
    assert.deepEqual(await problems(whole.replace("    age: 8\n", "    age: 8\n    ward: A\n")), [
      "warning prompt.unusedColumn 19:5 ward",
    ]);
  });

  it("finds wrong roles, keys and schemas", async () => {
    const text = whole
      .replace("role: user", "role: User")
      .replace("modelParameters: {temperature: 0}", "modelParameters: {temprature: 0}");
    assert.deepEqual(await problems(text), ["error prompt.unknownKey 3:19 temprature", "error prompt.value 7:11 User"]);
    assert.deepEqual(await problems(`responseFormat: json_schema\n${whole}`), ["error prompt.value 1:17 json_schema"]);
    assert.deepEqual(await problems(`jsonSchema: "{]"\n${whole}`), ['error prompt.value 1:13 "{]"']);
  });

  it("offers keys, roles and, in braces, the values of the test data", async () => {
    const rest = whole.slice(whole.indexOf("testData"));
    assert.deepEqual(await labels(`messages:\n  - |>\n${rest}`), ["role", "content"]);
    assert.deepEqual(await labels(`messages:\n  - role: |>\n${rest}`), ["system", "user", "assistant"]);
    const message = "messages:\n  - role: user\n    content: ";
    assert.deepEqual(await labels(`${message}Say {{|>}}\n${rest}`), ["input", "age", "expected"]);
    assert.deepEqual(await labels(`${message}|\n      Say\n      {{in|>\n${rest}`), ["input", "age", "expected"]);
    assert.deepEqual(await labels(`${message}"{{a}} |>"\n${rest}`), []);
    assert.deepEqual(await labels(whole.replace("{{completion}}", "{{|>}}")), [
      "input",
      "age",
      "expected",
      "completion",
    ]);
    const top = await labels(`${whole}|>`);
    assert.deepEqual(top, ["description", "responseFormat", "jsonSchema"]);
  });

  it("explains keys, and shows the values of a variable", async () => {
    assert.match((await hover(whole, "temperature"))!, /How much chance/);
    assert.equal(await hover(whole, "{{input}}"), "**input**\n\n- Fever for 3 days.\n- No complaints, no fever.");
    assert.match((await hover(whole, "{{completion}}"))!, /the answer of the model/);
    assert.match((await hover("messages:\n  - content: A {{b}}\n", "{{b}}"))!, /no value in the test data/);
    assert.match((await hover(whole, "You extract"))!, /What is said/);
  });
});
