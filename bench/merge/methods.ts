// Processor time of every merge method on one thread, with the inputs in memory. Run: npx tsx bench/merge/methods.ts
// The limit in the last column is a plain copy of the same bytes, measured in the same run.
import { dtypeBytes } from "../../src/core/checkpoint/dtype.ts";
import { encodeBf16 } from "../../src/core/checkpoint/floats.ts";
import { createWasmKernels } from "../../src/core/merge/kernels/wasmKernels.ts";
import type { MergeMethod, MergeTask } from "../../src/core/merge/methods/method.ts";
import { mergeMethods } from "../../src/core/merge/methods/registry.ts";
import { normals } from "../../test/core/merge/methods/inMemory.ts";

const shape = [2048, 5632];
const elements = shape[0]! * shape[1]!;
const bytesOfTensor = elements * dtypeBytes.BF16;
const parameters = { weight: 0.5, density: 0.5, epsilon: 0.1, gamma: 0.01, t: 0.4, lambda: 1, eps: 1e-8, scale: 0.5 };

/** A checkpoint's matrix: weights of 0.02, and fine-tunes that differ from the base by 0.001. */
function tensor(seed: number, base?: Float32Array): { single: Float32Array; bytes: Uint8Array } {
  const pattern = normals(seed, 65521, base === undefined ? 0.02 : 0.001);
  const single = Float32Array.from({ length: elements }, (_, i) => (base?.[i] ?? 0) + pattern[i % pattern.length]!);
  return { single, bytes: new Uint8Array(Uint16Array.from(single, encodeBf16).buffer) };
}

const base = tensor(1);
const models = [tensor(2, base.single).bytes, tensor(3, base.single).bytes];

function taskOf(method: MergeMethod, numerics: "classic" | "fp32"): MergeTask {
  const others = method.models.maximum === 1 ? models.slice(0, 1) : models;
  const list = method.base === "required" ? [...others, base.bytes] : others;
  const values = (scope: "model" | "shared") =>
    Object.fromEntries(
      method.parameters
        .filter((spec) => spec.scope === scope)
        .map((spec) => [spec.name, spec.default ?? parameters[spec.name as keyof typeof parameters] ?? null]),
    );
  return {
    name: "tensor",
    shape,
    inputs: list.map((bytes, index) => ({
      model: String(index),
      isBase: bytes === base.bytes,
      parameters: { ...values("model"), ...("density" in values("model") ? { density: parameters.density } : {}) },
      source: {
        dtype: "BF16",
        read: (start, into) => into.set(bytes.subarray(2 * start, 2 * start + into.byteLength)),
      },
    })),
    parameters: values("shared"),
    numerics,
    workDtype: numerics === "fp32" ? "F32" : "BF16",
    outputDtype: "BF16",
    random: { seed: 1, offset: 0 },
  };
}

/** Processor time, which other processes on the machine disturb less than the clock. */
function seconds(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const kernels = createWasmKernels();
const copy = new Uint8Array(bytesOfTensor);
const only = process.argv.slice(2);

console.log("method               numerics  ns/element  GB/s in+out  copy/method");
for (const [name, method] of mergeMethods) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const numerics of ["classic", "fp32"] as const) {
    const task = taskOf(method, numerics);
    const run = () => method.merge(task, kernels, (bytes) => copy.set(bytes.subarray(0, 1)));
    run();
    const time = Math.min(seconds(run), seconds(run));
    const plain = seconds(() => {
      for (let tensors = 0; tensors <= task.inputs.length; tensors++) copy.set(base.bytes);
    });
    const bytes = (task.inputs.length + 1) * bytesOfTensor;
    const columns = [(1e9 * time) / elements, bytes / time / 1e9, time / plain].map((value) => value.toFixed(2));
    console.log(`${name.padEnd(20)} ${numerics.padEnd(8)} ${columns.map((text) => text.padStart(11)).join(" ")}`);
  }
}
