import { t } from "../../src/core/pages/texts.ts";
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
    { class: "item-detail", "aria-label": t("Item {0}", item) },
    h(
      "header",
      { class: "item-header" },
      h("h2", {}, h("bdi", {}, item)),
      subject === undefined ? undefined : h("span", { class: "quiet" }, h("bdi", {}, subject)),
      runs.some(({ shots }) => shots.length > 0) || draw > 0
        ? h("span", { class: "quiet" }, t("draw {0}", draw + 1))
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
        h("th", { scope: "col", colspan: 2 }, t("option")),
        runs.map(({ label }) =>
          h("th", { scope: "col", class: "run" }, several ? h("bdi", {}, label) : t("probability among the options")),
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
              ? h(
                  "span",
                  { class: "gold" },
                  "✓",
                  h("span", { class: "for-screen-readers" }, " ", t("right answer"), " "),
                )
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
    ...(probability === undefined ? [] : [t("probability {0}, not renormalised", probability.toPrecision(3))]),
    ...(logLikelihood === undefined
      ? []
      : [t("log-likelihood {0}", logLikelihood === null ? "−∞" : logLikelihood.toFixed(3))]),
  ];
  const chosen = valid && prediction === at;
  const mark =
    chosen && h("span", { class: correct ? "choice right" : "choice wrong" }, correct ? "✓ " : "✗ ", t("answer"));
  const moved = at !== position && h("span", { class: "quiet" }, t("shown as {0}", labels[at] ?? at + 1));
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
      ...(runs.length > 1 ? row(t("run"), ({ label }) => h("bdi", {}, label)) : []),
      ...row(t("answer"), outcome),
      ...row(t("failure"), ({ failure }) => failure && h("span", { class: "attention" }, failure.message)),
      ...row(t("model wrote"), ({ text }) =>
        text === undefined ? undefined : h("q", { class: "model-text", dir: "auto" }, text),
      ),
      ...row(t("confidence"), ({ confidence }) => confidence?.toFixed(3)),
      ...row(t("few-shot examples"), ({ shots, droppedShots }) => [
        shots.length === 0 ? t("none") : `${shots.length}: ${shots.join(", ")}`,
        droppedShots > 0 && h("span", { class: "attention" }, "; ", t("{0} did not fit", droppedShots)),
      ]),
      ...row(t("prompt"), ({ promptTokens, truncatedTokens }) => [
        t("{0} tokens", promptTokens),
        truncatedTokens > 0 && h("span", { class: "attention" }, "; ", t("{0} cut off at the left", truncatedTokens)),
      ]),
      ...row(t("time"), ({ milliseconds }) => `${milliseconds.toFixed(0)} ms`),
      ...row(t("exact prompt"), ({ run, label }) =>
        button(t("Show prompt"), { onclick: () => showPrompt(run), "aria-label": t("Show prompt of {0}", label) }),
      ),
    ]),
  );
}

function outcome({ labels, prediction, correct, valid, failure }: ItemAnswer): Child {
  if (failure !== undefined) return h("span", { class: "choice failed" }, "! ", t("failed, counts as wrong"));
  if (!valid) return h("span", { class: "choice invalid" }, "∅ ", t("invalid, counts as wrong"));
  const label = prediction === null ? t("none") : (labels[prediction] ?? String(prediction + 1));
  return h(
    "span",
    { class: correct ? "choice right" : "choice wrong" },
    correct ? "✓ " : "✗ ",
    h("bdi", {}, label),
    ", ",
    correct ? t("right") : t("wrong"),
  );
}
