import type { Completion } from "../../yaml/completion.ts";
import { completeYaml } from "../../yaml/completeYaml.ts";
import { completeItems } from "./completeItems.ts";
import { completeKeys } from "./completeKeys.ts";
import { completeValues } from "./completeValues.ts";
import type { LanguageContext } from "./languageContext.ts";

/** What may be written at a place of a merge configuration, the likeliest first. */
export async function completeMerge(text: string, offset: number, context: LanguageContext): Promise<Completion[]> {
  return await completeYaml(text, offset, {
    keys: (place) => completeKeys(place, context),
    values: (place) => completeValues(place, context),
    items: (place) => Promise.resolve(completeItems(place, context)),
  });
}
