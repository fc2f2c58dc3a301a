import { t } from "../../src/core/pages/texts.ts";
import { describeLength, describeRequest } from "../../src/core/evaluation/shownPrompt.ts";
import type { ResultValue } from "../../src/core/results/messages.ts";
import { warningNotice } from "../components/loading.ts";
import { button } from "../components/toolkit.ts";
import { codeOf, h, type Child } from "../dom.ts";
import { promptPieces, type PromptPiece } from "./promptPieces.ts";

/** The prompt as the model saw it, with the borders of its tokens and everything that is usually invisible. */
export function drawPrompt(
  { prompt, tokensMissing }: ResultValue<"prompt">,
  copy: (text: string) => void,
): HTMLElement {
  const { request, tokens, right } = prompt;
  const shown = tokens?.problem === undefined ? tokens : undefined;
  const delimiter = request.scoring === "continuations" ? request.delimiter : "";
  const continuations = request.scoring === "continuations" ? request.continuations : [];
  return h(
    "div",
    { class: "prompt-view" },
    h(
      "div",
      { class: "prompt-facts" },
      h(
        "p",
        {},
        sentence(describeRequest(request)),
        tokens === undefined ? undefined : ` ${sentence(describeLength(tokens))}`,
        " ",
        t("Right: {0}.", right.join(", ")),
      ),
      button(t("Copy prompt"), { onclick: () => copy(request.context) }),
    ),
    tokensMissing === undefined ? undefined : warningNotice(tokensMissing),
    h(
      "pre",
      { class: "tokens", dir: "auto", tabindex: 0, "aria-label": t("Prompt") },
      shown === undefined ? visible(request.context) : promptPieces(shown.prompt, request.context).map(drawPiece),
    ),
    continuations.length === 0
      ? undefined
      : [
          h("h3", {}, t("Continuations that are scored")),
          h(
            "ol",
            { class: "continuations" },
            continuations.map((text, index) =>
              h(
                "li",
                {},
                h(
                  "pre",
                  { class: "tokens", dir: "auto" },
                  shown === undefined
                    ? visible(delimiter + text)
                    : promptPieces(shown.continuations[index]!, delimiter + text).map(drawPiece),
                ),
              ),
            ),
          ),
        ],
  );
}

/** A token: the shade alternates, the id is in the title. Tokens that are bytes stand together, with their number. */
function drawPiece({ text, tokens }: PromptPiece): HTMLElement {
  const special = /^<[^<>\s]+>$|^\[[A-Z_/]+\]$/.test(text);
  const several = tokens.length > 1;
  const title = several
    ? t("{0} tokens, each of some bytes: {1}", tokens.length, tokens.join(", "))
    : t("token {0}", tokens[0]!);
  return h(
    "span",
    { class: special ? "token special" : "token", title },
    text === "" ? h("span", { class: "nothing" }, "∅") : visible(text),
    several && h("sub", { class: "token-count" }, String(tokens.length)),
  );
}

/** Marks spaces, tabs and line breaks by style, so that a selection copies the text itself; names what is hidden. */
export function visible(text: string): Child[] {
  return text
    .split(/([ \n\t]|[\p{Cc}\u00A0\u00AD\u061C\u200B-\u200F\u2028-\u202F\u2060-\u206F\uFEFF])/u)
    .map((part): Child => {
      if (part === " ") return h("span", { class: "space" }, part);
      if (part === "\n") return h("span", { class: "newline" }, part);
      if (part === "\t") return h("span", { class: "tab-character" }, part);
      return /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00A0\u202F]$/u.test(part) ? codeOf(part) : part;
    });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
