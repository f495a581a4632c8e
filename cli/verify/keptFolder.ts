import { closeSync, constants, type Dirent, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { BUNDLE } from "./bundleNames";

/**
 * A folder that somebody handed over. Regular files are read; a link is not followed, as it may lead to what nobody
 * handed over.
 */
export class KeptFolder {
  /** Paths of its regular files, from the folder on, with `/` between. */
  public readonly files: ReadonlySet<string>;

  /** What else is there, by its path. */
  public readonly others: ReadonlyMap<string, "folder" | "link" | "special file">;

  /**
   * Lists it: where it says what it has to have (SHA256SUMS) all of it; else itself and what a bundle has records and
   * signatures in.
   *
   * @throws What reading a folder throws.
   */
  public constructor(private readonly path: string) {
    const files = new Set<string>();
    const others = new Map<string, "folder" | "link" | "special file">();
    let whole = false;
    const list = (below: string): void => {
      const entries = readdirSync(join(path, below), { withFileTypes: true });
      whole ||= below === "" && entries.some((each) => each.name === BUNDLE.sums && each.isFile());
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const name = below + entry.name;
        if (entry.isFile()) {
          files.add(name);
        } else if (isOfBundle(entry, below) || (whole && entry.isDirectory())) {
          list(`${name}/`);
          if (!isOfBundle(entry, below)) {
            others.set(name, "folder");
          }
        } else if (below !== "" || whole || !entry.isDirectory()) {
          others.set(name, whatIs(entry));
        }
      }
    };
    list("");
    this.files = files;
    this.others = others;
  }

  /** @param name One of the files. */
  public read(name: string): Buffer {
    // Where it became a link meanwhile, it is not followed either.
    const file = openSync(join(this.path, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  }
}

function isOfBundle(entry: Dirent, below: string): boolean {
  const { records, signatures } = BUNDLE;
  return entry.isDirectory() && below === "" && [records, signatures].some((n) => n === entry.name);
}

function whatIs(entry: Dirent): "folder" | "link" | "special file" {
  return entry.isDirectory() ? "folder" : entry.isSymbolicLink() ? "link" : "special file";
}
