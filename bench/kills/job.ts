/** When to kill: once something holds, and so many milliseconds later. */
export interface Moment {
  readonly until?: () => boolean;
  readonly after: number;
}

/** One piece of work that is killed and taken up again until it is done. */
export interface Job {
  /** Current folder of its commands. */
  readonly folder: string;
  readonly command: readonly string[];
  /** Goes on with the latest run instead. */
  readonly resume: readonly string[];
  /** Folder of its runs. */
  readonly runs: string;
  /** By name, so that every phase is aimed at equally often. */
  readonly moments: readonly (readonly [string, (random: () => number) => Moment])[];
  /** How far the dead process had got. */
  phase(): string;
  /** Looks at what a killed process left. @throws when it could be taken for a result and is none */
  check(): void;
  /** @returns what was compared, counted. @throws when the result differs from that of undisturbed work */
  compare(): Promise<Readonly<Record<string, number>>>;
}

export interface Work {
  readonly name: string;
  begin(place: string): Promise<Job>;
}
