import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { custom, fill, h, type Attributes, type Child } from "../dom.ts";

/**
 * Every control of the pages is made here, and the linter sees to it: `@vscode/webview-ui-toolkit` is archived, and no
 * other module knows it. To change to `@vscode-elements/elements`, replace the imports above by those of its
 * `vscode-button`, `vscode-single-select`, `vscode-option`, `vscode-progress-ring` and `vscode-textfield`. They register
 * themselves under these names, so `registerComponents` goes, and `custom` below is given them. A secondary button has
 * the attribute `secondary`, and a field fires `input` and takes its name for screen readers from `label`. Style sheets
 * name the elements of the pages too: `medley-…` in style.css and plan.css.
 */

/** Outputs of other extensions live in the same page and may bring the same elements: ours have a name of their own. */
const prefix = "medley";

let registered = false;

/** Call it before the first control is drawn. */
export function registerComponents(): void {
  if (registered) return;
  registered = true;
  provideVSCodeDesignSystem()
    .withPrefix(prefix)
    .register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing(), vsCodeTextField());
}

export function button(label: Child, attributes: Attributes): HTMLElement {
  return custom(`${prefix}-button`, { appearance: "secondary", ...attributes }, label);
}

/**
 * The browser's own button, for what the library has none of: it is drawn as a tab, as a heading that sorts, or as words
 * in a text. Its class says which.
 */
export function plainButton(label: Child, attributes: Attributes & { readonly class: string }): HTMLElement {
  return h("button", { type: "button", ...attributes }, label);
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A list to choose one from. */
export class Dropdown {
  readonly element: HTMLElement & { value?: string };
  private choices: readonly Choice[] = [];

  constructor(label: string, onChange: (value: string) => void) {
    this.element = custom(`${prefix}-dropdown`, {
      "aria-label": label,
      onchange: () => onChange(this.element.value ?? ""),
    });
  }

  get value(): string {
    return this.element.value ?? "";
  }

  /** Offers these, and selects one of them. */
  offer(choices: readonly Choice[], selected: string): void {
    const same =
      choices.length === this.choices.length &&
      choices.every(({ value, label }, index) => {
        const had = this.choices[index]!;
        return had.value === value && had.label === label;
      });
    if (!same) {
      this.choices = choices;
      fill(
        this.element,
        choices.map(({ value, label }) => custom(`${prefix}-option`, { value, selected: value === selected }, label)),
      );
    }
    if (this.element.value !== selected) this.element.value = selected;
  }
}

/** A field to type in. @param onInput called with the text after each key */
export function searchField(label: string, placeholder: string, onInput: (text: string) => void): HTMLElement {
  // The library takes the name for screen readers from what the field holds, whatever its attribute says.
  const name = h("span", { class: "for-screen-readers" }, label);
  const attributes = { placeholder, oninput: () => onInput(field.value ?? "") };
  const field: HTMLElement & { value?: string } = custom(`${prefix}-text-field`, attributes, name);
  return field;
}

/** Something is under way. */
export function progressRing(label: string): HTMLElement {
  return custom(`${prefix}-progress-ring`, { "aria-label": label });
}
