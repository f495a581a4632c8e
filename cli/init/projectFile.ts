import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parseDocument } from "yaml";

/** `Pulumi.yaml`, as far as it says where the state of all stacks is. What else is in it stays as it was written. */
export class ProjectFile {
  private readonly path: string;
  private readonly document: ReturnType<typeof parseDocument>;

  /** @param folder The project's. */
  public constructor(folder: string) {
    this.path = join(folder, "Pulumi.yaml");
    this.document = parseDocument(readFileSync(this.path, "utf8"));
  }

  /** Where it says that state is; undefined where each person's login does. */
  public get backend(): string | undefined {
    return this.document.getIn(["backend", "url"]) as string | undefined;
  }

  /** Says it. */
  public setBackend(url: string): void {
    this.document.setIn(["backend", "url"], url);
    writeFileSync(this.path, this.document.toString({ lineWidth: 0 }));
  }
}
