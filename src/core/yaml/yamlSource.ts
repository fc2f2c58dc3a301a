import { outlineOf, type OutlineDocument } from "./outline.ts";
import { readYamlStream, type YamlStream, type YamlVersion } from "./yamlStream.ts";

/** The text of a document with what is made of it, each when it is first asked for and only once. */
export class YamlSource {
  private madeOutline: readonly OutlineDocument[] | undefined;
  private readonly streams = new Map<YamlVersion, YamlStream>();

  constructor(readonly text: string) {}

  /** What the indentation tells, whether or not the text can be parsed. */
  get outline(): readonly OutlineDocument[] {
    return (this.madeOutline ??= outlineOf(this.text));
  }

  /** Its documents as a version of YAML reads them. */
  read(version: YamlVersion): YamlStream {
    const stream = this.streams.get(version) ?? readYamlStream(this.text, version);
    this.streams.set(version, stream);
    return stream;
  }
}
