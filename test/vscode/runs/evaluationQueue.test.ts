import assert from "node:assert/strict";
import { CancelledError } from "../../../src/core/errors.ts";
import "../editor.ts";

const { describeWait, EvaluationQueue } = await import("../../../src/vscode/runs/evaluationQueue.ts");

describe("EvaluationQueue", () => {
  const never = new AbortController().signal;

  it("lets one work at a time, in the order in which they came", async () => {
    const queue = new EvaluationQueue();
    const order: string[] = [];
    const turns = ["a", "b", "c"].map((title) => queue.join(title, never));
    const works = turns.map(async (turn) => {
      await turn.comes;
      order.push(turn.title);
      await new Promise(setImmediate);
      assert.equal(order.at(-1), turn.title, "another began before this one had ended");
      turn.dispose();
    });
    assert.deepEqual(
      turns.map((turn) => queue.before(turn)),
      [[], ["a"], ["a", "b"]],
    );
    await Promise.all(works);
    assert.deepEqual(order, ["a", "b", "c"]);
  });

  it("goes on past whoever gives up waiting", async () => {
    const queue = new EvaluationQueue();
    const stop = new AbortController();
    const first = queue.join("first", never);
    const second = queue.join("second", stop.signal);
    const third = queue.join("third", never);
    const refused = assert.rejects(second.comes, CancelledError);
    stop.abort();
    await refused;
    assert.deepEqual(queue.before(third), ["first"]);
    first.dispose();
    await third.comes;
    assert.deepEqual(queue.before(third), []);
  });

  it("lets nobody pass when a turn is given back twice, or its signal fires while it works", async () => {
    const queue = new EvaluationQueue();
    const stop = new AbortController();
    const first = queue.join("first", stop.signal);
    await first.comes;
    stop.abort();
    const second = queue.join("second", never);
    assert.deepEqual(queue.before(second), ["first"]);
    first.dispose();
    first.dispose();
    const third = queue.join("third", never);
    await second.comes;
    assert.deepEqual(queue.before(third), ["second"]);
  });

  it("tells when it changes, and says what somebody waits for", () => {
    const queue = new EvaluationQueue();
    let changes = 0;
    queue.onDidChange(() => changes++);
    queue.join("first", never).dispose();
    assert.equal(changes, 2);
    assert.equal(describeWait([]), undefined);
    assert.equal(describeWait(["first"]), "Waits for first");
    assert.equal(describeWait(["first", "second", "third"]), "Waits for first and 2 more");
  });
});
