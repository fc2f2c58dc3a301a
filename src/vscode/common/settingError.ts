import { ConfigurationError } from "../../core/errors.ts";

/** A setting is wrong; its `place.field` is the setting's id. */
export class SettingError extends ConfigurationError {}
