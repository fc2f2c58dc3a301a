import { resultOutputSchema } from "../src/core/results/messages.ts";

/** The part of VS Code's output item that is used here. */
interface OutputItem {
  json(): unknown;
}

/** Entry point of the notebook renderer: draws the result under a cell. */
export function activate(): { renderOutputItem(item: OutputItem, element: HTMLElement): void } {
  return {
    renderOutputItem(item, element) {
      const text = document.createElement("pre");
      text.textContent = resultOutputSchema.parse(item.json()).markdown;
      element.replaceChildren(text);
    },
  };
}
