import assert from "node:assert/strict";
import { itemNotes } from "../../../src/core/benchmarks/itemNotes.ts";
import { requireUsable } from "../../../src/core/benchmarks/reading.ts";
import { benchmarkById } from "../../../src/core/benchmarks/registry.ts";
import { DataError } from "../../../src/core/errors.ts";
import { answerText, fixtureBytes, read, textFile, texts } from "./fixtures.ts";

function fixtureText(path: string): string {
  return new TextDecoder().decode(fixtureBytes(path));
}

describe("MedQA", () => {
  const four = () => read("medqa-4", { test: "medqa/US_4_options_phrases_no_exclude_test.jsonl" });
  const five = () => read("medqa-5", { test: "medqa/US_5_options_test.jsonl" });

  it("reads the original files, and the gold letter of each file for itself", () => {
    assert.deepEqual(four().problems, []);
    assert.deepEqual(
      four().items.map(({ id }) => id),
      ["medqa-test-0", "medqa-test-1", "medqa-test-2"],
    );
    assert.deepEqual(
      four().items.map(({ answers }) => answers),
      [[1], [3], [0]],
    );
    assert.deepEqual(
      five().items.map(({ answers }) => answers),
      [[2], [4], [0]],
    );
    assert.deepEqual(four().items.map(answerText), five().items.map(answerText));
    assert.equal(answerText(four().items[0]!), "Tell the attending that he cannot fail to disclose this mistake");
  });

  it("keeps white space at the ends of a question", () => {
    const question = four().items[2]!.question;
    assert.notEqual(question, question.trim());
  });

  it("refuses a file with another number of options, record by record", () => {
    const { items, problems } = read("medqa-4", { test: "medqa/US_5_options_test.jsonl" });
    assert.equal(items.length, 0);
    assert.deepEqual(
      problems.map(({ place }) => [place.line, place.field]),
      [
        [1, "options"],
        [2, "options"],
        [3, "options"],
      ],
    );
  });

  it("refuses a record whose answer text and letter disagree", () => {
    const row = { question: "Q?", options: { A: "x", B: "y", C: "z", D: "w" }, answer: "x", answer_idx: "B" };
    const { items, problems } = read("medqa-4", { test: textFile("t.jsonl", JSON.stringify(row)) });
    assert.equal(items.length, 0);
    assert.match(problems[0]!.message, /not that of option B/);
  });

  it("joins the sentences of mediQ's stems, and prefers the train split for shots", () => {
    const dev = "medqa/mediq_dev_good_4opt.jsonl";
    const test = "medqa/US_4_options_phrases_no_exclude_test.jsonl";
    const withDev = read("medqa-4", { test, dev });
    assert.equal(withDev.shotPool[0]!.id, "medqa-dev-0");
    assert.match(withDev.shotPool[0]!.question, /^A 21-year-old .* the patient\. The mechanism of action .* given\?$/);
    assert.equal(withDev.notes.find(({ kind }) => kind === "shotSource")?.count, 2);
    const withTrain = read("medqa-4", { test, dev, train: "huggingface/medqa_4options/train.json" });
    assert.equal(withTrain.shotPool[0]!.id, "medqa-train-0");
    assert.equal(withTrain.shotPool.length, 3);
    const withBoth = read("medqa-4", { test, dev, train: "huggingface/medqa_4options/train.json" });
    assert.deepEqual(withBoth.used, ["test", "train"], "the result does not depend on the dev file");
  });
});

describe("Copies of training questions made for instruction tuning", () => {
  const row = (input: string, output: unknown) => JSON.stringify({ id: "seed_task_0", instances: { input, output } });
  const test = "medqa/US_4_options_phrases_no_exclude_test.jsonl";

  it("give question and options for MedQA, the answer by its text", () => {
    const options = "\nOption A: x\nOption B: y: z\nOption C: Option\nOption D: w";
    const train = textFile(
      "train.json",
      [
        row(`Question: Two\nlines?${options}`, "y: z"),
        row(`Question: Q?${options}`, ["w"]),
        row(`Question: Q?${options}`, "none of them"),
        row("Question: Q?\nOption A: x\nOption B: y", "x"),
        row(`Question: Q?\nOption A: x\nOption B: x\nOption C: y\nOption D: z`, "x"),
      ].join("\n"),
    );
    const { shotPool, notes, problems } = read("medqa-4", { test, train });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      shotPool.map(({ id, question, answers }) => [id, question, answers]),
      [
        ["medqa-train-0", "Two\nlines?", [1]],
        ["medqa-train-1", "Q?", [3]],
      ],
    );
    assert.deepEqual(texts(shotPool[0]!), ["x", "y: z", "Option", "w"]);
    assert.equal(notes.find(({ kind }) => kind === "unusableRows")?.count, 3);
  });

  it("give question and options for MedMCQA, the answer by its letter", () => {
    const options = "\nOption A:x\nOption B:y\nOption C:z\nOption D:None\n";
    const train = textFile(
      "train.json",
      [row(`QUESTION: Q?${options}`, "Answer: (D)"), row(`QUESTION: R?${options}`, "Answer: (E)")].join("\n"),
    );
    const { shotPool, notes } = read("medmcqa", { test: "medmcqa/dev.json", train });
    assert.deepEqual(
      shotPool.map(({ id, question }) => [id, question]),
      [["medmcqa-train-0", "Q?"]],
    );
    assert.deepEqual(texts(shotPool[0]!), ["x", "y", "z", "None"]);
    assert.equal(answerText(shotPool[0]!), "None");
    assert.equal(notes.find(({ kind }) => kind === "unusableRows")?.count, 1);
  });
});

describe("MedMCQA", () => {
  it("reads the original file, in which cop counts from 1", () => {
    const { items, problems } = read("medmcqa", { test: "medmcqa/dev.json" });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      items.map(({ answers }) => answers[0]),
      [0, 2, 1, 3, 0, 1],
    );
    assert.equal(items[0]!.subject, "Physiology");
    assert.equal(items[0]!.split, "dev");
    assert.ok(
      items.some((item) => texts(item).includes("None")),
      "the option None is a text",
    );
    assert.deepEqual(
      itemNotes(items).map(({ kind, count }) => [kind, count]),
      [["duplicateOptions", 1]],
    );
  });

  const rows = (...cops: number[]): string =>
    cops
      .map((cop, index) =>
        JSON.stringify({ id: `i${index}`, question: "Q", opa: "a", opb: "b", opc: "c", opd: "d", cop }),
      )
      .join("\n");
  const withCops = (...cops: number[]) => read("medmcqa", { test: textFile("d.json", rows(...cops)) });

  it("tells from the values whether cop counts from 0 or from 1", () => {
    assert.deepEqual(
      withCops(0, 3, 1).items.map(({ answers }) => answers[0]),
      [0, 3, 1],
    );
    assert.deepEqual(
      withCops(1, 4, 2).items.map(({ answers }) => answers[0]),
      [0, 3, 1],
    );
  });

  it("refuses to guess where the values fit both or neither", () => {
    for (const result of [withCops(1, 2, 3), withCops(0, 4)]) {
      assert.equal(result.items.length, 0);
      assert.equal(result.problems[0]!.scope, "file");
      assert.equal(result.problems[0]!.place.field, "cop");
      assert.throws(() => requireUsable(benchmarkById("medmcqa"), result, { strict: false }), DataError);
    }
  });

  it("takes the user's word, and known content, for it", () => {
    const test = textFile("d.json", rows(1, 2, 3));
    assert.deepEqual(
      read("medmcqa", { test }, { copBase: 0 }).items.map(({ answers }) => answers[0]),
      [1, 2, 3],
    );
    const known = { ...test, known: { sha256: "", bytes: 0, urls: [] } };
    assert.deepEqual(
      read("medmcqa", { test: known }).items.map(({ answers }) => answers[0]),
      [0, 1, 2],
    );
  });

  it("leaves out and counts questions whose answer is withheld", () => {
    const { items, notes, problems } = withCops(-1, 0, -1);
    assert.deepEqual(
      items.map(({ id }) => id),
      ["i1"],
    );
    assert.deepEqual(
      notes.map(({ kind, count }) => [kind, count]),
      [["unlabelled", 2]],
    );
    assert.deepEqual(problems, []);
  });
});

describe("PubMedQA", () => {
  const original = { test: "pubmedqa/ori_pqal.json", labels: "pubmedqa/test_ground_truth.json" } as const;

  it("evaluates the official test in its order, and keeps the rest for shots in the order of the file", () => {
    const { items, shotPool, problems } = read("pubmedqa", original);
    assert.deepEqual(problems, []);
    const labels = [...fixtureText(original.labels).matchAll(/"([0-9]+)"/g)].map((match) => match[1]);
    assert.deepEqual(
      items.map(({ id }) => id),
      labels,
    );
    assert.deepEqual(
      shotPool.map(({ id }) => id),
      ["10808977", "23831910"],
    );
    assert.notDeepEqual(
      items.map(({ id }) => id),
      items.map(({ id }) => id).toSorted((a, b) => Number(a) - Number(b)),
    );
  });

  it("keeps the paragraphs apart, offers yes, no, maybe, and leaks neither conclusion nor votes", () => {
    const { items, shotPool } = read("pubmedqa", original);
    for (const item of [...items, ...shotPool]) {
      assert.deepEqual(texts(item), ["yes", "no", "maybe"]);
      assert.ok(item.context.length > 0);
    }
    const source = JSON.parse(fixtureText(original.test)) as Record<
      string,
      { LONG_ANSWER: string; CONTEXTS: string[]; final_decision: string }
    >;
    for (const item of items) {
      assert.deepEqual(item.context, source[item.id]!.CONTEXTS);
      assert.equal(answerText(item), source[item.id]!.final_decision);
      assert.ok(!JSON.stringify(item).includes(JSON.stringify(source[item.id]!.LONG_ANSWER)));
    }
  });

  it("reports a test id that is not in the question file, and an answer that differs", () => {
    const labels = textFile("labels.json", '{"1": "yes",\n "21645374": "maybe"}');
    const { items, problems } = read("pubmedqa", { test: original.test, labels });
    assert.equal(items.length, 0);
    assert.deepEqual(
      problems.map(({ place }) => [place.file, place.field]),
      [
        ["labels.json", "1"],
        ["labels.json", "21645374"],
      ],
    );
  });

  it("refuses more questions than the official test has when the test ids are not given", () => {
    const one = { QUESTION: "Q?", CONTEXTS: ["c"], final_decision: "yes" };
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [String(index + 1), one]));
    const { items, problems } = read("pubmedqa", { test: textFile("ori_pqal.json", JSON.stringify(many)) });
    assert.equal(items.length, 0);
    assert.equal(problems[0]!.scope, "file");
    assert.match(problems[0]!.hint!, /test_ground_truth\.json/);
  });

  it("evaluates those rows of a copy that are in the official test, and counts what the copy lacks", () => {
    const { id } = read("pubmedqa", original).items[0]!;
    const row = (pmid: string) => JSON.stringify({ id: pmid, QUESTION: "Q?", CONTEXTS: ["c"], final_decision: "yes" });
    const test = textFile("t.jsonl", `${row("1")}\n${row(id)}\n`);
    const labels = textFile("labels.json", JSON.stringify({ "2": "no", [id]: "yes" }));
    const { items, shotPool, notes, problems } = read("pubmedqa", { test, labels });
    assert.deepEqual(problems, []);
    assert.deepEqual([items.map((item) => item.id), shotPool.map((item) => item.id)], [[id], ["1"]]);
    assert.deepEqual(
      notes.map(({ kind, count }) => [kind, count]),
      [
        ["partialTest", 1],
        ["shotOverlap", 1],
      ],
    );
  });

  it("reads rows with lower-case field names", () => {
    const row = {
      pubid: 12,
      question: "Q?",
      context: { contexts: ["c"], labels: ["L"] },
      long_answer: "x",
      final_decision: "no",
    };
    const { items, problems } = read("pubmedqa", { test: textFile("t.jsonl", JSON.stringify(row)) });
    assert.deepEqual(problems, []);
    assert.deepEqual([items[0]!.id, items[0]!.answers, items[0]!.context], ["12", [1], ["c"]]);
  });
});

describe("MMLU", () => {
  it("reads the form with a header and the original form to the same items", () => {
    const header = read("mmlu-anatomy", { test: "mmlu/test/anatomy_test.csv", dev: "mmlu/dev/anatomy_dev.csv" });
    const original = read("mmlu-anatomy", { test: "mmlu/original/anatomy_test.csv" });
    assert.deepEqual(header.problems, []);
    assert.equal(header.items.length, 4);
    assert.deepEqual(original.items, header.items);
    assert.deepEqual(
      header.shotPool.map(({ id, answers }) => [id, answers[0]]),
      [
        ["anatomy-dev-0", 3],
        ["anatomy-dev-1", 3],
        ["anatomy-dev-2", 2],
        ["anatomy-dev-3", 2],
        ["anatomy-dev-4", 1],
      ],
    );
  });

  it("keeps line breaks inside questions, and counts lines past them", () => {
    const { items } = read("mmlu-nutrition", { test: "mmlu/test/nutrition_test.csv" });
    assert.equal(items.length, 3);
    for (const { question } of items) assert.match(question, /\n$/);
    const text = fixtureText("mmlu/test/nutrition_test.csv") + "no,options\n";
    const { problems } = read("mmlu-nutrition", { test: textFile("n.csv", text) });
    assert.equal(problems[0]!.place.line, text.split("\n").length - 1);
  });

  it("refuses answers of the other form, row by row", () => {
    const { items, problems } = read("mmlu-anatomy", { test: textFile("a.csv", "Q,w,x,y,z,A\nR,w,x,y,z,2\n") });
    assert.equal(items.length, 1);
    assert.deepEqual(problems[0]!.place, { file: "a.csv", line: 2, field: "answer" });
  });

  it("reads Arabic verbatim, and recognises a mix-up of languages", () => {
    const arabic = "mmlu_arabic/test/anatomy_test.csv";
    const { items, problems } = read("mmlu-anatomy-ar", { test: arabic, dev: "mmlu_arabic/dev/anatomy_dev.csv" });
    assert.deepEqual(problems, []);
    assert.equal(items[0]!.language, "ar");
    assert.ok(fixtureText(arabic).startsWith(items[0]!.question));
    assert.match(read("mmlu-anatomy", { test: arabic }).problems[0]!.message, /are in Arabic/);
    assert.match(read("mmlu-anatomy-ar", { test: "mmlu/test/anatomy_test.csv" }).problems[0]!.message, /not in Arabic/);
  });
});

describe("TruthfulQA", () => {
  for (const version of ["v1/", ""]) {
    const given = { test: `truthfulqa/${version}mc_task.json`, categories: `truthfulqa/${version}TruthfulQA.csv` };

    it(`reads mc1 and mc2 of ${version === "" ? "the 2025 version" : "v1"}, options in the order of the file`, () => {
      const first = read("truthfulqa-mc1", given);
      const second = read("truthfulqa-mc2", given);
      assert.deepEqual([...first.problems, ...second.problems], []);
      const source = JSON.parse(fixtureText(given.test)) as {
        question: string;
        mc1_targets: object;
        mc2_targets: object;
      }[];
      assert.equal(first.items.length, source.length);
      source.forEach((row, index) => {
        const kept = (targets: object) => Object.keys(targets).filter((text) => text !== "");
        assert.deepEqual(texts(first.items[index]!), kept(row.mc1_targets));
        assert.deepEqual(texts(second.items[index]!), kept(row.mc2_targets));
        assert.deepEqual(first.items[index]!.answers, [0]);
      });
      assert.ok(second.items.some(({ answers }) => answers.length > 1));
    });

    it(`joins the categories by question in ${version === "" ? "the 2025 version" : "v1"}`, () => {
      const health = read("truthfulqa-mc1-health", given);
      assert.deepEqual(health.problems, []);
      assert.deepEqual(health.items.map(({ subject }) => subject).toSorted(), [
        "Health",
        "Nutrition",
        "Psychology",
        "Science",
      ]);
      assert.equal(
        read("truthfulqa-mc1", given).notes.find(({ kind }) => kind === "notInCategories"),
        undefined,
      );
    });
  }

  it("leaves out the empty options of the 2025 file and counts them", () => {
    const { notes } = read("truthfulqa-mc2", { test: "truthfulqa/mc_task.json" });
    assert.deepEqual(
      notes.map(({ kind, count }) => [kind, count]),
      [["emptyOptions", 1]],
    );
  });

  it("keeps the order of options that look like numbers", () => {
    const text =
      '[{"question": "When?", "mc1_targets": {"1990": 1, "12": 0, "b": 0}, "mc2_targets": {"1990": 1, "12": 0}}]';
    assert.deepEqual(texts(read("truthfulqa-mc1", { test: textFile("m.json", text) }).items[0]!), ["1990", "12", "b"]);
  });

  it("refuses a health selection when questions have no category", () => {
    const result = read("truthfulqa-mc1-health", {
      test: "truthfulqa/v1/mc_task.json",
      categories: textFile("T.csv", "Type,Category,Question\nx,Health,Some other question?\n"),
    });
    assert.throws(() => requireUsable(benchmarkById("truthfulqa-mc1-health"), result, { strict: false }), DataError);
  });
});

describe("HEAD-QA", () => {
  it("compares the right answer with the answers' ids as strings, and counts images", () => {
    const { items, shotPool, notes, problems } = read("head-qa-en", {
      test: "head_qa/HEAD_EN/test_HEAD_EN.json",
      dev: "head_qa/HEAD_EN/dev_HEAD_EN.json",
    });
    assert.deepEqual(problems, []);
    assert.equal(items[0]!.id, "Cuaderno_2016_1_B-1");
    assert.equal(answerText(items[0]!), "Collagen");
    assert.deepEqual(
      items[0]!.options.map(({ label }) => label),
      ["1", "2", "3", "4"],
    );
    assert.equal(items[0]!.subject, "biology");
    assert.equal(shotPool.length, 3);
    assert.equal(notes.find(({ kind }) => kind === "missingImage")?.count, 1);
  });

  it("refuses the file of the other language", () => {
    const result = read("head-qa-es", { test: "head_qa/HEAD_EN/test_HEAD_EN.json" });
    assert.equal(result.problems[0]!.place.field, "language");
    assert.deepEqual(read("head-qa-es", { test: "head_qa/HEAD/test_HEAD.json" }).problems, []);
  });
});

describe("FrenchMedMCQA", () => {
  it("keeps single-answer questions, and counts the others", () => {
    const { items, shotPool, notes, problems } = read("frenchmedmcqa", {
      test: "frenchmedmcqa/test.json",
      train: "frenchmedmcqa/train.json",
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(items.map(answerText), ["Le suc pancréatique", items[1]!.options[items[1]!.answers[0]!]!.text]);
    assert.deepEqual(
      items[0]!.options.map(({ label }) => label),
      ["a", "b", "c", "d", "e"],
    );
    const counts = new Map(notes.map(({ kind, count }) => [kind, count]));
    assert.equal(counts.get("severalAnswers"), 2);
    assert.equal(counts.get("repeatedRecords"), 1);
    assert.equal(counts.get("shotSource"), shotPool.length);
  });
});

describe("Rows in the schemas of Hugging Face copies", () => {
  const cases = [
    { id: "medqa-4", task: "medqa_4options", pool: "train" },
    { id: "medqa-5", task: "medqa_5options", pool: "train" },
    { id: "medmcqa", task: "medmcqa" },
    { id: "pubmedqa", task: "pubmedqa", pool: "train" },
    { id: "mmlu-anatomy", task: "mmlu_anatomy", pool: "dev" },
    { id: "mmlu-clinical_knowledge", task: "mmlu_clinical_knowledge", pool: "dev" },
    { id: "truthfulqa-mc1", task: "truthfulqa_mc" },
    { id: "truthfulqa-mc2", task: "truthfulqa_mc" },
  ] as const;
  for (const { id, task, ...rest } of cases) {
    it(`are read for ${id}, ids and text as given`, () => {
      const test = `huggingface/${task}/test.json`;
      const pool = "pool" in rest ? { [rest.pool]: `huggingface/${task}/${rest.pool}.json` } : {};
      const { items, shotPool, problems } = read(id, { test, ...pool });
      assert.deepEqual(problems, []);
      const rows = JSON.parse(fixtureText(test)) as Record<string, string>[];
      assert.deepEqual(
        items.map((item) => item.id),
        rows.map((row) => row["id"]),
      );
      assert.deepEqual(
        items.map(({ question }) => question),
        rows.map((row) => row["sent1"] ?? row["question"] ?? row["QUESTION"]),
      );
      assert.equal(shotPool.length, "pool" in rest ? 3 : 0);
    });
  }

  it("give the answers that the original files give", () => {
    const pairs = [
      ["medqa-4", "medqa_4options", "medqa/US_4_options_phrases_no_exclude_test.jsonl", 2],
      ["medqa-5", "medqa_5options", "medqa/US_5_options_test.jsonl", 2],
      ["medmcqa", "medmcqa", "medmcqa/dev.json", 1],
      ["mmlu-anatomy", "mmlu_anatomy", "mmlu/test/anatomy_test.csv", 3],
    ] as const;
    for (const [id, task, original, count] of pairs) {
      const rows = read(id, { test: `huggingface/${task}/test.json` }).items.slice(0, count);
      assert.deepEqual(
        rows.map(({ question, options, answers }) => ({ question, options, answers })),
        read(id, { test: original })
          .items.slice(0, count)
          .map(({ question, options, answers }) => ({ question, options, answers })),
      );
    }
  });
});
