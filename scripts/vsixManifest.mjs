// The two files by which VS Code knows an archive as an extension.

const escape = (text) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\p{Control}/gu, " ");

const property = (id, value) => `      <Property Id="Microsoft.VisualStudio.${id}" Value="${escape(value)}" />`;
const asset = (type, path) =>
  `    <Asset Type="Microsoft.VisualStudio.${type}" Path="extension/${path}" Addressable="true" />`;

/**
 * @param manifest the extension's package.json, with its texts in place
 * @param {string} target platform, as VS Code calls it
 */
export function vsixManifest(manifest, target) {
  const { name, version, publisher, displayName, description, categories, keywords, engines } = manifest;
  const { extensionKind, galleryBanner, icon } = manifest;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escape(name)}" Version="${version}" Publisher="${escape(publisher)}" TargetPlatform="${target}" />
    <DisplayName>${escape(displayName)}</DisplayName>
    <Description xml:space="preserve">${escape(description)}</Description>
    <Tags>${escape(keywords.join(","))}</Tags>
    <Categories>${escape(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
${[
  property("Code.Engine", engines.vscode),
  property("Code.ExtensionDependencies", ""),
  property("Code.ExtensionPack", ""),
  property("Code.ExtensionKind", extensionKind.join(",")),
  property("Code.LocalizedLanguages", ""),
  property("Code.EnabledApiProposals", ""),
  property("Code.ExecutesCode", "true"),
  property("Services.GitHubFlavoredMarkdown", "true"),
  property("Services.Content.Pricing", "Free"),
  property("Services.Branding.Color", galleryBanner.color),
  property("Services.Branding.Theme", galleryBanner.theme),
].join("\n")}
    </Properties>
    <License>extension/LICENSE</License>
    <Icon>extension/${icon}</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
${[
  asset("Code.Manifest", "package.json"),
  asset("Services.Content.Details", "README.md"),
  asset("Services.Content.Changelog", "CHANGELOG.md"),
  asset("Services.Content.License", "LICENSE"),
  asset("Services.Icons.Default", icon),
].join("\n")}
  </Assets>
</PackageManifest>
`;
}

/** @param {Iterable<string>} names of the files in the archive */
export function contentTypes(names) {
  const extensions = new Set([".vsixmanifest"]);
  const whole = [];
  for (const name of names) {
    const extension = /\.[^./]+$/.exec(name)?.[0];
    if (extension === undefined) whole.push(name);
    else extensions.add(extension.toLowerCase());
  }
  const typeOf = (extension) =>
    ({ ".json": "application/json", ".vsixmanifest": "text/xml" })[extension] ?? "application/octet-stream";
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${[...extensions]
  .sort()
  .map((extension) => `  <Default Extension="${escape(extension)}" ContentType="${typeOf(extension)}" />`)
  .join("\n")}
${whole
  .sort()
  .map((name) => `  <Override PartName="/${escape(name)}" ContentType="application/octet-stream" />`)
  .join("\n")}
</Types>
`;
}
