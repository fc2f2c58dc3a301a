import { Markdown } from "../../markdown.ts";
import { indented } from "../../yaml/keyCompletion.ts";
import { modelEntry } from "./completeKeys.ts";
import type { Completion } from "../../yaml/completion.ts";
import type { CursorPlace } from "../../yaml/cursorPlace.ts";
import type { LanguageContext } from "./languageContext.ts";
import { methodOf } from "./mergeDocument.ts";

/** What an item of each list begins with. */
export function completeItems(place: CursorPlace, context: LanguageContext): Completion[] {
  const name = String(place.container.path.at(-1));
  const method = methodOf(place.root, context.methods);
  const item = (label: string, snippet: string, documentation: string): Completion[] => [
    {
      label,
      kind: "snippet",
      insert: indented(snippet, place),
      range: place.word,
      documentation: Markdown.own(documentation),
    },
  ];
  switch (name) {
    case "models":
      return item("- model", `- ${modelEntry(method, 1)}`, "Another model, with the parameters that the method wants.");
    case "sources":
      return item("- model", "- model: $1\n  layer_range: [${2:0}, ${3:32}]", "Layers of a model for this slice.");
    case "slices":
      return item(
        "- sources",
        "- sources:\n    - model: $1\n      layer_range: [${2:0}, ${3:32}]",
        "Another block of layers of the result.",
      );
    case "experts":
      return item("- source_model", '- source_model: $1\n  positive_prompts:\n    - "$2"', "Another expert.");
    default:
      return [];
  }
}
