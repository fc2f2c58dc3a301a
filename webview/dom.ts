/** What an element holds. Text is shown, never interpreted. */
export type Child = Node | string | number | false | undefined | readonly Child[];

/** Attributes by name, and listeners as `on…`. A boolean attribute is there or not; undefined leaves one out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>;

/**
 * Builds an element. This is the only way in which the page makes elements of text: there is no path from a string to
 * markup, so that names, questions and answers of models can inject nothing.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  add(element, children);
  return element;
}

/** Builds a custom element of `components/toolkit.ts`. */
export function custom(name: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  add(element, children);
  return element;
}

/** Replaces what an element holds. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren();
  add(element, children);
}

function add(element: Element, children: readonly Child[]): void {
  for (const node of nodesOf(children)) element.append(node);
}

function setAttributes(element: HTMLElement, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function nodesOf(children: readonly Child[]): Node[] {
  return children.flatMap((child): Node[] => {
    if (child === undefined || child === false) return [];
    if (Array.isArray(child)) return nodesOf(child as readonly Child[]);
    if (child instanceof Node) return [child];
    return visibleText(String(child));
  });
}

/**
 * Control characters, overrides and isolates of writing direction, and spaces without width: what could hide text, or
 * make it look like other text than it is. The marks and joiners that right-to-left and Indic writing needs stay.
 */
const hidden = /[\p{Cc}\u200B\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/u;
const hiddenRuns = /([\p{Cc}\u200B\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB])/u;

/** The text with every hidden character shown by its code, as `U+202E`; line breaks and tabs are kept. */
export function visibleText(text: string): Node[] {
  if (!hidden.test(text)) return [document.createTextNode(text)];
  const nodes: Node[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") nodes.push(document.createTextNode(plain));
    plain = "";
  };
  for (const part of text.replaceAll("\r\n", "\n").split(hiddenRuns)) {
    if (part === "\n" || part === "\t" || !hidden.test(part)) plain += part;
    else {
      flush();
      nodes.push(codeOf(part));
    }
  }
  flush();
  return nodes;
}

/** A hidden character, shown by its code. */
export function codeOf(character: string): HTMLElement {
  const span = document.createElement("span");
  span.className = "hidden-character";
  span.textContent = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
  return span;
}

/** Sets `--name` of an element: what a style sheet cannot know, such as the length of a bar. */
export function setVariable(element: HTMLElement, name: string, value: string | number): void {
  element.style.setProperty(`--${name}`, String(value));
}
