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
      if (postMessage === undefined) throw new Error("The editor gave the renderer no way to reach the extension.");
      postMessage(message);
    },
    receive: (listener) => void onDidReceiveMessage?.(listener),
  });
  const states = new Map<string, PageState>();
  const views = new Map<string, ResultView>();

  const dispose = (id: string): void => {
    views.get(id)?.dispose();
    views.delete(id);
  };

  return {
    renderOutputItem(item, element) {
      dispose(item.id);
      const output = resultOutputSchema.safeParse(item.json());
      if (!output.success) {
        const message = "This result was written by another version of Medley and cannot be drawn.";
        element.replaceChildren(problemNotice({ message, hint: "Run the cell again, or update Medley." }));
        return;
      }
      const { view } = output.data;
      views.set(
        item.id,
        new ResultView(element, output.data, {
          channel,
          place: "notebook",
          styles,
          state: states.get(view) ?? {},
          keepState: (state) => states.set(view, state),
        }),
      );
    },
    disposeOutputItem(id) {
      for (const each of id === undefined ? [...views.keys()] : [id]) dispose(each);
    },
  };
}
