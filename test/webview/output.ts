import type { Report } from "../../src/core/reports/report.ts";

export interface Sent {
  readonly type: string;
  readonly id: number;
  readonly runs?: string[];
  readonly files?: readonly { readonly name: string; readonly text: string }[];
}

/** In place of an answer: there is none. */
export const unanswered = Symbol("unanswered");

/** Draws the output of a cell, whose host answers as the table says; an Error is answered as one. */
export async function drawOutput(report: Report, answers: Record<string, unknown>, output: object = {}) {
  const { makeRenderer } = await import("../../webview/result/renderer.ts");
  let receive: (message: unknown) => void = () => undefined;
  const sent: Sent[] = [];
  const renderer = makeRenderer(
    {
      postMessage: (message) => {
        const { type, id } = message as Sent;
        sent.push(message as Sent);
        const value = type === "texts" && !("texts" in answers) ? {} : answers[type];
        if (value === unanswered) return;
        setTimeout(() =>
          receive(
            value instanceof Error
              ? { type: "answer", id, ok: false, error: { message: value.message, hint: "Try again.", code: "x" } }
              : { type: "answer", id, ok: true, value },
          ),
        );
      },
      onDidReceiveMessage: (listener) => (receive = listener),
    },
    "",
  );
  const element = document.createElement("div");
  document.body.append(element);
  const runs = report.runs.map(({ run }) => run);
  const json = () => ({ v: 1, view: "view", runs, markdown: "", stale: false, ...output });
  renderer.renderOutputItem({ id: "output", json }, element);
  return { root: element.shadowRoot!, sent, runs, say: (message: unknown) => receive(message), answers };
}

/** The tab of this name in the page's order: `results`, `charts`, … */
export function tabOf(root: ShadowRoot, id: string): HTMLElement {
  return root.querySelector<HTMLElement>(`[role="tab"][id$="-${id}"]`)!;
}
