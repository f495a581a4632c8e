import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";

/** A vault in memory, which overwrites nothing that is put with If-None-Match; two keys to a page. */
export class VaultInMemory {
  public readonly objects = new Map<string, string>();

  /** When objects were written, of those that it says it of. */
  public readonly written = new Map<string, Date>();
  public readonly puts: PutObjectCommandInput[] = [];

  /** How many objects were read at the same time, at most. */
  public readAtOnce = 0;
  private reading = 0;

  public constructor(private readonly bucket: string) {}

  public readonly client = { send: this.send.bind(this) } as unknown as S3Client;

  /** Has what a deployment wrote, as `up` does. */
  public keep({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }): void {
    this.objects.set(inputs["key"] as string, inputs["content"] as string);
  }

  private async send(command: unknown): Promise<object> {
    await Promise.resolve();
    const { Bucket } = (command as { input: { Bucket?: string } }).input;
    if (Bucket !== this.bucket) {
      throw new Error(`NoSuchBucket: ${Bucket}`);
    }
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = "", ContinuationToken = "0" } = command.input;
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
      const from = Number(ContinuationToken);
      return {
        Contents: keys
          .slice(from, from + 2)
          .map((Key) => ({ Key, LastModified: this.written.get(Key) })),
        ...(from + 2 < keys.length ? { NextContinuationToken: `${from + 2}` } : {}),
      };
    }
    if (command instanceof GetObjectCommand) {
      const text = this.objects.get(command.input.Key ?? "");
      this.reading += 1;
      this.readAtOnce = Math.max(this.readAtOnce, this.reading);
      await new Promise((resolve) => setImmediate(resolve));
      this.reading -= 1;
      return {
        Body: {
          transformToByteArray: () => Promise.resolve(Buffer.from(text ?? "")),
          transformToString: () => Promise.resolve(text),
        },
      };
    }
    if (command instanceof PutObjectCommand) {
      const { Key = "", Body, IfNoneMatch } = command.input;
      if (IfNoneMatch === "*" && this.objects.has(Key)) {
        throw Object.assign(
          new Error("At least one of the pre-conditions you specified did not hold"),
          {
            name: "PreconditionFailed",
          },
        );
      }
      this.puts.push(command.input);
      this.objects.set(Key, Body as string);
      return {};
    }
    throw new Error("the vault in memory lists, gets and puts objects");
  }
}
