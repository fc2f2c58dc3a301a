import { panelElementId, panelStateSchema, resultPage, type PanelState } from "../src/core/results/messages.ts";
import { setTexts } from "../src/core/pages/texts.ts";
import { openChannel, panelTransport } from "./messaging.ts";
import { pageStateSchema } from "./result/pageState.ts";
import { ResultView } from "./result/resultView.ts";
import styles from "./style.css";

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  setState(state: PanelState): void;
  getState(): unknown;
};

/** Entry point of the panel: shows a result full-size. */
const editor = acquireVsCodeApi();
const element = document.getElementById(panelElementId)!;
const given = panelStateSchema.parse(JSON.parse(element.dataset["state"]!));
const kept = panelStateSchema.safeParse(editor.getState());
const page = pageStateSchema.safeParse(given.page ?? (kept.success ? kept.data.page : undefined));
editor.setState(given);

const channel = openChannel(resultPage, panelTransport(editor));
// Without an answer the page is in English.
void channel
  .request("texts", {})
  .then(setTexts)
  .finally(
    () =>
      new ResultView(
        element,
        { runs: given.runs, markdown: "", stale: false, ...(given.compare === false && { compare: false }) },
        {
          channel,
          place: "panel",
          styles,
          state: page.success ? page.data : {},
          keepState: (state) => editor.setState({ ...given, page: state }),
        },
      ),
  );
