import { ConfigurationError } from "../../errors.ts";
import { type Dtype, type FloatDtype, isFloatDtype, type WorkDtype } from "../../checkpoint/dtype.ts";
import type { MergeMethod, Numerics } from "./method.ts";
import { smallest } from "../../lists.ts";

/** One input of an output tensor, as the headers of the checkpoints describe it. */
export interface InputHeader {
  readonly model: string;
  readonly isBase: boolean;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
}

/** How the inputs of one output tensor come together. */
export interface TensorLayout {
  readonly shape: readonly number[];
  /** Indexes of the inputs that take part, in order. Larger ones are cut to the top-left corner that `shape` covers. */
  readonly used: readonly number[];
  /** What is lost, in full sentences. */
  readonly warnings: readonly string[];
}

const describe = (shape: readonly number[]) => `[${shape.join(", ")}]`;
const same = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/**
 * The output shape, and the inputs that can take part. Differences are repaired for embeddings only (two-dimensional,
 * indexed by the vocabulary): `common` cuts all inputs to the corner that they share, `base` cuts them to the base
 * model's shape and skips other tensors that do not fit, `equal` accepts no difference.
 * @throws ConfigurationError if the shapes cannot be brought together.
 */
export function tensorLayout(
  method: Pick<MergeMethod, "name" | "shapes">,
  tensor: string,
  inputs: readonly InputHeader[],
  isEmbedding: boolean,
): TensorLayout {
  const all = inputs.map((_, index) => index);
  const first = inputs[0];
  if (first === undefined) throw mismatch(method.name, tensor, "no model has it");
  if (inputs.every((input) => same(input.shape, first.shape))) return { shape: first.shape, used: all, warnings: [] };
  const listed = inputs.map((input) => `${input.model} ${describe(input.shape)}`).join(", ");
  const cuttable = isEmbedding && inputs.every((input) => input.shape.length === 2);
  if (method.shapes === "common" && cuttable) {
    const shape = [0, 1].map((axis) => smallest(inputs.map((input) => input.shape[axis]!)));
    return { shape, used: all, warnings: [`${tensor} is cut to ${describe(shape)}: ${listed}.`] };
  }
  const base = inputs.find((input) => input.isBase);
  if (method.shapes !== "base" || base === undefined) throw mismatch(method.name, tensor, listed);
  return baseLayout(method.name, tensor, inputs, base, cuttable);
}

function baseLayout(
  method: string,
  tensor: string,
  inputs: readonly InputHeader[],
  base: InputHeader,
  cuttable: boolean,
): TensorLayout {
  const used: number[] = [];
  const warnings: string[] = [];
  for (const [index, input] of inputs.entries()) {
    if (same(input.shape, base.shape)) {
      used.push(index);
    } else if (!cuttable) {
      warnings.push(
        `${tensor} of ${input.model} is left out: ${describe(input.shape)} does not fit ${describe(base.shape)}.`,
      );
    } else if (input.shape.every((size, axis) => size >= base.shape[axis]!)) {
      used.push(index);
      warnings.push(`${tensor} of ${input.model} is cut from ${describe(input.shape)} to ${describe(base.shape)}.`);
    } else {
      throw mismatch(method, tensor, `${input.model} ${describe(input.shape)} is smaller than ${describe(base.shape)}`);
    }
  }
  return { shape: base.shape, used, warnings };
}

function mismatch(method: string, tensor: string, detail: string): ConfigurationError {
  return new ConfigurationError(`${method} cannot merge ${tensor}: the shapes do not fit (${detail}).`, {
    hint: "Merge models of one architecture and vocabulary, or give a tokenizer_source so that the embeddings are aligned.",
    place: { field: tensor },
  });
}

export interface TensorDtypes {
  readonly work: WorkDtype;
  readonly output: WorkDtype;
}

const precision: Readonly<Record<FloatDtype, number>> = { BF16: 1, F16: 1, F32: 2, F64: 3 };

/** The smallest dtype that holds both, as torch promotes: BF16 with F16 gives F32. */
function promote(a: FloatDtype, b: FloatDtype): FloatDtype {
  if (a === b) return a;
  if (precision[a] !== precision[b]) return precision[a] > precision[b] ? a : b;
  return "F32";
}

/** What a configuration says of dtypes. */
export interface DtypeSettings {
  readonly numerics: Numerics;
  /** `dtype`: inputs are cast to it when they are loaded. */
  readonly dtype?: WorkDtype | undefined;
  /** `out_dtype`: the result is cast to it. */
  readonly outDtype?: WorkDtype | undefined;
}

/**
 * The dtypes in which a tensor is computed and written.
 * @returns undefined if an input is not floating-point; such a tensor is copied, never computed.
 * @throws ConfigurationError if it would have to be computed in double precision.
 */
export function tensorDtypes(
  method: Pick<MergeMethod, "name" | "promotion" | "resultDtype">,
  tensor: string,
  inputs: readonly InputHeader[],
  { numerics, dtype, outDtype }: DtypeSettings,
): TensorDtypes | undefined {
  const stored: FloatDtype[] = [];
  for (const input of inputs) {
    if (!isFloatDtype(input.dtype)) return undefined;
    stored.push(input.dtype);
  }
  const base = inputs.findIndex((input) => input.isBase);
  const own = method.promotion === "base" && base >= 0 ? stored[base]! : stored.reduce(promote);
  const classic = dtype ?? own;
  if (classic === "F64") {
    throw new ConfigurationError(`${tensor} is stored in double precision, in which merges are not computed.`, {
      hint: "Add dtype: float32 to the configuration.",
      place: { field: tensor },
    });
  }
  return {
    work: numerics === "fp32" ? "F32" : classic,
    output: outDtype ?? method.resultDtype ?? classic,
  };
}
