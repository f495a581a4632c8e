import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";

import { failureOf, lookUpFailure } from "../../components/aws/failure";

/** Where the tools bucket's list has what is carried to a suspect. */
const PATHS = {
  avml: "/opt/clean-room/carry/avml",
  busybox: "/opt/clean-room/carry/busybox",
  winpmem: "/opt/clean-room/carry/winpmem.exe",
} as const;

/** What is carried where the bucket has it: without it no Windows is acquired. */
const OPTIONAL: readonly string[] = ["winpmem"];

/** A tool in the tools bucket. */
export interface CarriedTool {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string;
}

/** What is carried to a suspect. */
export type CarriedTools = Readonly<Record<"avml" | "busybox", CarriedTool>> & {
  readonly winpmem?: CarriedTool;
};

/** The setting `toolsBucket`, as far as it is read. */
interface ToolsBucket {
  readonly bucket: string;
  readonly tools: readonly {
    readonly path: string;
    readonly key: string;
    readonly sha256: string;
  }[];
}

/**
 * Finds what is carried in the foundation's settings, and looks whether the bucket has it.
 *
 * @param config The audit stack's settings by full key.
 * @returns them, or why not.
 */
export async function findCarriedTools(
  config: Readonly<Record<string, unknown>>,
  s3: Pick<S3Client, "send">,
): Promise<{ readonly tools: CarriedTools } | { readonly reasons: readonly string[] }> {
  const setting = config["clean-room:toolsBucket"] as ToolsBucket | undefined;
  const found = Object.entries(PATHS)
    .map(([name, path]) => ({
      name,
      path,
      tool: setting?.tools.find((each) => each.path === path),
    }))
    .filter(({ name, tool }) => tool !== undefined || !OPTIONAL.includes(name));
  const reasons = await Promise.all(
    found.map(async ({ name, path, tool }) => {
      if (setting === undefined || tool === undefined) {
        return `toolsBucket of the audit stack has no ${name}: have the object put there, and named with its SHA-256 and the path ${path} (docs/acquire.md).`;
      }
      const object = `s3://${setting.bucket}/${tool.key}`;
      try {
        await s3.send(new HeadObjectCommand({ Bucket: setting.bucket, Key: tool.key }));
        return undefined;
      } catch (error) {
        const absent = `${object} is not there, which toolsBucket of the audit stack names: have it put there.`;
        return failureOf(error) === "denied"
          ? `${object} may not be read by these credentials, which sign for it: have s3:GetObject on it allowed.`
          : lookUpFailure(object, error, absent);
      }
    }),
  );
  const wrong = reasons.filter((reason) => reason !== undefined);
  if (wrong.length > 0) {
    return { reasons: wrong };
  }
  const tools = Object.fromEntries(
    found.map(({ name, tool }) => [name, { ...tool, bucket: setting?.bucket }]),
  ) as unknown as CarriedTools;
  return { tools };
}
