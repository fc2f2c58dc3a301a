import {
  planElementId,
  planPage,
  planPanelStateSchema,
  type PlanPanelState,
} from "../src/core/merge/plan/view/messages.ts";
import { setTexts } from "../src/core/pages/texts.ts";
import { openChannel, panelTransport } from "./messaging.ts";
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

const channel = openChannel(planPage, panelTransport(editor));
// Without an answer the page is in English.
void channel
  .request("texts", {})
  .then(setTexts)
  .finally(
    () =>
      new PlanPage(element, {
        styles: [styles, planStyles],
        state,
        channel,
        keepState: (changed) => editor.setState(changed),
      }),
  );
