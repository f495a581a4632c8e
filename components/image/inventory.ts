import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bucketArn } from "../aws/arn";
import { sha256 } from "../sha256";
import { checkFiles } from "./checkScripts";
import { bash, documentText, type ImageDocument, writeFiles } from "./documents";
import { AMI_FOLDER, type Toolbox } from "./toolbox";

/** A tool that cannot be had from a public archive: licensed, or published as a program only. */
export interface BucketTool {
  readonly name: string;
  readonly version: string;

  /** Key of the object in the tools bucket. */
  readonly key: string;

  /** SHA-256 of the object, 64 hexadecimal digits: anything else fails the build. */
  readonly sha256: string;

  /** Where the image has it, below `/opt/clean-room/`. */
  readonly path: string;
}

/** The tools bucket and what the image takes from it. */
export interface ToolsBucket {
  /** Name of the bucket, in the account of the pipeline. */
  readonly bucket: string;
  readonly tools: readonly BucketTool[];
}

/** What an image carries and how it was made, known before it is built. */
export interface Inventory {
  /** Content of `/etc/clean-room/toolbox.json`. */
  readonly json: string;

  /** SHA-256 of that content: the tag `toolbox-digest` of recipe and image. */
  readonly digest: string;

  /** The document that fetches the tools bucket's tools and writes the list. */
  readonly document: ImageDocument;
}

/** Where the image says what it carries. */
const FILE = "/etc/clean-room/toolbox.json";

/** Where it says which packages that came to, and how they are listed. */
const PACKAGES = "/etc/clean-room/packages.txt";
const LIST_PACKAGES = "dpkg-query -W -f '${Package} ${Version}\n' | LC_ALL=C sort";

/**
 * Lists what the image will carry: every tool with its version, its source and what its checksum is
 * of, and the checksum of every document that runs.
 *
 * @param accountId Account of the tools bucket, 12 digits: a bucket of another one is refused.
 */
export function inventory(
  toolbox: Toolbox,
  documents: readonly ImageDocument[],
  fromBucket: ToolsBucket | undefined,
  accountId: string,
): Inventory {
  const { base, archive, rust } = toolbox;
  const bucketTools = fromBucket?.tools ?? [];
  const list = {
    form: "clean-room/toolbox/1",
    base,
    archive,
    rust,
    tools: [
      ...toolbox.tools.map(({ name, group, version, source }) => ({
        name,
        group,
        version,
        source: "file" in source ? { ...source, checksum: checksumOf(source.file) } : source,
      })),
      ...bucketTools.map(({ name, version, key, ...tool }) => ({
        name,
        group: "licensed",
        version,
        source: { bucket: key, checksum: tool.sha256 },
      })),
    ],
    documents: Object.fromEntries(documents.map(({ group, data }) => [group, sha256(data)])),
  };
  const json = `${JSON.stringify(list)}\n`;
  const written = { path: FILE, content: json, mode: "0444" };
  const sums = bucketTools.map((tool) => `${tool.sha256}  ${tool.path}`);
  const check = `sha256sum -c --quiet <<'END'\n${sums.join("\n")}\nEND`;
  const data = documentText("clean-room-inventory", "What the image carries", {
    build: [
      ...(fromBucket === undefined || bucketTools.length === 0
        ? []
        : [
            bash("MakeFolders", makeFolders(bucketTools)),
            {
              name: "Download",
              action: "S3Download" as const,
              inputs: bucketTools.map(({ key, path }) => ({
                source: `s3://${fromBucket.bucket}/${key}`,
                destination: path,
                expectedBucketOwner: accountId,
              })),
            },
            // S3Download compares nothing itself.
            bash("CheckDownloads", `${check}\nchmod 0555 ${paths(bucketTools)}`),
          ]),
      writeFiles("WriteInventory", [written]),
      // What the archive's snapshot really gave.
      bash("ListPackages", `${LIST_PACKAGES} >${PACKAGES}\nchmod 0444 ${PACKAGES}`),
    ],
    validate: [
      bucketTools.length === 0 ? undefined : bash("CheckDownloads", check),
      bash("CheckFiles", checkFiles([written]) ?? ""),
    ],
    test: [
      bash("CheckInventory", checkFiles([written]) ?? ""),
      bash("ComparePackages", `diff ${PACKAGES} <(${LIST_PACKAGES})`),
    ],
  });
  return { json, digest: sha256(json), document: { group: "inventory", data } };
}

function checksumOf(file: string): string {
  return sha256(readFileSync(join(AMI_FOLDER, "files", file), "utf8"));
}

/** ARNs of the objects that the image takes from the tools bucket. */
export function bucketObjects(fromBucket: ToolsBucket | undefined, region: string): string[] {
  return (fromBucket?.tools ?? []).map(({ key }) =>
    bucketArn(region, `${fromBucket?.bucket}/${key}`),
  );
}

function makeFolders(tools: readonly BucketTool[]): string {
  const folders = new Set(tools.map(({ path }) => path.slice(0, path.lastIndexOf("/"))));
  return `mkdir -p ${[...folders].join(" ")}`;
}

function paths(tools: readonly BucketTool[]): string {
  return tools.map(({ path }) => path).join(" ");
}
