import { formatModelReference, type ModelKey, type ModelReference } from "./modelReference.ts";

/** Something of every model of a merge, in the order in which it was given. */
export class ByModel<Value> implements Iterable<readonly [ModelKey, Value]> {
  private readonly known: ReadonlyMap<ModelKey, Value>;

  constructor(entries: Iterable<readonly [ModelReference | ModelKey, Value]>) {
    this.known = new Map(Array.from(entries, ([model, value]) => [keyOf(model), value]));
  }

  /** What there is of a model, which must be one of those that were given. */
  of(model: ModelReference | ModelKey): Value {
    const key = keyOf(model);
    const value = this.known.get(key);
    if (value === undefined) throw new Error(`${key} is not among ${[...this.known.keys()].join(", ")}`);
    return value;
  }

  map<Other>(change: (value: Value) => Other): ByModel<Other> {
    return new ByModel(Array.from(this.known, ([key, value]) => [key, change(value)] as const));
  }

  values(): Iterable<Value> {
    return this.known.values();
  }

  [Symbol.iterator](): Iterator<readonly [ModelKey, Value]> {
    return this.known[Symbol.iterator]();
  }
}

function keyOf(model: ModelReference | ModelKey): ModelKey {
  return typeof model === "string" ? model : formatModelReference(model);
}
