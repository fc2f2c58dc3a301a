import { setTexts, t } from "../../src/core/pages/texts.ts";
import { resultOutputSchema, resultPage } from "../../src/core/results/messages.ts";
import { problemNotice } from "../components/loading.ts";
import { openChannel } from "../messaging.ts";
import type { PageState } from "./pageState.ts";
import { ResultView } from "./resultView.ts";

/** The part of the editor's renderer interface that is used here. */
export interface RendererContext {
  readonly postMessage?: (message: unknown) => void;
  readonly onDidReceiveMessage?: (listener: (message: unknown) => void) => unknown;
}

export interface OutputItem {
  readonly id: string;
  json(): unknown;
}

export interface Renderer {
  renderOutputItem(item: OutputItem, element: HTMLElement): void;
  disposeOutputItem(id?: string): void;
}

/** Draws every result of a notebook. They share a channel; what a reader chose in each is kept while the page lives. */
export function makeRenderer(context: RendererContext, styles: string): Renderer {
  const { postMessage, onDidReceiveMessage } = context;
  const channel = openChannel(resultPage, {
    send: (message) => {
      if (postMessage === undefined) throw new Error(t("The editor gave the renderer no way to reach the extension."));
      postMessage(message);
    },
    receive: (listener) => void onDidReceiveMessage?.(listener),
  });
  const states = new Map<string, PageState>();
  const outputs = new Map<string, { readonly item: OutputItem; readonly element: HTMLElement; view?: ResultView }>();

  const dispose = (id: string): void => {
    outputs.get(id)?.view?.dispose();
    outputs.delete(id);
  };

  const draw = (item: OutputItem, element: HTMLElement): void => {
    dispose(item.id);
    const output = resultOutputSchema.safeParse(item.json());
    if (!output.success) {
      outputs.set(item.id, { item, element });
      const message = t("This result was written by another version of Medley and cannot be drawn.");
      element.replaceChildren(problemNotice({ message, hint: t("Run the cell again, or update Medley.") }));
      return;
    }
    const { view } = output.data;
    const drawn = new ResultView(element, output.data, {
      channel,
      place: "notebook",
      styles,
      state: states.get(view) ?? {},
      keepState: (state) => states.set(view, state),
    });
    outputs.set(item.id, { item, element, view: drawn });
  };

  // A saved result is seen at once, in English until the host has answered.
  void channel.request("texts", {}).then((texts) => {
    if (Object.keys(texts).length === 0) return;
    setTexts(texts);
    for (const { item, element } of [...outputs.values()]) draw(item, element);
  });

  return {
    renderOutputItem: draw,
    disposeOutputItem(id) {
      for (const each of id === undefined ? [...outputs.keys()] : [id]) dispose(each);
    },
  };
}
