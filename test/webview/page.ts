import { Window } from "happy-dom";
import { until as untilFound } from "../support/until.ts";

/** Gives the tests of this `describe` the globals of a page. Modules of webview/ must be imported within them. */
export function usePage(): void {
  let remove: () => void;
  before(() => (remove = makePage()));
  after(() => remove());
}

/** Makes the globals of a page. @returns removes them */
export function makePage(): () => void {
  const added: string[] = [];
  const window = new Window({ url: "https://page.test/" });
  const globals = globalThis as unknown as Record<string, unknown>;
  for (const name of ["window", "document", "location", ...Object.getOwnPropertyNames(window)]) {
    if (name in globals) continue;
    globals[name] = name === "window" ? window : (window as unknown as Record<string, unknown>)[name];
    added.push(name);
  }
  // For forms the component library keeps a list of its own beside each list to choose from, which this Window cannot do.
  const options = { get: () => ({ length: 0, add: () => undefined, item: () => null }) };
  Object.defineProperty(window.HTMLSelectElement.prototype, "options", options);
  globals["Option"] = function () {
    return document.createElement("option");
  };
  added.push("Option");
  // The document of this Window is none of its own class Document, which the component library asks for.
  Object.defineProperty(Document, Symbol.hasInstance, { value: (node: unknown) => node === document });
  return () => {
    for (const name of added) delete globals[name];
  };
}

/** Waits until something is there. */
export function until<Value>(find: () => Value | null | undefined | false): Promise<Value> {
  return untilFound("what the page should show", find);
}
