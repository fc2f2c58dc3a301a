import { makeRenderer, type Renderer, type RendererContext } from "./result/renderer.ts";
import styles from "./style.css";

/** Entry point of the notebook renderer: draws the result under a cell. */
export function activate(context: RendererContext): Renderer {
  return makeRenderer(context, styles);
}
