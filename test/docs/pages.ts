import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the repository. */
export const ROOT = join(__dirname, "../..");

/** What people read, by path from the folder of the repository: README.md first. */
export const PAGES: ReadonlyMap<string, string> = new Map(
  [
    "README.md",
    "CONTRIBUTING.md",
    ...readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ].map((path) => [path, readFileSync(join(ROOT, path), "utf8")]),
);

/** A page by its path. @throws Error where there is none */
export function page(path: string): string {
  const text = PAGES.get(path);
  if (text === undefined) {
    throw new Error(`there is no page ${path}`);
  }
  return text;
}

/** The blocks of YAML of a page. */
export function yamlOf(text: string): string[] {
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = ""]) => block);
}
