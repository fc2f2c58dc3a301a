/** What a single value without quotes can be. */
export type PlainValue = null | boolean | number | string;

const nullWords = new Set(["", "~", "null", "Null", "NULL"]);
const trueWords = /^(?:true|True|TRUE)$/;
const falseWords = /^(?:false|False|FALSE)$/;

/** A plain scalar as PyYAML resolves it: yes/no/on/off are booleans, an exponent needs a dot and a sign. */
export function resolvePlain11(text: string): PlainValue {
  if (nullWords.has(text)) return null;
  if (trueWords.test(text) || /^(?:yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (falseWords.test(text) || /^(?:no|No|NO|off|Off|OFF)$/.test(text)) return false;
  return resolveInteger11(text) ?? resolveFloat11(text) ?? text;
}

function resolveInteger11(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const digits = text.replace(/^[-+]/, "").replaceAll("_", "");
  if (/^[-+]?0b[01_]+$/.test(text)) return sign * Number.parseInt(digits.slice(2), 2);
  if (/^[-+]?0[0-7_]+$/.test(text)) return sign * Number.parseInt(digits, 8);
  if (/^[-+]?(?:0|[1-9][0-9_]*)$/.test(text)) return sign * Number(digits);
  if (/^[-+]?0x[0-9a-fA-F_]+$/.test(text)) return sign * Number.parseInt(digits.slice(2), 16);
  if (/^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/.test(text)) return sign * sexagesimal(digits);
  return undefined;
}

function resolveFloat11(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  if (/^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/.test(text)) {
    return Number(text.replaceAll("_", ""));
  }
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/.test(text)) {
    return sign * sexagesimal(text.replace(/^[-+]/, "").replaceAll("_", ""));
  }
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return sign * Number.POSITIVE_INFINITY;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : undefined;
}

function sexagesimal(digits: string): number {
  return digits.split(":").reduce((total, part) => total * 60 + Number(part), 0);
}

/** A plain scalar by the core schema of YAML 1.2. */
export function resolvePlain12(text: string): PlainValue {
  if (nullWords.has(text)) return null;
  if (trueWords.test(text)) return true;
  if (falseWords.test(text)) return false;
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}
