/** What AWS's SDK is sent, by the name of its command. */
interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<string, unknown>>;
}

const REGION = "us-east-1";

/** A KMS and an S3 that has one bucket at most; each change is counted, and can be made the last one. */
export class StateAccount {
  public readonly changes: string[] = [];

  /** So many changes are made, and then the process is gone. */
  public endsAfter = Infinity;

  /** Ids of keys that do not know who asks. */
  public strangers: string[] = [];
  public keys: Record<string, { state: string; rotates: boolean; tag: string }> = {};
  public alias: string | undefined;
  public bucket:
    | {
        owner: string;
        region: string;
        closed?: object;
        versions?: string;
        encryption?: { Rules: object[] };
        policy?: string;
        objects: string[];
      }
    | undefined;

  public constructor(private readonly accountId: string) {}

  /** A client of each of the services. */
  public readonly client = {
    send: (command: Sent) => {
      const { input } = command;
      const name = command.constructor.name.replace(/Command$/, "");
      const answer = (this as unknown as Record<string, (input: object) => unknown>)[name];
      return new Promise<never>((resolve, reject) => {
        try {
          if (answer === undefined) {
            throw new Error(`nobody plays ${name}`);
          }
          if (/^(Create|Put|Enable)/.test(name)) {
            if (this.changes.length >= this.endsAfter) {
              throw failure("Killed", "the process is gone");
            }
            this.changes.push(name);
          }
          resolve(answer.call(this, input) as never);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    },
  };

  public DescribeKey({ KeyId }: { KeyId: string }) {
    const arn = KeyId.startsWith("alias/") ? this.alias : KeyId;
    const key = arn === undefined ? undefined : this.keys[arn];
    if (key === undefined) {
      throw failure("NotFoundException", "no such key");
    }
    return { KeyMetadata: { Arn: arn, KeyState: key.state } };
  }

  public GetKeyRotationStatus({ KeyId }: { KeyId: string }) {
    return { KeyRotationEnabled: this.keys[KeyId]?.rotates };
  }

  /** A page has one key. */
  public ListKeys({ Marker = "0" }: { Marker?: string }) {
    const all = [...Object.keys(this.keys), ...this.strangers];
    const page = Number(Marker);
    const [KeyId] = all.slice(page);
    return {
      Keys: KeyId === undefined ? [] : [{ KeyId }],
      Truncated: page + 1 < all.length,
      NextMarker: `${page + 1}`,
    };
  }

  public ListResourceTags({ KeyId }: { KeyId: string }) {
    const key = this.keys[KeyId];
    if (key === undefined) {
      throw failure("AccessDeniedException", "not yours");
    }
    return { Tags: [{ TagKey: "clean-room-state", TagValue: key.tag }] };
  }

  public CreateKey({ Tags: [tag] }: { Tags: { TagValue: string }[] }) {
    const id = `0000000${Object.keys(this.keys).length}-0000-4000-8000-000000000000`;
    const Arn = `arn:aws:kms:${REGION}:${this.accountId}:key/${id}`;
    this.keys[Arn] = { state: "Enabled", rotates: false, tag: tag?.TagValue ?? "" };
    return { KeyMetadata: { Arn } };
  }

  public CreateAlias({ TargetKeyId }: { TargetKeyId: string }) {
    this.alias = TargetKeyId;
  }

  public EnableKeyRotation({ KeyId }: { KeyId: string }) {
    Object.assign(this.keys[KeyId] ?? {}, { rotates: true });
  }

  public HeadBucket({ ExpectedBucketOwner }: { ExpectedBucketOwner: string }) {
    if (this.bucket === undefined) {
      throw failure("NotFound", "", 404);
    }
    // S3 redirects first: the SDK has no name for an answer without a body.
    const headers = { "x-amz-bucket-region": this.bucket.region };
    if (this.bucket.region !== REGION) {
      throw Object.assign(failure("Unknown", "UnknownError", 301), { $response: { headers } });
    }
    if (this.bucket.owner !== ExpectedBucketOwner) {
      throw Object.assign(failure("Unknown", "", 403), { $response: { headers } });
    }
    return { BucketRegion: this.bucket.region };
  }

  public GetBucketVersioning() {
    return { Status: this.bucket?.versions };
  }

  public GetBucketEncryption() {
    const own = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] };
    return { ServerSideEncryptionConfiguration: this.bucket?.encryption ?? own };
  }

  public GetPublicAccessBlock() {
    if (this.bucket?.closed === undefined) {
      throw failure("NoSuchPublicAccessBlockConfiguration", "", 404);
    }
    return { PublicAccessBlockConfiguration: this.bucket.closed };
  }

  public GetBucketPolicy() {
    if (this.bucket?.policy === undefined) {
      throw failure("NoSuchBucketPolicy", "", 404);
    }
    return { Policy: this.bucket.policy };
  }

  /** A page has two entries. */
  public ListObjectsV2({ Delimiter }: { Delimiter?: string }) {
    const names = (this.bucket?.objects ?? []).map((Key) =>
      Delimiter === undefined ? Key : Key.replace(/\/.*/, "/"),
    );
    const page = [...new Set(names)].sort().slice(0, 2);
    return {
      Contents: page.filter((name) => !name.endsWith("/")).map((Key) => ({ Key })),
      CommonPrefixes: page.filter((name) => name.endsWith("/")).map((Prefix) => ({ Prefix })),
      IsTruncated: names.length > 2,
    };
  }

  public CreateBucket() {
    this.bucket = { owner: this.accountId, region: REGION, objects: [] };
  }

  public PutPublicAccessBlock(input: { PublicAccessBlockConfiguration: object }) {
    Object.assign(this.bucket ?? {}, { closed: input.PublicAccessBlockConfiguration });
  }

  public PutBucketVersioning(input: { VersioningConfiguration: { Status: string } }) {
    Object.assign(this.bucket ?? {}, { versions: input.VersioningConfiguration.Status });
  }

  public PutBucketEncryption(input: { ServerSideEncryptionConfiguration: object }) {
    Object.assign(this.bucket ?? {}, { encryption: input.ServerSideEncryptionConfiguration });
  }

  public PutBucketPolicy({ Policy }: { Policy: string }) {
    Object.assign(this.bucket ?? {}, { policy: Policy });
  }
}

function failure(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
