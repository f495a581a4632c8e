import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

import { type Document, isMap, isScalar, isSeq, parseDocument, YAMLMap, type YAMLSeq } from "yaml";

import { Refusal } from "../../components/refusal";

/**
 * By what the engine says in it how the stack's secrets are kept.
 *
 * Source: pulumi/pulumi, sdk/go/common/workspace/project.go, ProjectStack.
 */
const SECRETS = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

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

  /** Whether there is one that says something: where the CLI finds none, it writes one with the salt alone. */
  public static isThere(path: string): boolean {
    const document = parseDocument(existsSync(path) ? readFileSync(path, "utf8") : "");
    const { config = null, ...more } = (document.toJS() ?? {}) as Record<string, unknown>;
    const said = [...Object.keys(config ?? {}), ...Object.keys(more)];
    return document.errors.length > 0 || said.some((key) => !SECRETS.some((own) => own === key));
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
      const [said = ""] = mistake.message.split("\n");
      throw new Refusal(`${basename(path)} cannot be read`, [belowTheEngines(text) ?? said]);
    }
    const stray = strayIn(document);
    if (stray !== undefined) {
      throw new Refusal(`${basename(path)} does not say what it looks like`, [
        `${stray} stands beside config:, where Pulumi reads no setting and says nothing of it: move it below config:, indented like the settings there.`,
      ]);
    }
    return new RoomFile(path, document);
  }

  /** Its settings by full key. */
  public get config(): Readonly<Record<string, unknown>> {
    const { config } = (this.document.toJS() ?? {}) as { config?: Record<string, unknown> | null };
    return config ?? {};
  }

  /** Whether it says how the stack's secrets are kept; of a stack in Pulumi's service none does. */
  public get saysHowSecretsAreKept(): boolean {
    return SECRETS.some((key) => this.document.has(key));
  }

  /** Sets a line of the engine's own, above the settings. */
  public setOfEngine(key: (typeof SECRETS)[number], value: string): void {
    this.topMap().items.unshift(this.document.createPair(key, value));
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

  private topMap(): YAMLMap {
    const { contents } = this.document;
    if (isMap(contents)) {
      return contents;
    }
    const made = new YAMLMap();
    this.document.contents = made;
    return made;
  }

  private configMap(): YAMLMap {
    this.topMap();
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

/** What is said of lines that were added at the end of a file whose last line is the engine's. */
function belowTheEngines(text: string): string | undefined {
  const lines = text.split("\n");
  const own = lines.findIndex(
    (line, index) =>
      SECRETS.some((key) => line.startsWith(`${key}:`)) && /^\s+\S/.test(lines[index + 1] ?? ""),
  );
  const [key] = lines[own]?.split(":") ?? [];
  return key === undefined
    ? undefined
    : `Line ${own + 2} is indented below ${key}:, which has its value already. Settings stand below config:, so move the line ${key}: to the top of the file; lines of handover are put in their place by: npx clean-room evidence <ticket> add`;
}

/** A setting that stands at the top. */
function strayIn(document: Document): string | undefined {
  return isMap(document.contents)
    ? document.contents.items
        .map(({ key }) => String(isScalar(key) ? key.value : key))
        .find((key) => key.includes(":"))
    : undefined;
}
