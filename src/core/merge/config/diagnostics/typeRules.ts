import { builtinChatTemplates, dtypeNames } from "../schema.ts";
import { isChatTemplateText } from "../../../tokenizer/tokenizerFiles.ts";
import { nearest, type Reporter } from "./diagnostic.ts";
import type { MergeView } from "./view.ts";

/** `dtype`, `out_dtype` and `chat_template`. */
export function checkTypesAndTemplate(view: MergeView, reporter: Reporter): void {
  const { dtype, out_dtype: outDtype, chat_template: template } = view.configuration;
  checkDtype(dtype, "/dtype", reporter);
  checkDtype(outDtype, "/out_dtype", reporter);
  checkResultType(view, reporter);
  if (template === undefined || template === "auto" || isChatTemplateText(template)) return;
  if ((builtinChatTemplates as readonly string[]).includes(template)) return;
  const message = `${JSON.stringify(template)} is neither "auto", a built-in template nor a Jinja template.`;
  const replacement = nearest(template, ["auto", ...builtinChatTemplates]);
  const fix = replacement === undefined ? {} : { replacement };
  reporter.report({ code: "chatTemplate", severity: "error", message, path: "/chat_template", silent: true, ...fix });
}

const shortNames: Readonly<Record<string, string>> = {
  bf16: "bfloat16",
  fp16: "float16",
  half: "float16",
  f16: "float16",
  fp32: "float32",
  f32: "float32",
  float: "float32",
};

/** The name of a type, as `dtype` and `out_dtype` take it. */
export function checkDtype(name: string | undefined, path: string, reporter: Reporter): void {
  if (name === undefined) return;
  const plain = name.replace(/^torch\./, "");
  if (!(dtypeNames as readonly string[]).includes(plain)) {
    const replacement = shortNames[plain];
    const message = `${JSON.stringify(name)} is not accepted. Use one of bfloat16, float16, float32.`;
    reporter.report({
      code: "dtype",
      severity: "error",
      message,
      path,
      ...(replacement === undefined ? {} : { replacement }),
    });
  } else if (plain === "int64") {
    reporter.report({ code: "dtype", severity: "error", message: "int64 truncates every weight.", path, silent: true });
  } else if (plain !== name) {
    const message = `${JSON.stringify(name)} is written verbatim into config.json; use ${JSON.stringify(plain)}.`;
    reporter.report({ code: "dtype", severity: "warning", message, path, replacement: plain });
  }
}

function checkResultType({ method, configuration }: MergeView, reporter: Reporter): void {
  const { dtype, out_dtype: outDtype } = configuration;
  if (method?.resultDtype !== "F32" || dtype === undefined || outDtype !== undefined || dtype.endsWith("float32"))
    return;
  const message = `\`${method.name}\` writes float32 tensors here; set \`out_dtype: ${dtype}\`.`;
  reporter.report({ code: "resultType", severity: "warning", message, path: "/dtype" });
}
