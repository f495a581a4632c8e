import type { FaultState } from "./faultInjection";
import type { Demands } from "./serviceControlPolicy";

/** Properties of a resource, under the names the Pulumi SDK uses. */
export type Properties = Record<string, unknown>;

/** One thing that exists in the account. */
export interface Entry {
  /** Pulumi type token, e.g. `aws:ec2/subnet:Subnet`. */
  readonly type: string;

  /** Physical id; unique among the resources of its type. */
  readonly id: string;

  /** ARN; absent where AWS has none. */
  readonly arn?: string;

  /** Logical name in the engine; absent for what was not made through Pulumi. */
  readonly urn?: string;

  /** Id of the resource AWS made this one for; it is deleted together with it. */
  readonly partOf?: string;

  /** Tags it carries in AWS. */
  tags: Record<string, string>;

  /** AWS's word for its state: `available`, `running`, `completed`, `PendingDeletion`, … */
  state: string;

  /** Until when Object Lock or Snapshot Lock protects it (ISO 8601); absent when it is not locked. */
  lockedUntil?: string;

  /** Earlier versions of an object, the oldest first: a bucket with versions keeps what is overwritten. */
  earlier?: readonly { readonly content: unknown; readonly lockedUntil?: string }[];

  /** Everything else that is known about it. */
  properties: Properties;

  /**
   * Which of the properties were asked for, as paths of names: what the engine compares with a program. @default
   * all of them, as of what was not made through Pulumi
   */
  given?: readonly string[];
}

/** What the index of tags has of a resource. */
export type IndexedTags = Pick<Entry, "arn" | "tags">;

/** The account as it is written to disk. */
export interface AccountState {
  /** Twelve digits. */
  readonly accountId: string;

  /** The Region everything lies in. */
  readonly region: string;

  /** What the account's organisation demands of everything that is made. @default nothing */
  readonly demands?: Demands;

  /** What is planned to go wrong with the changes that deployments make. */
  faults: FaultState;

  /** Instance types that EC2 has none of in a zone today. @default none */
  lacking?:
    readonly { readonly instanceType: string; readonly availabilityZone: string }[] | undefined;

  /** vCPUs that it may run of one kind of instance type. @default what AWS gives to an account */
  vcpuQuota?: number | undefined;

  /** How many calls the credentials are good for; absent while they do not end. */
  callsLeft?: number | undefined;

  /** What AWS refuses look-ups with: its words, by the token of the data source. */
  refusedLookUps?: Readonly<Record<string, string>> | undefined;

  /**
   * What the index of tags knows, which is told of what is made and deleted only afterwards. @default all there is
   */
  tagIndex?: readonly IndexedTags[] | undefined;

  entries: Entry[];
}

/** One line of {@link Account.listing}. */
interface ListedResource {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly tags: Record<string, string>;
  readonly state: string;
}

/** What exists in the account, with the look-ups that AWS's own checks need. */
export class Account {
  constructor(readonly state: AccountState) {}

  get id(): string {
    return this.state.accountId;
  }

  get region(): string {
    return this.state.region;
  }

  /** Everything of these types. */
  ofType(...types: readonly string[]): Entry[] {
    return this.state.entries.filter((entry) => types.includes(entry.type));
  }

  /** The resource of one of these types with this id. */
  find(types: string | readonly string[], id: unknown): Entry | undefined {
    return this.ofType(...[types].flat()).find((entry) => entry.id === id);
  }

  add(entry: Entry): void {
    this.state.entries.push(entry);
  }

  /** Removes a resource and what AWS made for it. */
  remove(entry: Entry): void {
    this.state.entries = this.state.entries.filter(
      (other) => other !== entry && other.partOf !== entry.id,
    );
  }

  /** Every resource, in an order that does not depend on when it was made. */
  listing(): ListedResource[] {
    return this.state.entries
      .map(({ type, id, urn, tags, state }) => ({
        type,
        id,
        name: tags["Name"] ?? urn?.split("::").at(-1) ?? "",
        tags,
        state,
      }))
      .sort((a, b) => `${a.type} ${a.id}`.localeCompare(`${b.type} ${b.id}`));
  }
}
