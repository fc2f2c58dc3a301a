const paperText = "#1f1f1f";
const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character]!);
}

/** The colours and fonts on paper: a variable's fallback, which is its value outside of the editor. */
function onPaper(value: string): string {
  return value.replace(/var\(--[\w-]+,\s*([^()]*)\)/g, "$1").replace(/currentColor/gi, paperText);
}

/** A chart as the markup of an SVG element that needs nothing around it: paper colours, generic fonts, no script. */
export function svgMarkup(svg: SVGSVGElement): string {
  return markup(svg, ' xmlns="http://www.w3.org/2000/svg"');
}

function markup(node: Node, namespace = ""): string {
  if (node.nodeType !== node.ELEMENT_NODE) return escape(node.textContent ?? "");
  const element = node as Element;
  const attributes = [...element.attributes]
    .filter(({ name }) => name !== "xmlns")
    .map(({ name, value }) => ` ${name}="${escape(onPaper(value))}"`)
    .join("");
  const children = [...element.childNodes].map((child) => markup(child)).join("");
  return `<${element.localName}${namespace}${attributes}>${children}</${element.localName}>`;
}

/** A chart as a file of its own, on white. */
export function toSvgFile(svg: SVGSVGElement): string {
  const opening = /^<svg[^>]*>/;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svgMarkup(svg).replace(opening, (tag) => `${tag}<rect width="100%" height="100%" fill="#ffffff"/>`)}\n`;
}
