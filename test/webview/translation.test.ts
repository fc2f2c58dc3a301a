import assert from "node:assert/strict";
import { l10nStrings } from "../../scripts/l10nStrings.mjs";
import { inEnglish, setTexts, t } from "../../src/core/pages/texts.ts";
import { renderTable } from "../../src/core/reports/table.ts";
import { reportTable } from "../../src/core/reports/report.ts";
import type { ItemDetail, ItemPage } from "../../src/core/results/items.ts";
import { chartData } from "./charts/chartData.ts";
import { drawOutput, tabOf } from "./output.ts";
import { until, usePage } from "./page.ts";

/** Every text in brackets: what stands outside of brackets was not translated. */
const pseudo = Object.fromEntries(Object.keys(l10nStrings()).map((text) => [text, `⟦${text}⟧`]));

const data = chartData({
  models: ["a.gguf", "b.gguf"],
  benchmarks: ["medqa-4", "pubmedqa"],
  subjects: ["SKIN"],
});
const answer = { prediction: "A", correct: true, valid: true, failed: false, confidence: 0.5 };
const name = { item: "ITEM", draw: 0, subject: "SKIN", language: "en", dir: "ltr" as const };
const items: ItemPage = {
  total: 2,
  subjects: ["SKIN"],
  draws: 2,
  rows: [
    { ...name, question: "WHY", answers: [answer, { ...answer, correct: false }] },
    { ...name, item: "OTHER", question: null, answers: [{ ...answer, valid: false }, null] },
  ],
};
const itemAnswer: ItemDetail["runs"][number] = {
  run: "run-0",
  label: "a.gguf",
  order: [1, 0],
  labels: ["A", "B"],
  prediction: 0,
  valid: true,
  correct: true,
  confidence: 0.5,
  metrics: {},
  probabilities: [0.2, 0.1],
  logLikelihoods: [-1, null],
  text: "TEXT",
  shots: ["SHOT"],
  promptTokens: 5,
  truncatedTokens: 1,
  droppedShots: 1,
  milliseconds: 3,
};
const item: ItemDetail = {
  ...name,
  context: [],
  question: "WHY",
  options: ["YES", "NO"],
  gold: [0],
  runs: [itemAnswer, { ...itemAnswer, run: "run-1", label: "b.gguf", correct: false, prediction: 1, order: [0, 1] }],
};
const prompt = {
  benchmark: "medqa-4",
  item: "ITEM",
  draw: 0,
  protocol: "lm-eval",
  shots: [],
  request: { scoring: "continuations", context: "CONTEXT", delimiter: " ", continuations: ["A"], unconditional: false },
  right: ["A"],
};

/** What is data, the same in every language: names and values of the runs above, signs and units. */
const untranslatable =
  /\b(?:[ab]\.gguf|medqa-4|pubmedqa|all benchmarks|accuracy|lm-eval|run-\d|sha256|[0-9a-f]{64}|medley|ms|ECE|CSV|SVG|HTML|LaTeX|booktabs|Markdown|Holm|model|seed|[A-Z]+|\d[\dT:Z.-]*|[a-z])\b/g;

/** What is seen of an element, in words for those who do not see it too. */
function seenTexts(root: ShadowRoot): string {
  const attributes = ["aria-label", "title", "placeholder"].flatMap((attribute) =>
    [...root.querySelectorAll(`[${attribute}]`)].map((element) => element.getAttribute(attribute)!),
  );
  return [...textsOf(root), ...attributes].join("\n");
}

function textsOf(node: Node): string[] {
  return node.nodeType === node.TEXT_NODE ? [node.textContent ?? ""] : [...node.childNodes].flatMap(textsOf);
}

function outsideOfBrackets(text: string): string[] {
  let depth = 0;
  let outside = "";
  for (const character of text) {
    if (character === "⟧") depth--;
    if (depth === 0) outside += character;
    if (character === "⟦") depth++;
  }
  assert.equal(depth, 0);
  return outside.replace(untranslatable, " ").match(/\p{L}{2,}[^⟦⟧\n]*/gu) ?? [];
}

describe("Texts of a result in another language", () => {
  usePage();
  afterEach(async () => {
    // Like the page's other modules it is imported here, so that it is the one that they use.
    const page = await import("../../src/core/pages/texts.ts");
    page.setTexts({});
  });

  const answers = {
    texts: pseudo,
    report: { report: data.report, missing: [], waiting: [] },
    comparison: data.comparison,
    items,
    item,
    prompt: { prompt },
  };

  it("are all in that language, in every tab", async () => {
    const { root } = await drawOutput(data.report, answers);
    await until(() => root.textContent.includes("⟦Results⟧") && root.querySelector("tbody strong, tbody tr"));
    for (const id of ["charts", "subjects", "comparison", "items", "export"]) {
      tabOf(root, id).click();
      await until(() => root.querySelector(`.tab-panel.${id}`)!.textContent.length > 40);
      if (id === "charts") {
        await until(() => root.querySelectorAll("section.chart svg").length === 5);
        for (const details of root.querySelectorAll<HTMLDetailsElement>("details.chart-numbers")) {
          details.open = true;
        }
      }
      if (id === "items") {
        const list = await until(() => root.querySelector(".list-row .chip")?.closest<HTMLElement>('[role="grid"]'));
        list.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
        const show = await until(() => root.querySelector<HTMLElement>(".item-detail .answers medley-button"));
        show.click();
        await until(() => root.querySelector(".prompt-view"));
      }
    }
    assert.deepEqual(outsideOfBrackets(seenTexts(root)), []);
  });

  it("are English in files, whatever the language is", async () => {
    const english = renderTable(reportTable(data.report.runs, data.comparison!), "csv");
    const { root, sent } = await drawOutput(data.report, { ...answers, copy: null, saveAll: { folder: "/" } });
    await until(() => root.textContent.includes("⟦Export⟧"));
    tabOf(root, "export").click();
    const press = (label: string) => root.querySelector<HTMLElement>(`[aria-label="${label}"]`)!.click();
    press("⟦Copy the table as CSV⟧");
    const copied = (await until(() => sent.find(({ type }) => type === "copy"))) as unknown as { text: string };
    assert.equal(copied.text, english);
    press("⟦Save all charts as SVG⟧");
    press("⟦Save the report as HTML⟧");
    const charts = await until(() => sent.find(({ type }) => type === "saveAll"));
    const report = (await until(() => sent.find(({ type }) => type === "save"))) as unknown as { text: string };
    for (const text of [...charts.files!.map((file) => file.text), report.text]) assert.doesNotMatch(text, /[⟦⟧]/);
  });
});

describe("A text", () => {
  afterEach(() => setTexts({}));

  it("has its values where the translation has their places, and is English without one", () => {
    setTexts({ "{0} of {1}": "von {1}: {0}" });
    assert.equal(t("{0} of {1}", 2, "3"), "von 3: 2");
    assert.equal(t("{0} items", 2), "2 items");
    assert.equal(
      inEnglish(() => t("{0} of {1}", 2, 3)),
      "2 of 3",
    );
    assert.equal(t("constructor"), "constructor");
    assert.throws(() => inEnglish(() => assert.fail("Enough.")), /Enough/);
    assert.equal(t("{0} of {1}", 1, 2), "von 2: 1");
  });
});
