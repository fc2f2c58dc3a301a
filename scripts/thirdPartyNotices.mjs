// The licences of everything by others that a package contains.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Licence texts that belong to a package and lie elsewhere than beside its package.json. */
const licenceName = /^(licen[cs]e|copying|notice)([-.].*)?$/i;

/**
 * @param {Iterable<string>} folders of npm packages
 * @returns {string} names, licences and licence texts, each package once
 * @throws Error when a package does not say under which licence it is
 */
export function thirdPartyNotices(folders) {
  const packages = new Map([[llamaCpp.title, llamaCpp]]);
  for (const folder of folders) {
    const notice = readNotice(folder);
    packages.set(notice.title, notice);
  }
  const sorted = [...packages.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  const heading =
    "Medley contains the software of others, listed here with their licences. The model and the questions under\n" +
    "samples/ have their licences beside them.\n";
  return [heading, ...sorted.map(({ title, licence, text }) => `${rule}\n${title} (${licence})\n${rule}\n\n${text}\n`)]
    .join("\n")
    .replaceAll("\r\n", "\n");
}

const rule = "-".repeat(80);

/** Compiled into the binaries of node-llama-cpp, whose packages do not say so. */
const llamaCpp = {
  title: "llama.cpp and ggml",
  licence: "MIT",
  text: `MIT License

Copyright (c) 2023-2026 The ggml authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`,
};

function readNotice(folder) {
  const { name, version, license, author, repository } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  const title = `${name} ${version}`;
  const licence = typeof license === "object" ? license.type : license;
  if (typeof licence !== "string") throw new Error(`${title} does not say under which licence it is.`);
  const files = readdirSync(folder).filter((file) => licenceName.test(file) && existsSync(path.join(folder, file)));
  const texts = files.sort().map((file) => readFileSync(path.join(folder, file), "utf8").trim());
  if (texts.length > 0) return { title, licence, text: texts.join("\n\n") };
  const by = typeof author === "object" ? author.name : author;
  const from = typeof repository === "object" ? repository.url : repository;
  const known = [by && `By ${by}.`, from && `From ${from}.`].filter(Boolean);
  return {
    title,
    licence,
    text: [`Licensed under ${licence}. It comes without the text of its licence.`, ...known].join("\n"),
  };
}
