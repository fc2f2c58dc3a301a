import { Session, type Profiler } from "node:inspector/promises";
import path from "node:path";

/** How long code of one folder, and what it called, kept the event loop of this process busy at a time. */
export interface BusyTime {
  /** Milliseconds of work, at the longest between two turns of the loop. */
  readonly longest: number;
  /** Milliseconds of work in all. */
  readonly total: number;
  /** Where most of them were spent, the innermost function first. */
  readonly stack: readonly string[];
  /** Milliseconds by the clock between two turns, at the longest, whoever worked: other extensions, other processes. */
  readonly longestByClock: number;
}

/** Microseconds between two looks at what the thread does. */
const interval = 1_000;
/**
 * Does some work, and finds the longest time in which code of a folder kept the event loop from turning meanwhile. A
 * sampling profiler looks at the thread: unlike a late timer, it tells work from waiting for a processor, of which tests
 * on a shared machine do much, and the work of one extension from that of the others in the same process.
 */
export async function busyTime(folder: string, work: () => Promise<void>): Promise<BusyTime> {
  const session = new Session();
  session.connect();
  const turns: number[] = [];
  // On the clock of the profiler, in microseconds.
  const turn = setInterval(() => turns.push(Number(process.hrtime.bigint() / 1000n)), 1);
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval });
    await session.post("Profiler.start");
    await work();
    const { profile } = await session.post("Profiler.stop");
    return longestOf(profile, turns, folder);
  } finally {
    clearInterval(turn);
    session.disconnect();
  }
}

/** One turn of the loop: what was seen in it, by the profile's nodes, in microseconds. */
type Turn = Map<number, number>;

function longestOf(profile: Profiler.Profile, turns: readonly number[], folder: string): BusyTime {
  const within = turns.filter((time) => time > profile.startTime && time < profile.endTime);
  if (within.length === 0) throw new Error("The profiler and the timer do not go by the same clock.");
  const own = ownNodes(profile, folder);
  const work = (turn: Turn): number => [...turn.values()].reduce((sum, time) => sum + time, 0);
  const split = splitAt(within, profile, own);
  const longest = split.reduce((a, b) => (work(b) > work(a) ? b : a));
  const [most] = [...longest].sort((a, b) => b[1] - a[1]);
  return {
    longest: work(longest) / 1000,
    total: split.reduce((sum, turn) => sum + work(turn), 0) / 1000,
    stack: most === undefined ? [] : stackOf(profile, most[0]),
    longestByClock: Math.max(...within.map((time, index) => time - (within[index - 1] ?? profile.startTime))) / 1000,
  };
}

function splitAt(turns: readonly number[], profile: Profiler.Profile, own: ReadonlySet<number>): Turn[] {
  const { samples = [], timeDeltas = [], startTime } = profile;
  const split: Turn[] = [new Map()];
  let time = startTime;
  let next = 0;
  for (const [index, node] of samples.entries()) {
    time += timeDeltas[index] ?? 0;
    if (next < turns.length && turns[next]! <= time) split.push(new Map());
    while (next < turns.length && turns[next]! <= time) next++;
    if (!own.has(node)) continue;
    const untilNext = timeDeltas[index + 1] ?? 0;
    const turn = split.at(-1)!;
    // A look that comes late was held up with the thread: both waited for a processor.
    turn.set(node, (turn.get(node) ?? 0) + Math.min(untilNext, interval));
  }
  return split;
}

/** Nodes below a function of the folder, itself included. */
function ownNodes({ nodes }: Profiler.Profile, folder: string): Set<number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = new Set<number>();
  const visit = (id: number, below: boolean): void => {
    const { callFrame, children = [] } = byId.get(id)!;
    const isOwn = below || callFrame.url.includes(folder);
    if (isOwn) own.add(id);
    for (const child of children) visit(child, isOwn);
  };
  visit(nodes[0]!.id, false);
  return own;
}

function stackOf({ nodes }: Profiler.Profile, innermost: number): string[] {
  const stack: string[] = [];
  let node = nodes.find(({ id }) => id === innermost);
  while (node !== undefined) {
    const { id, callFrame } = node;
    const place = callFrame.url === "" ? "" : ` ${path.basename(callFrame.url)}:${callFrame.lineNumber + 1}`;
    stack.push(`${callFrame.functionName || "(anonymous)"}${place}`);
    node = nodes.find(({ children }) => children?.includes(id));
  }
  return stack;
}
