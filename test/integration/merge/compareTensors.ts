import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeBf16, decodeF16 } from "../../../src/core/checkpoint/floats.ts";
import {
  hashTensor,
  parseTensors,
  type Comparison,
  type Tensor,
  type TensorHash,
  type Tensors,
} from "../../support/mergeFixtures.ts";

/** All tensors of a checkpoint folder. */
export async function readCheckpoint(folder: string): Promise<Tensors> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".safetensors"));
  const files = await Promise.all(
    names.map(async (name) => parseTensors(new Uint8Array(await readFile(join(folder, name))))),
  );
  return new Map(files.flatMap((tensors) => [...tensors]));
}

/** The result must be one of the alternatives, tensor by tensor. */
export function assertExact(actual: Tensors, alternatives: readonly Readonly<Record<string, TensorHash>>[]): void {
  const hashes = Object.fromEntries([...actual].map(([name, tensor]) => [name, hashTensor(tensor)]));
  const names = Object.keys(hashes).sort();
  const expected = alternatives.find((alternative) => String(Object.keys(alternative).sort()) === String(names));
  assert.ok(expected !== undefined, `other tensors than expected: ${names.slice(0, 5).join(", ")} …`);
  const different = names.filter((name) => hashes[name]!.sha256 !== expected[name]!.sha256);
  for (const name of names) {
    assert.deepEqual([hashes[name]!.dtype, hashes[name]!.shape], [expected[name]!.dtype, expected[name]!.shape], name);
  }
  assert.deepEqual(different, [], "tensors with other values");
}

/** Compares by a rule that allows differences. */
export function assertWithin(
  actual: Tensors,
  expected: Tensors,
  rule: Comparison,
  candidates: Tensors | undefined,
): void {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort());
  let elements = 0;
  let differing = 0;
  for (const [name, wanted] of expected) {
    const given = actual.get(name)!;
    assert.deepEqual([given.dtype, given.shape], [wanted.dtype, wanted.shape], name);
    const [a, b] = [valuesOf(given), valuesOf(wanted)];
    const allowed = rule.rule === "tie-aware" ? candidatesOf(candidates!, name) : undefined;
    elements += b.length;
    differing += compare(name, a, b, given.dtype, rule, allowed);
  }
  const fraction = rule.max_fraction ?? rule.max_fraction_differs ?? 1;
  assert.ok(differing <= fraction * elements, `${differing} of ${elements} elements differ`);
}

function compare(
  name: string,
  actual: Float64Array,
  expected: Float64Array,
  dtype: string,
  rule: Comparison,
  candidates: readonly Float64Array[] | undefined,
): number {
  let differing = 0;
  let [squares, total] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    squares += (a - b) ** 2;
    total += b ** 2;
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    differing++;
    const place = `${name}[${i}]: ${a}, expected ${b}`;
    if (rule.rule === "ulp1") {
      assert.ok(Math.abs(ordinal(a, dtype) - ordinal(b, dtype)) <= (rule.max_ulp ?? 1), place);
    } else if (rule.rule === "tie-aware") {
      assert.ok(
        candidates!.some((values) => values[i] === a),
        place,
      );
    } else if (rule.atol !== undefined) {
      assert.ok(Math.abs(a - b) <= rule.atol + (rule.rtol ?? 0) * Math.abs(b), place);
    }
  }
  if (rule.rel_fro !== undefined) {
    const error = Math.sqrt(squares) / Math.max(Math.sqrt(total), Number.MIN_VALUE);
    assert.ok(error <= rule.rel_fro, `${name}: relative Frobenius error ${error}`);
  }
  return differing;
}

function candidatesOf(candidates: Tensors, name: string): Float64Array[] {
  return [...candidates].filter(([key]) => key.startsWith(`${name}#`)).map(([, tensor]) => valuesOf(tensor));
}

export function valuesOf({ dtype, bytes }: Tensor): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (dtype === "F32") return Float64Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  const decode = dtype === "BF16" ? decodeBf16 : decodeF16;
  return Float64Array.from({ length: bytes.length / 2 }, (_, i) => decode(view.getUint16(2 * i, true)));
}

/** Place of a value among all values of its type, so that neighbours differ by one. */
function ordinal(value: number, dtype: string): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const magnitude = bits & 0x7fffffff;
  const shift = dtype === "BF16" ? 16 : dtype === "F16" ? 13 : 0;
  return (bits >>> 31 === 1 ? -1 : 1) * Math.floor(magnitude / 2 ** shift);
}
