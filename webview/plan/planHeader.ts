import { t } from "../../src/core/pages/texts.ts";
import type { MergeView, PlanView, ViewFinding } from "../../src/core/merge/plan/view/schema.ts";
import type { Problem } from "../components/loading.ts";
import { button, Dropdown, progressRing } from "../components/toolkit.ts";
import { fill, h, type Child } from "../dom.ts";

export interface PlanHeaderOptions {
  readonly choose: (merge: string | null) => void;
  readonly goTo: (line: number, column: number) => void;
}

/** Names that documents of a file may have are texts; the one without a name has this place in the list. */
const unnamed = "\u0000";

/** Which merge is shown, its figures, and what a reader must know before the rest. */
export class PlanHeader {
  readonly element = h("header", { class: "plan-header" });
  private readonly heading = h("h1");
  private readonly method = h("span", { class: "badge" });
  private readonly state = h("span", { class: "plan-state", role: "status" });
  private readonly choice = h("span", { class: "plan-choice", hidden: true });
  private readonly documents: Dropdown;
  private readonly summary = h("p", { class: "plan-summary" });
  private readonly figures = h("ul", { class: "figures", "aria-label": t("Figures of the result") });
  private readonly notices = h("div", { class: "notices" });
  private shownFile = "";

  constructor(private readonly options: PlanHeaderOptions) {
    this.documents = new Dropdown(t("Merge of the file"), (value) => options.choose(value === unnamed ? null : value));
    const line = h("div", { class: "plan-title" }, this.heading, this.method, this.choice, this.state);
    this.element.append(line, this.summary, this.figures, this.notices);
  }

  get file(): string {
    return this.shownFile;
  }

  showWaiting(): void {
    this.clear();
    fill(
      this.notices,
      h("div", { class: "loading", role: "status" }, progressRing(t("Planning")), t("Planning the merge…")),
    );
  }

  /** Nothing could be shown of this file yet. */
  showEmpty(file: string): void {
    this.clear();
    this.shownFile = file;
    fill(this.heading, file);
  }

  /** @param actual what the configuration says now; `merge`, which is shown, may be older */
  show(file: string, { merges }: PlanView, merge: MergeView, actual: MergeView): void {
    this.shownFile = file;
    fill(this.heading, file);
    fill(this.method, merge.method);
    this.method.hidden = false;
    this.offerMerges(merges, merge);
    fill(this.summary, merge.summary);
    this.summary.hidden = merge.summary === "";
    fill(
      this.figures,
      merge.figures.map(({ name, value, note }) =>
        h(
          "li",
          { title: note },
          h("span", { class: "figure-value" }, value),
          h("span", { class: "figure-name" }, name),
        ),
      ),
    );
    this.figures.hidden = merge.figures.length === 0;
    const isOld = merge !== actual;
    this.mark(isOld ? "outdated" : "current");
    fill(this.notices, isOld && this.outdatedNotice(), this.sketchNotice(actual), this.findings(actual));
  }

  /** The document cannot be read at present: what is shown is from before. */
  showOutdated({ message, hint }: Problem, goTo: (() => void) | undefined): void {
    this.mark("outdated");
    fill(this.notices, this.outdatedNotice(), this.notice("error", message, hint, goTo));
  }

  private offerMerges(merges: readonly MergeView[], shown: MergeView): void {
    this.choice.hidden = merges.length === 1;
    if (this.choice.hidden) return;
    if (this.choice.childElementCount === 0) this.choice.append(this.documents.element);
    this.documents.offer(
      merges.map(({ name, method }) => ({ value: name ?? unnamed, label: name ?? t("Result ({0})", method) })),
      shown.name ?? unnamed,
    );
  }

  private clear(): void {
    fill(this.heading);
    this.mark("current");
    for (const element of [this.method, this.choice, this.summary, this.figures]) element.hidden = true;
    fill(this.notices);
  }

  private mark(state: "current" | "outdated"): void {
    const outdated = state === "outdated";
    fill(this.state, outdated && t("out of date"));
    this.element.parentElement?.classList.toggle("outdated", outdated);
  }

  private outdatedNotice(): HTMLElement {
    return h(
      "div",
      { class: "notice warning", role: "status" },
      h("span", { class: "notice-icon", "aria-hidden": "true" }, "⚠"),
      h("p", {}, t("This is the plan before the last changes, which cannot be planned.")),
    );
  }

  private sketchNotice({ state, models, layersKnown }: MergeView): Child {
    if (state !== "sketch") return undefined;
    const missing = models.filter((model) => model.state === "missing").map(({ name }) => name);
    const others = models.filter((model) => model.state === "unusable" || model.state === "unread");
    return h(
      "div",
      { class: "notice information", role: "note" },
      h("span", { class: "notice-icon", "aria-hidden": "true" }, "ℹ"),
      h(
        "div",
        {},
        h("p", {}, [
          t("A sketch from the configuration alone, without sizes."),
          !layersKnown && [" ", t("How many layers there are is not known, so the depth is relative.")],
        ]),
        missing.length > 0 &&
          h(
            "p",
            {},
            t("Not on this machine:"),
            " ",
            listOf(missing),
            ". ",
            t("Download them, or give the folders they are in."),
          ),
        others.map(({ name, detail }) => h("p", {}, h("code", {}, name), `: ${detail}`)),
      ),
    );
  }

  private findings({ findings }: MergeView): Child {
    const most = 2;
    const errors = findings.filter(({ severity }) => severity === "error");
    const warnings = findings.filter(({ severity }) => severity === "warning");
    const shown = errors.slice(0, most).map((finding) => this.finding(finding));
    const folded = [...errors.slice(most), ...warnings];
    if (folded.length === 0) return shown;
    const title = [
      ...(errors.length > most ? [t("{0} more errors", errors.length - most)] : []),
      ...(warnings.length > 0 ? [warnings.length === 1 ? t("1 warning") : t("{0} warnings", warnings.length)] : []),
    ].join(", ");
    return [
      shown,
      h(
        "details",
        { class: "folded-findings" },
        h("summary", {}, h("span", { "aria-hidden": "true" }, "⚠ "), title),
        folded.map((finding) => this.finding(finding)),
      ),
    ];
  }

  private finding({ severity, message, hint, line, column = 1 }: ViewFinding): HTMLElement {
    const goTo = line === undefined ? undefined : () => this.options.goTo(line, column);
    return this.notice(severity, message, hint, goTo);
  }

  private notice(kind: string, message: string, hint: string | undefined, goTo: (() => void) | undefined): HTMLElement {
    return h(
      "div",
      { class: `notice ${kind}`, role: kind === "error" ? "alert" : "note" },
      h("span", { class: "notice-icon", "aria-hidden": "true" }, kind === "error" ? "✕" : "⚠"),
      h("div", {}, h("p", {}, message), hint !== undefined && h("p", { class: "hint" }, hint)),
      goTo !== undefined && button(t("Show"), { onclick: goTo, "aria-label": t("Show the place of: {0}", message) }),
    );
  }
}

function listOf(names: readonly string[]): Child[] {
  return names.flatMap((name, index) => [index > 0 && ", ", h("code", {}, name)]);
}
