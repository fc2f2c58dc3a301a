/** Where a tensor stands in a stack of layers, by its name. */
export interface PlaceInStack {
  /** Everything before the number, with the dot. A model may have several stacks, for example one for pictures. */
  readonly stack: string;
  readonly layer: number;
  /** Name of the tensor in its layer. */
  readonly suffix: string;
}

/** What model families call their stacks. Other numbers in names count the parts of a small network. */
const inLayer = /^((?:.*?\.)?(?:layers?|h|blocks?)\.)(\d+)\.(.*)$/;

/** The place of a tensor of this name in a stack; undefined for one outside of them. */
export function placeInStack(name: string): PlaceInStack | undefined {
  const match = inLayer.exec(name);
  return match === null ? undefined : { stack: match[1]!, layer: Number(match[2]), suffix: match[3]! };
}
