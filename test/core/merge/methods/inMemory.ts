import { dtypeBytes, type WorkDtype } from "../../../../src/core/checkpoint/dtype.ts";
import { decodeBf16, decodeF16 } from "../../../../src/core/checkpoint/floats.ts";
import type { Kernels } from "../../../../src/core/merge/kernels/kernels.ts";
import { createWasmKernels } from "../../../../src/core/merge/kernels/wasmKernels.ts";
import type { MergeMethod, MergeTask, ParameterValues } from "../../../../src/core/merge/methods/method.ts";
import { mergeMethods } from "../../../../src/core/merge/methods/registry.ts";
import { Mt19937 } from "../../../../src/core/random/mt19937.ts";
import { elementsAt } from "../../../../src/core/checkpoint/elements.ts";

/** Values rounded to a dtype, as the bytes of a tensor. */
export function tensorBytes(dtype: WorkDtype, values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * dtypeBytes[dtype]);
  const elements = elementsAt(bytes.buffer, dtype, 0);
  for (const [index, value] of values.entries()) elements.set(index, value);
  return bytes;
}

export function tensorValues(dtype: WorkDtype, bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / dtypeBytes[dtype] }, (_, i) => {
    if (dtype === "F32") return view.getFloat32(4 * i, true);
    return (dtype === "BF16" ? decodeBf16 : decodeF16)(view.getUint16(2 * i, true));
  });
}

/** Normally distributed numbers, the same for the same seed. */
export function normals(seed: number, count: number, scale = 1): number[] {
  const words = Mt19937.fromSeed(seed);
  const uniform = () => (words.nextUint32() + 0.5) / 2 ** 32;
  return Array.from(
    { length: count },
    () => scale * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

export interface InMemoryMerge {
  readonly method: string;
  readonly dtype: WorkDtype;
  readonly shape: readonly number[];
  /** Tensors in document order. */
  readonly inputs: readonly {
    readonly values: readonly number[];
    readonly isBase?: boolean;
    readonly parameters?: ParameterValues;
  }[];
  readonly parameters?: ParameterValues;
  readonly numerics?: "classic" | "fp32";
  readonly seed?: number;
}

const sharedKernels = createWasmKernels();

export function methodNamed(name: string): MergeMethod {
  const method = mergeMethods.get(name);
  if (method === undefined) throw new Error(`no method ${name}`);
  return method;
}

function withDefaults(method: MergeMethod, scope: "model" | "shared", given: ParameterValues = {}): ParameterValues {
  const specs = method.parameters.filter((spec) => spec.scope === scope);
  return Object.fromEntries(specs.map((spec) => [spec.name, given[spec.name] ?? spec.default ?? null]));
}

/** Merges one tensor of few elements and returns the values of the result. */
export function mergeInMemory(merge: InMemoryMerge, kernels: Kernels = sharedKernels): number[] {
  const method = methodNamed(merge.method);
  const outputDtype = method.resultDtype ?? merge.dtype;
  const task: MergeTask = {
    name: "model.layers.0.mlp.up_proj.weight",
    shape: merge.shape,
    inputs: merge.inputs.map(({ values, isBase = false, parameters }, index) => {
      const bytes = tensorBytes(merge.dtype, values);
      return {
        model: `model ${index}`,
        isBase,
        parameters: withDefaults(method, "model", parameters),
        source: {
          dtype: merge.dtype,
          read: (start, into) => {
            const at = start * dtypeBytes[merge.dtype];
            into.set(bytes.subarray(at, at + into.byteLength));
          },
        },
      };
    }),
    parameters: withDefaults(method, "shared", merge.parameters),
    numerics: merge.numerics ?? "classic",
    workDtype: merge.numerics === "fp32" ? "F32" : merge.dtype,
    outputDtype,
    random: { seed: merge.seed ?? 1, offset: 0 },
  };
  const parts: Uint8Array[] = [];
  method.merge(task, kernels, (bytes) => void parts.push(bytes.slice()));
  return parts.flatMap((part) => tensorValues(outputDtype, part));
}
