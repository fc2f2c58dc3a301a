import { promptLanguage } from "../../core/prompts/promptLanguage.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";

/** Help with writing prompt files. */
export class PromptFilesFeature extends Feature {
  constructor(services: Services) {
    super(services);
    services.languages.add({
      language: promptLanguage,
      selector: { pattern: "**/*.prompt.{yml,yaml}" },
      contextOf: () => undefined,
    });
  }
}
