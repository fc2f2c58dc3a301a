import { planElementId, planMessageSchema, planPanelStateSchema } from "../src/core/merge/plan/view/messages.ts";
import type { PlanPanelState, PlanRequestMessage } from "../src/core/merge/plan/view/messages.ts";
import planStyles from "./plan/plan.css";
import { PlanPage } from "./plan/planPage.ts";
import styles from "./style.css";

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  setState(state: PlanPanelState): void;
  getState(): unknown;
};

/** Entry point of the panel "Merge plan". */
const editor = acquireVsCodeApi();
const element = document.getElementById(planElementId)!;
const given = planPanelStateSchema.parse(JSON.parse(element.dataset["state"]!));
const kept = planPanelStateSchema.safeParse(editor.getState());
const state = kept.success && kept.data.uri === given.uri ? kept.data : given;
editor.setState(state);

const page = new PlanPage(element, {
  styles: [styles, planStyles],
  state,
  send: (request: PlanRequestMessage) => editor.postMessage(request),
  keepState: (changed) => editor.setState(changed),
});
window.addEventListener("message", ({ data }) => {
  const message = planMessageSchema.safeParse(data);
  // What is not for us: messages of the editor itself share the window of a panel.
  if (message.success) page.receive(message.data);
});
editor.postMessage({ type: "ready" } satisfies PlanRequestMessage);
