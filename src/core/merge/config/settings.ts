import type { ConditionalSetting, ScalarSetting, Setting } from "./schema.ts";

/**
 * Value of a gradient at position t: linear interpolation between equally spaced entries.
 * @param gradient at least one number
 * @param t 0 at the first layer of a slice, 1 at the last
 */
export function interpolate(gradient: readonly number[], t: number): number {
  const scaled = t * (gradient.length - 1);
  const lower = Math.floor(scaled);
  const upper = Math.min(gradient.length - 1, lower + 1);
  const fraction = scaled - lower;
  return (1 - fraction) * gradient[lower]! + fraction * gradient[upper]!;
}

/** Position of layer `index` in a slice of `count` layers. The reference puts the layer of a one-layer slice at 1. */
export function positionInSlice(index: number, count: number): number {
  return count === 1 ? 1 : index / (count - 1);
}

/** Whether a filter covers a tensor: no filter, `*`, or a plain part of the name (neither glob nor regular expression). */
export function filterMatches(filter: string | null | undefined, tensorName: string): boolean {
  return filter === undefined || filter === null || filter === "*" || tensorName.includes(filter);
}

/** Number of a scalar as it stands in YAML; text is accepted where it spells a number, as the reference does. */
export function toNumber(value: ScalarSetting): number {
  return typeof value === "boolean" ? (value ? 1 : 0) : Number(value);
}

/**
 * Value of a setting for one tensor; `undefined` when none of its conditions covers the tensor, so that the next level
 * of precedence decides. The first condition that matches wins.
 */
export function evaluateSetting(
  setting: Setting | null | undefined,
  tensorName: string,
  t: number,
): number | undefined {
  if (setting === undefined || setting === null) return undefined;
  if (!Array.isArray(setting)) return isConditional(setting) ? undefined : toNumber(setting);
  if (setting.some(isConditional)) {
    const match = setting.filter(isConditional).find((entry) => filterMatches(entry.filter, tensorName));
    return match === undefined ? undefined : evaluateSetting(match.value, tensorName, t);
  }
  return interpolate((setting as ScalarSetting[]).map(toNumber), t);
}

export function isConditional(value: unknown): value is ConditionalSetting {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
