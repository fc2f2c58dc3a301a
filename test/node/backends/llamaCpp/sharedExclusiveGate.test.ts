import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { SharedExclusiveGate } from "../../../../src/node/backends/llamaCpp/sharedExclusiveGate.ts";

describe("SharedExclusiveGate", () => {
  it("admits shared holders together, and an exclusive one alone and before later ones", async () => {
    const gate = new SharedExclusiveGate();
    const order: string[] = [];
    const enter = async (name: string, exclusive: boolean) => {
      const leave = await gate.enter(exclusive);
      order.push(name);
      return leave;
    };
    const [leaveA, leaveB] = await Promise.all([enter("a", false), enter("b", false)]);
    const exclusive = enter("exclusive", true);
    const later = enter("later", false);
    await turn();
    assert.deepEqual(order, ["a", "b"]);
    leaveA!();
    await turn();
    assert.deepEqual(order, ["a", "b"]);
    leaveB!();
    const leaveExclusive = await exclusive;
    await turn();
    assert.deepEqual(order, ["a", "b", "exclusive"]);
    leaveExclusive();
    (await later)();
    assert.deepEqual(order, ["a", "b", "exclusive", "later"]);
  });
});
