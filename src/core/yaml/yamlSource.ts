import { outlineOf, type OutlineDocument } from "./outline.ts";
import { readPyYaml, type YamlStream } from "./pyYaml.ts";
import { YamlText } from "./yamlText.ts";

/** The text of a document with what is made of it, each when it is first asked for and only once. */
export class YamlSource {
  private madeOutline: readonly OutlineDocument[] | undefined;
  private madeYaml: YamlText | undefined;
  private madeStream: YamlStream | undefined;

  constructor(readonly text: string) {}

  /** What the indentation tells, whether or not the text can be parsed. */
  get outline(): readonly OutlineDocument[] {
    return (this.madeOutline ??= outlineOf(this.text));
  }

  /** As one document of YAML 1.2. */
  get yaml(): YamlText {
    return (this.madeYaml ??= new YamlText(this.text));
  }

  /** As the documents that PyYAML reads. */
  get stream(): YamlStream {
    return (this.madeStream ??= readPyYaml(this.text));
  }
}
