/** A place at which the model's next-token distribution is needed. */
export interface ContinuationNode {
  /** Tokens between the prefix and this place; empty for the root, which is the end of the prefix. */
  readonly path: readonly number[];
  /** Tokens that some continuation has at this place: those whose probability is wanted here. */
  readonly next: readonly number[];
}

/** One walk of the tree: the model's state becomes prefix + path, and the nodes, all on the path, are new in it. */
export interface ContinuationStep {
  readonly path: readonly number[];
  /** From the shallowest to the deepest; the deepest ends the path. */
  readonly nodes: readonly ContinuationNode[];
}

interface TreeNode {
  readonly path: readonly number[];
  readonly children: Map<number, TreeNode>;
}

/**
 * Plans the evaluation of several continuations of one prefix as a tree of tokens, depth first: every node is evaluated
 * once, and the last token of a continuation is not evaluated unless another continuation goes on after it. Each step
 * shares with the one before it all tokens up to a branching point.
 */
export function planContinuations(continuations: readonly (readonly number[])[]): ContinuationStep[] {
  const root: TreeNode = { path: [], children: new Map() };
  for (const continuation of continuations) insert(root, continuation);
  const steps: ContinuationStep[] = [];
  collectSteps(root, [], steps);
  return steps;
}

/** Identifies a node among those of its tree. */
export function nodeKey(path: readonly number[]): string {
  return path.join(",");
}

function insert(root: TreeNode, continuation: readonly number[]): void {
  let node = root;
  for (const token of continuation) {
    let child = node.children.get(token);
    if (child === undefined) {
      child = { path: [...node.path, token], children: new Map() };
      node.children.set(token, child);
    }
    node = child;
  }
}

/** `above`: nodes on the way to `node` that no step has taken up yet. */
function collectSteps(node: TreeNode, above: readonly ContinuationNode[], steps: ContinuationStep[]): void {
  let pending = [...above, { path: node.path, next: [...node.children.keys()] }];
  const inner = [...node.children.values()].filter((child) => child.children.size > 0);
  if (inner.length === 0) {
    steps.push({ path: node.path, nodes: pending });
    return;
  }
  for (const child of inner) {
    collectSteps(child, pending, steps);
    pending = [];
  }
}
