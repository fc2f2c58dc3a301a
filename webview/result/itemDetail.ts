import type { ItemAnswer, ItemDetail } from "../../src/core/results/items.ts";
import { warningNotice } from "../components/loading.ts";
import { button } from "../components/toolkit.ts";
import { h, setVariable, type Child } from "../dom.ts";

/** A question with its options, and what every run made of it. @param showPrompt called with the run's folder name */
export function drawItem(detail: ItemDetail, showPrompt: (run: string) => void): HTMLElement {
  const { item, draw, subject, dir, language, context, question, textMissing } = detail;
  const runs = detail.runs.filter((run) => run !== null);
  const written = { dir, lang: language, class: "written" };
  return h(
    "article",
    { class: "item-detail", "aria-label": `Item ${item}` },
    h(
      "header",
      { class: "item-header" },
      h("h2", {}, h("bdi", {}, item)),
      subject === undefined ? undefined : h("span", { class: "quiet" }, h("bdi", {}, subject)),
      runs.some(({ shots }) => shots.length > 0) || draw > 0
        ? h("span", { class: "quiet" }, `draw ${draw + 1}`)
        : undefined,
    ),
    textMissing === undefined ? undefined : warningNotice(textMissing),
    context.map((paragraph) => h("p", { ...written, class: "written context" }, paragraph)),
    question === null ? undefined : h("p", { ...written, class: "written question" }, question),
    optionsTable(detail, runs),
    answersTable(runs, showPrompt),
  );
}

/** Options in the order in which the first run showed them. */
function optionsTable(
  { options, gold, dir, language, runs: all }: ItemDetail,
  runs: readonly ItemAnswer[],
): HTMLElement {
  const order = runs[0]?.order ?? (options ?? gold).map((_, index) => index);
  const labels = runs[0]?.labels ?? [];
  const several = all.length > 1;
  return h(
    "table",
    { class: "options" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col", colspan: 2 }, "option"),
        runs.map(({ label }) =>
          h("th", { scope: "col", class: "run" }, several ? h("bdi", {}, label) : "probability among the options"),
        ),
      ),
    ),
    h(
      "tbody",
      {},
      order.map((source, position) => {
        const isRight = gold.includes(source);
        return h(
          "tr",
          { class: isRight ? "right" : undefined },
          h("th", { scope: "row", class: "option-label" }, h("bdi", {}, labels[position] ?? "")),
          h(
            "td",
            { class: "option-text" },
            isRight
              ? h("span", { class: "gold" }, "✓", h("span", { class: "for-screen-readers" }, " right answer "))
              : undefined,
            h("span", { dir, lang: language, class: "written" }, options?.[source] ?? "–"),
          ),
          runs.map((run) => h("td", { class: "run" }, optionOf(run, source, position))),
        );
      }),
    ),
  );
}

/** What a run made of an option: its probability among the options, and whether it is the answer. */
function optionOf(
  { order, labels, prediction, probabilities, logLikelihoods, correct, valid }: ItemAnswer,
  source: number,
  position: number,
): Child {
  const at = order.indexOf(source);
  if (at < 0) return "–";
  const sum = probabilities?.reduce((total, each) => total + each, 0) ?? 0;
  const probability = probabilities?.[at];
  const logLikelihood = logLikelihoods?.[at];
  const raw = [
    ...(probability === undefined ? [] : [`probability ${probability.toPrecision(3)}, not renormalised`]),
    ...(logLikelihood === undefined
      ? []
      : [`log-likelihood ${logLikelihood === null ? "−∞" : logLikelihood.toFixed(3)}`]),
  ];
  const chosen = valid && prediction === at;
  const mark =
    chosen && h("span", { class: correct ? "choice right" : "choice wrong" }, correct ? "✓ answer" : "✗ answer");
  const moved = at !== position && h("span", { class: "quiet" }, `shown as ${labels[at] ?? at + 1}`);
  if (probability === undefined || sum <= 0) return [mark || (moved ? undefined : "–"), moved];
  return h(
    "span",
    { class: "probability", title: raw.join("; ") },
    bar(probability / sum, chosen),
    percent(probability / sum),
    mark,
    moved,
  );
}

function bar(share: number, chosen: boolean): HTMLElement {
  const length = h("span", { class: chosen ? "bar chosen" : "bar", "aria-hidden": "true" });
  setVariable(length, "share", share);
  return length;
}

function percent(share: number): HTMLElement {
  const text = share > 0 && share < 0.001 ? "<0.1 %" : `${(100 * share).toFixed(1)} %`;
  return h("span", { class: "percent" }, text);
}

function answersTable(runs: readonly ItemAnswer[], showPrompt: (run: string) => void): HTMLElement {
  const row = (name: string, content: (run: ItemAnswer) => Child): HTMLElement[] => {
    const cells = runs.map(content);
    if (cells.every((cell) => cell === undefined)) return [];
    return [
      h(
        "tr",
        {},
        h("th", { scope: "row" }, name),
        cells.map((cell) => h("td", {}, cell ?? "–")),
      ),
    ];
  };
  return h(
    "table",
    { class: "answers" },
    h("tbody", {}, [
      ...(runs.length > 1 ? row("run", ({ label }) => h("bdi", {}, label)) : []),
      ...row("answer", outcome),
      ...row("failure", ({ failure }) => failure && h("span", { class: "attention" }, failure.message)),
      ...row("model wrote", ({ text }) =>
        text === undefined ? undefined : h("q", { class: "model-text", dir: "auto" }, text),
      ),
      ...row("confidence", ({ confidence }) => confidence?.toFixed(3)),
      ...row("few-shot examples", ({ shots, droppedShots }) => [
        shots.length === 0 ? "none" : `${shots.length}: ${shots.join(", ")}`,
        droppedShots > 0 && h("span", { class: "attention" }, `; ${droppedShots} did not fit`),
      ]),
      ...row("prompt", ({ promptTokens, truncatedTokens }) => [
        `${promptTokens} tokens`,
        truncatedTokens > 0 && h("span", { class: "attention" }, `; ${truncatedTokens} cut off at the left`),
      ]),
      ...row("time", ({ milliseconds }) => `${milliseconds.toFixed(0)} ms`),
      ...row("exact prompt", ({ run, label }) =>
        button("Show prompt", { onclick: () => showPrompt(run), "aria-label": `Show prompt of ${label}` }),
      ),
    ]),
  );
}

function outcome({ labels, prediction, correct, valid, failure }: ItemAnswer): Child {
  if (failure !== undefined) return h("span", { class: "choice failed" }, "! failed, counts as wrong");
  if (!valid) return h("span", { class: "choice invalid" }, "∅ invalid, counts as wrong");
  const label = prediction === null ? "none" : (labels[prediction] ?? String(prediction + 1));
  return h(
    "span",
    { class: correct ? "choice right" : "choice wrong" },
    correct ? "✓ " : "✗ ",
    h("bdi", {}, label),
    correct ? ", right" : ", wrong",
  );
}
