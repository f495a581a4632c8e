import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** A change of a file that can be taken back. */
export class FileChange {
  /**
   * @param before What the file was.
   * @param written What was written in its place.
   */
  public constructor(
    private readonly path: string,
    private readonly before: string | Uint8Array,
    private readonly written: string,
  ) {}

  /** Writes back what was there, unless somebody has changed the file since: that is theirs. @returns whether it did */
  public takeBack(): boolean {
    if (!existsSync(this.path) || readFileSync(this.path, "utf8") !== this.written) {
      return false;
    }
    writeFileSync(this.path, this.before);
    return true;
  }
}
