import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/** A change of a file that can be taken back. */
export class FileChange {
  /**
   * @param before What the file was; undefined where there was none.
   * @param written What was written in its place.
   */
  public constructor(
    private readonly path: string,
    private readonly before: string | Uint8Array | undefined,
    private readonly written: string,
  ) {}

  /** Writes back what was there, unless somebody has changed the file since: that is theirs. @returns whether it did */
  public takeBack(): boolean {
    if (!existsSync(this.path) || readFileSync(this.path, "utf8") !== this.written) {
      return false;
    }
    if (this.before === undefined) {
      rmSync(this.path);
    } else {
      writeFileSync(this.path, this.before);
    }
    return true;
  }
}
