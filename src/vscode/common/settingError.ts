import { ConfigurationError } from "../../core/errors.ts";

/** A setting is wrong. */
export class SettingError extends ConfigurationError {
  constructor(
    message: string,
    /** Its id, `medley.…`. */
    readonly setting: string,
    hint: string,
  ) {
    super(message, { hint });
  }
}
