import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

import { type Document, isMap, isScalar, isSeq, parseDocument, YAMLMap, type YAMLSeq } from "yaml";

import { Refusal } from "../../components/refusal";

/**
 * The file of a room's stack, `Pulumi.<stack>.yaml`. What is changed is changed in its place: whatever else is in it, the
 * comments too and the engine's own lines, such as the salt of its encryption, stays as it was written.
 */
export class RoomFile {
  private constructor(
    /** Where it is. */
    public readonly path: string,
    private readonly document: Document,
  ) {}

  /** Whether there is one. */
  public static isThere(path: string): boolean {
    return existsSync(path);
  }

  /** Reads it; where there is none, one that is empty. @throws Refusal where it is no YAML, with the line */
  public static read(path: string): RoomFile {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    return RoomFile.parse(path, text);
  }

  /** The same of a text. */
  public static parse(path: string, text: string): RoomFile {
    // The CLI reads YAML 1.1, where a time is a string in quotes only.
    const document = parseDocument(text, { version: "1.1" });
    const [mistake] = document.errors;
    if (mistake !== undefined) {
      throw new Refusal(`${basename(path)} cannot be read`, [mistake.message.split("\n")[0] ?? ""]);
    }
    return new RoomFile(path, document);
  }

  /** Its settings by full key. */
  public get config(): Readonly<Record<string, unknown>> {
    const { config } = (this.document.toJS() ?? {}) as { config?: Record<string, unknown> | null };
    return config ?? {};
  }

  /** Sets a setting, by full key; the comment beside a single value stays. */
  public set(key: string, value: unknown): void {
    const config = this.configMap();
    const old = config.get(key, true);
    const node = this.document.createNode(value);
    if (isScalar(old) && isScalar(node)) {
      old.value = node.value;
    } else {
      config.set(this.document.createNode(key), node);
    }
  }

  /** Comments that stand above the settings, for who reads the file. */
  public head(comment: string): void {
    this.document.commentBefore = comment;
  }

  /** The entries of a setting that is a list, made where there is none. @throws Refusal where it is something else */
  public list(key: string): YAMLSeq {
    const config = this.configMap();
    const list = config.get(key, true);
    if (isSeq(list)) {
      // An empty one is written in brackets, where no entry with comments fits.
      list.flow &&= list.items.length > 0;
      return list;
    }
    if ((config.get(key) ?? undefined) !== undefined) {
      throw new Refusal(`${basename(this.path)} is left as it is`, [
        `${key} is not a list there: mend it first.`,
      ]);
    }
    const made = this.document.createNode([]) as YAMLSeq;
    made.flow = false;
    config.set(key, made);
    return made;
  }

  /** Writes it. */
  public write(): void {
    writeFileSync(this.path, this.text());
  }

  /** As it would be written. */
  public text(): string {
    return this.document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }

  private configMap(): YAMLMap {
    if (!isMap(this.document.contents)) {
      this.document.contents = this.document.createNode({});
    }
    const config = this.document.get("config", true);
    if (isMap(config)) {
      config.flow = false;
      return config;
    }
    const made = new YAMLMap();
    this.document.set("config", made);
    return made;
  }
}
