import { Mt19937 } from "../../../src/core/random/mt19937.ts";
import type { KernelMemory } from "../../../src/core/merge/kernels/kernelMemory.ts";
import type { Kernels } from "../../../src/core/merge/kernels/kernels.ts";

/** Random words by the plain generator. The states are kept beside the memory, by their addresses. */
export function referenceRandom(
  memory: KernelMemory,
): Pick<Kernels, "randomAt" | "copyRandom" | "skipRandom" | "randomWords"> {
  interface State {
    readonly seed: number;
    readonly generator: Mt19937;
    offset: number;
  }
  const states = new Map<number, State>();
  const draw = (state: State) => {
    state.offset++;
    return state.generator.nextUint32();
  };
  const skip = (state: State, count: number) => {
    for (let i = 0; i < count; i++) draw(state);
  };
  const create = (seed: number, offset: number) => {
    const state = { seed, generator: Mt19937.fromSeed(seed), offset: 0 };
    skip(state, offset);
    return state;
  };
  return {
    randomAt: (seed, offset, state) => void states.set(state, create(seed, offset)),
    copyRandom(from, to) {
      const { seed, offset } = states.get(from)!;
      states.set(to, create(seed, offset));
    },
    skipRandom: (state, count) => skip(states.get(state)!, count),
    randomWords(state, out, n) {
      const words = memory.u32(out, n);
      for (let i = 0; i < n; i++) words[i] = draw(states.get(state)!);
    },
  };
}
