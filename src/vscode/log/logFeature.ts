import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";

/** The way to the log, for people and for reports of defects. */
export class LogFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command("medley.showLog", () => services.log.show());
  }
}
