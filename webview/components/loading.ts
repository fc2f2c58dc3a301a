import { t } from "../../src/core/pages/texts.ts";
import { fill, h } from "../dom.ts";
import { button, progressRing } from "./toolkit.ts";

/** What went wrong, and what to do. */
export interface Problem {
  readonly message: string;
  readonly hint?: string;
}

/** An error in its place, with a way to try again. */
export function problemNotice({ message, hint }: Problem, retry?: () => void): HTMLElement {
  return h(
    "div",
    { class: "notice error", role: "alert" },
    h("span", { class: "notice-icon", "aria-hidden": "true" }, "✕"),
    h("div", {}, h("p", {}, message), hint === undefined ? undefined : h("p", { class: "hint" }, hint)),
    retry === undefined ? undefined : button(t("Retry"), { onclick: retry }),
  );
}

/** Something that a reader must know. */
export function warningNotice(text: string): HTMLElement {
  return h(
    "div",
    { class: "notice warning", role: "note" },
    h("span", { class: "notice-icon", "aria-hidden": "true" }, "⚠"),
    h("p", {}, text),
  );
}

/** Nothing to show, and why. */
export function emptyNotice(text: string): HTMLElement {
  return h("p", { class: "empty" }, text);
}

/** Below this many milliseconds an answer counts as immediate, and no ring flickers. */
export const patience = 150;

/**
 * A place of the page whose content is asked for. While it is asked for again the old content stays; an error is shown
 * in its place.
 */
export class Loading<Value> {
  private asked = 0;
  private drawn: boolean;

  constructor(
    private readonly place: HTMLElement,
    private readonly what: string,
    private readonly load: () => Promise<Value>,
    /** Draws into the place, in place where it can. */
    private readonly draw: (value: Value) => void,
    /** Whether the place already shows something that may stay until the answer comes. */
    { drawn = false }: { readonly drawn?: boolean } = {},
  ) {
    this.drawn = drawn;
  }

  /** Asks, or asks again. Only the latest answer is drawn. */
  async reload(): Promise<void> {
    const asked = ++this.asked;
    const ring = setTimeout(() => {
      if (asked === this.asked && !this.drawn) this.showRing();
    }, patience);
    this.place.setAttribute("aria-busy", "true");
    try {
      const value = await this.load();
      if (asked !== this.asked) return;
      this.draw(value);
      this.drawn = true;
    } catch (error) {
      if (asked !== this.asked) return;
      this.drawn = false;
      fill(
        this.place,
        problemNotice(problemOf(error), () => void this.reload()),
      );
    } finally {
      clearTimeout(ring);
      if (asked === this.asked) this.place.removeAttribute("aria-busy");
    }
  }

  private showRing(): void {
    fill(this.place, h("div", { class: "loading", role: "status" }, progressRing(this.what), h("span", {}, this.what)));
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Error) {
    const { message, hint } = error as Error & { readonly hint?: string };
    return { message, ...(hint !== undefined && { hint }) };
  }
  return { message: String(error) };
}
