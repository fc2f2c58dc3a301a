import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import globals from "globals";
import tseslint from "typescript-eslint";

const llamaCpp = "src/node/backends/llamaCpp";

/**
 * The layer rule, as data: a folder of src/ and the folders it may not import.
 * core imports nothing above it; node imports core; worker, cli and vscode import core and node;
 * webview imports core only; nobody imports vscode/ but extension.ts. Models are found through the registry of
 * backends: only the process that runs llama.cpp knows it too.
 */
const forbiddenImports = {
  "src/core": ["src/node", "src/worker", "src/cli", "src/vscode", "webview"],
  "src/node": ["src/worker", "src/cli", "src/vscode", "webview"],
  "src/worker": ["src/cli", "src/vscode", "webview"],
  "src/cli": ["src/worker", "src/vscode", "webview", llamaCpp],
  "src/vscode": ["src/cli", "src/worker", "webview", llamaCpp],
  webview: ["src/node", "src/worker", "src/cli", "src/vscode"],
};

const zones = Object.entries(forbiddenImports).flatMap(([target, sources]) =>
  sources.map((from) => ({
    target: `./${target}`,
    from: `./${from}`,
    message: `Layer rule: ${target} may not import ${from}.`,
  })),
);

/** Packages that run anywhere (browser, Node, worker); all that core and webview may import besides relative paths. */
const purePackages = ["zod", "yaml", "csv-parse", "@noble/hashes", "@huggingface/jinja"];
/** What the pages in the editor are drawn with. */
const pagePackages = ["@observablehq/plot"];
/** What their controls are drawn with: `webview/components/toolkit.ts` alone knows it. */
const controlPackage = "@vscode/webview-ui-toolkit";

/** Refuses every package but those named; relative imports are the zones' business. */
function onlyPackages(layer, packages) {
  return {
    regex: `^(?!\\.{1,2}/|(?:${packages.join("|")})(?:/|$))`,
    message: `${layer} imports only relative paths and ${packages.join(", ")}.`,
  };
}

/** no-restricted-imports does not see `import("x")`; layers that are closed to packages do not need it. */
const noDynamicPackageImport = {
  selector: "ImportExpression:not([source.value=/^[.]{1,2}[/]/])",
  message: "This layer is closed: a dynamic import may not bring in a package.",
};

const onlyVscodeFoldersMayImportVscode = {
  name: "vscode",
  message: "Only src/vscode and src/extension.ts may import vscode.",
};

/** What foreign text becomes markup through: `src/vscode/common/markdownString.ts` alone makes these. */
const noRawMarkdown = {
  selector: "MemberExpression[property.name='MarkdownString']",
  message: "Texts of files must be escaped: use markdownString(markdown`…`) of src/vscode/common.",
};

/** What makes links of text: `src/vscode/common/messages.ts` alone shows notifications. */
const noRawMessages = {
  selector: "MemberExpression[property.name=/^show(Error|Warning|Information)Message$/]",
  message: "Texts of files must not become links: use messages of src/vscode/common/messages.ts.",
};

/** Texts of files may be nested so deeply that reading them ends Node; a short piece of one may not. */
const noRawParsing = [
  {
    selector:
      "CallExpression[callee.object.name='JSON'][callee.property.name='parse']:not([arguments.0.type='TemplateLiteral'], [arguments.0.callee.property.name=/^(slice|stringify)$/])",
    message: "Read JSON with parseJson of src/core/json.ts.",
  },
  {
    selector: "ImportDeclaration[source.value='yaml'] ImportSpecifier[imported.name=/^(parse|Composer)/]",
    message: "Read YAML with src/core/yaml/parseYaml.ts.",
  },
];

const noRawControls = {
  selector: "CallExpression[callee.name='h'][arguments.0.value=/^(button|input|select|option|textarea)$/]",
  message: "Controls are made by webview/components/toolkit.ts.",
};

/** What holds in all code; `no-restricted-syntax` of a narrower configuration replaces that of a wider one. */
const everywhere = [
  {
    // Calls have room for some hundred thousand arguments; lists of files may be longer.
    selector:
      "CallExpression[callee.property.name=/^(push|unshift|splice|concat|max|min|fromCharCode|fromCodePoint|of|append|prepend|before|after|replaceChildren|replaceWith)$/] > SpreadElement:not([argument.type='ArrayExpression']), CallExpression[callee.property.name='apply'][arguments.length=2]",
    message: "A list may be too long for a call: use append, largest or smallest of src/core/lists.ts, or a loop.",
  },
  {
    // Of own functions: what is called by its name or on `this`. `true` among arguments does not say what is true.
    selector:
      ":matches(CallExpression[callee.type='Identifier'], CallExpression[callee.object.type='ThisExpression'], NewExpression) > Literal.arguments[raw=/^(true|false)$/]",
    message: "Name it: pass an option, `{ overwrite: true }`, or one of several words.",
  },
  { selector: "PrivateIdentifier", message: "Members are made private by the keyword `private`." },
];

/** `src/cli/output.ts` makes visible what a terminal would obey; what is redrawn in place writes by itself. */
const noRawOutput = [
  {
    selector: "CallExpression[callee.property.name='write'][callee.object.property.name=/^std(out|err)$/]",
    message: "Texts of files must be escaped for the terminal: use output of src/cli/output.ts.",
  },
  { selector: "MemberExpression[object.name='console']", message: "Use output of src/cli/output.ts." },
];

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "out/**",
      "test/e2e/server/**",
      "test/e2e/.work/**",
      "test/integration/python/.venv/**",
      "test/fixtures/**",
      "**/*.generated.js",
    ],
  },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: { "import-x": importX },
    // Without these the plugin does not read TypeScript and sees no cycle.
    settings: {
      "import-x/extensions": [".ts", ".tsx"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
    },
    languageOptions: { globals: globals.node },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-cycle": "error",
      "no-restricted-imports": ["error", { paths: [onlyVscodeFoldersMayImportVscode] }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-non-null-assertion": "off",
      eqeqeq: "error",
      "no-console": "off",
    },
  },
  {
    files: ["src/**/*.ts", "webview/**/*.ts"],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "max-lines": ["error", { max: 500 }],
      "max-params": ["error", { max: 5 }],
      "no-restricted-syntax": ["error", ...noRawParsing, ...everywhere],
    },
  },
  {
    // Kernels take addresses and numbers, as WebAssembly does: an object for each call would be made millions of times.
    files: ["src/core/merge/kernels/**/*.ts"],
    rules: { "max-params": "off" },
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [onlyPackages("core", purePackages)] }],
      "no-restricted-syntax": ["error", noDynamicPackageImport, ...noRawParsing, ...everywhere],
      "no-restricted-globals": [
        "error",
        ...["process", "Buffer", "__dirname", "__filename", "require", "fetch"].map((name) => ({
          name,
          message: "core is pure: no process, no file system, no network.",
        })),
      ],
    },
  },
  {
    files: ["webview/**/*.ts", "webview/**/*.tsx"],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-restricted-imports": ["error", { patterns: [onlyPackages("webview", [...purePackages, ...pagePackages])] }],
      "no-restricted-syntax": ["error", noDynamicPackageImport, ...everywhere, noRawControls],
    },
  },
  {
    files: ["webview/components/toolkit.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [onlyPackages("webview/components/toolkit.ts", [controlPackage])] },
      ],
      "no-restricted-syntax": ["error", noDynamicPackageImport, ...everywhere],
    },
  },
  {
    files: [
      "src/vscode/**/*.ts",
      "src/extension.ts",
      "test/vscode/**/*.ts",
      "test/e2e/**/*.ts",
      "bench/editor/**/*.ts",
    ],
    rules: { "no-restricted-imports": "off" },
  },
  {
    files: ["src/cli/**/*.ts"],
    ignores: ["src/cli/output.ts", "src/cli/start.ts"],
    rules: { "no-restricted-syntax": ["error", ...noRawParsing, ...everywhere, ...noRawOutput] },
  },
  {
    files: ["src/vscode/**/*.ts", "src/extension.ts"],
    ignores: ["src/vscode/common/markdownString.ts"],
    rules: { "no-restricted-syntax": ["error", ...noRawParsing, ...everywhere, noRawMarkdown, noRawMessages] },
  },
  {
    files: ["src/core/json.ts", "src/core/yaml/parseYaml.ts"],
    rules: { "no-restricted-syntax": ["error", noDynamicPackageImport, ...everywhere] },
  },
);
