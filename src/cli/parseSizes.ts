import { InvalidArgumentError } from "commander";

const binaryUnits: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const decimalUnits: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, b: 1e9, g: 1e9 };

/** `512M`, `1.5G`, `2GiB`: units of 1024. */
export function parseBinaryBytes(text: string): number {
  return parse(text, /^([0-9.]+)\s*([kmgt]?)(?:i?b)?$/i, binaryUnits, "Write for example 512M or 4G.");
}

/** `5B`, `500M`, `60000`: units of 1000, `B` for billion, as mergekit writes shard sizes. */
export function parseDecimalBytes(text: string): number {
  return parse(text, /^([0-9.]+)\s*([kmbg]?)$/i, decimalUnits, "Write for example 500M or 5B.");
}

function parse(text: string, form: RegExp, units: Readonly<Record<string, number>>, hint: string): number {
  const match = form.exec(text.trim());
  const bytes = match === null ? Number.NaN : Math.floor(Number(match[1]) * units[match[2]!.toLowerCase()]!);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new InvalidArgumentError(hint);
  return bytes;
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0xffffffff) {
    throw new InvalidArgumentError("The seed must be a whole number from 0 to 4294967295.");
  }
  return seed;
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1024)
    throw new InvalidArgumentError("Give a whole number from 1 on.");
  return count;
}

/** Tokens of an answer. */
export function parseTokens(text: string): number {
  const tokens = Number(text);
  if (!/^\d+$/.test(text) || tokens < 1 || !Number.isSafeInteger(tokens)) {
    throw new InvalidArgumentError("Give a whole number of tokens from 1 on.");
  }
  return tokens;
}

/** Tokens of context. */
export function parseContextSize(text: string): number {
  const tokens = Number(text);
  if (!/^\d+$/.test(text) || tokens < 8 || !Number.isSafeInteger(tokens)) {
    throw new InvalidArgumentError("Give a whole number of tokens from 8 on.");
  }
  return tokens;
}
