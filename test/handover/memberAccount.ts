import { createServer, type Server, type Socket } from "node:net";

/** A snapshot as AWS knows it; a test changes what it is about. */
export interface AccountSnapshot {
  readonly id: string;
  readonly volume: string;

  /** GiB. */
  readonly size: number;
  readonly owner: string;
  readonly tags: Readonly<Record<string, string>>;

  /** ARN of its key; undefined where it is not encrypted. */
  readonly key?: string;

  /** What it carries of AWS Marketplace, as its volume did. */
  readonly productCodes: readonly string[];
  state: "pending" | "completed" | "error";
  message?: string;

  /** How far it is; empty as AWS leaves it at times. */
  progress?: string;
  tier?: "archive" | "standard";

  /** Until when it is restored from the archive. */
  restoredUntil?: string;

  /** Accounts and groups that may make volumes of it. */
  readonly accounts: string[];
  readonly groups: string[];
}

/** A volume as AWS knows it. */
export interface AccountVolume {
  /** GiB. */
  readonly size: number;

  /** ARN of its key; undefined where it is not encrypted. */
  readonly key?: string;
  readonly productCodes?: readonly string[];
}

/** A key as KMS describes it. */
export interface AccountKey {
  readonly state: string;
  readonly manager?: "AWS" | "CUSTOMER";

  /** When it goes, where that is scheduled. */
  readonly deletion?: string;
  readonly store?: string;
}

/** A call that the script made: what follows `aws`. */
export type Call = readonly string[];

const NONE = "None";
const CHANGES = new Set([
  "create-snapshot",
  "create-snapshots",
  "copy-snapshot",
  "modify-snapshot-attribute",
]);

/** How many copies of snapshots AWS makes at a time, whatever one asks for. */
export const MOST_COPIES = 20;

/** Whether a call changes the account. */
export function isChange(call: Call): boolean {
  return CHANGES.has(call[1] ?? "") && !isTrial(call);
}

/** Whether a call only asks if it were allowed. */
export function isTrial(call: Call): boolean {
  return call.includes("--dry-run");
}

/** The value of an option; empty where it was not given. */
export function option(call: Call, name: string): string {
  return optionList(call, name)[0] ?? "";
}

function optionList(call: Call, name: string): string[] {
  const first = call.indexOf(name) + 1;
  const values = first === 0 ? [] : call.slice(first);
  const end = values.findIndex((value) => value.startsWith("--"));
  return end === -1 ? values : values.slice(0, end);
}

/**
 * A member account in memory, that answers the calls of the AWS CLI's stand-in (CLIENT). It knows the
 * columns that are asked for by their names, but no JMESPath: that a query means what is meant is shown
 * against the emulator.
 */
export class MemberAccount {
  /**
   * The stand-in for the AWS CLI: hands its arguments to the account at MEMBER_ACCOUNT_PORT and prints the
   * answer, in the shell's own means, as a process of Node.js for every call would take long.
   */
  public static readonly CLIENT = `#!/bin/bash
exec 3<>"/dev/tcp/127.0.0.1/$MEMBER_ACCOUNT_PORT"
printf '%s\\0' "$#" "$@" >&3
read -r status <&3
IFS= read -r -d '' answer <&3
if [[ $status -eq 0 ]]; then printf %s "$answer"; else printf %s "$answer" >&2; fi
exit "$status"
`;

  public readonly calls: Call[] = [];
  public account = "222233334444";
  public readonly region = "us-east-1";

  public readonly volumes = new Map<string, AccountVolume>();

  /** Instances: their volumes by device. */
  public readonly instances = new Map<string, Record<string, string>>();

  /** Type of every instance. */
  public instanceType = "m5.large";

  /** GB of instance store, by the types that have some. */
  public readonly instanceStore = new Map([["m5d.4xlarge", 600]]);
  public readonly snapshots: AccountSnapshot[] = [];

  /** State of the transfer key, or of any that has no entry below; undefined where the caller may not use it. */
  public keyState: string | undefined = "Enabled";

  /** Keys that are not as the transfer key, by ARN. */
  public readonly keys = new Map<string, AccountKey>();

  /** Copies that somebody else of the account has under way: they leave so many places less. */
  public otherCopies = 0;

  /** What AWS answers a call with in place of doing it; undefined where it does it. */
  public refusal: (call: Call) => string | undefined = () => undefined;

  /** Called when a call was done, before it is answered. */
  public onDone: (call: Call) => void = () => undefined;

  /** How new snapshots and copies end. */
  public outcome: "completed" | "error" = "completed";

  /** How many looks at a new snapshot show nothing at all yet. */
  public unseen = 0;

  private readonly looks = new Map<string, number>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => this.serve(socket));

  /** @returns the port on the loopback address. */
  public async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as { port: number }).port;
  }

  public stop(): void {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }

  /** Adds an instance with a volume of 8 GiB per device, named after the devices' letters. */
  public addInstance(id: string, ...devices: string[]): void {
    const byDevice = devices.map((device) => [device, `vol-0000000000000000${device.at(-1)}`]);
    byDevice.forEach(([, volume = ""]) => this.volumes.set(volume, { size: 8 }));
    this.instances.set(id, Object.fromEntries(byDevice) as Record<string, string>);
  }

  public addSnapshot(snapshot: Partial<AccountSnapshot> = {}): AccountSnapshot {
    const added: AccountSnapshot = {
      id: `snap-${(this.snapshots.length + 1).toString(16).padStart(17, "0")}`,
      volume: "vol-ffffffff",
      size: 8,
      owner: this.account,
      tags: {},
      productCodes: [],
      state: "completed",
      accounts: [],
      groups: [],
      ...snapshot,
    };
    this.snapshots.push(added);
    return added;
  }

  private serve(socket: Socket): void {
    let received = "";
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      received += chunk.toString("utf8");
      const [count = "", ...call] = received.split("\0").slice(0, -1);
      if (count !== "" && call.length === Number(count)) {
        const refusal = this.refusal(call);
        this.calls.push(call);
        let answer: string;
        try {
          if (refusal !== undefined) {
            throw new Error(refusal);
          }
          answer = `0\n${this.answer(call)}`;
        } catch (error) {
          answer = `254\n\nAn error occurred: ${(error as Error).message}\n`;
        }
        this.onDone(call);
        socket.end(answer);
      }
    });
  }

  private answer(call: Call): string {
    const [service, operation] = call;
    if (option(call, "--region") !== this.region || option(call, "--output") !== "text") {
      throw new Error(`(EndpointConnectionError) ${call.join(" ")}`);
    }
    switch (`${service} ${operation}`) {
      case "sts get-caller-identity":
        return `${this.account}\n`;
      case "kms describe-key":
        return this.describeKey(call);
      case "ec2 describe-instances": {
        const mappings =
          this.instances.get(option(call, "--instance-ids")) ?? unknown("InvalidInstanceID");
        return option(call, "--query").includes("InstanceType")
          ? rows([[this.instanceType]])
          : rows(Object.entries(mappings).map(([device, volume]) => [volume, device]));
      }
      case "ec2 describe-instance-types": {
        const size = this.instanceStore.get(option(call, "--instance-types"));
        return rows([[size === undefined ? "" : `${size}`]]);
      }
      case "ec2 describe-volumes":
        return this.describeVolume(option(call, "--volume-ids"));
      case "ec2 describe-volume-attribute":
        return rows([this.volume(call).productCodes ?? []]);
      case "ec2 describe-snapshots":
        return this.describeSnapshots(call);
      case "ec2 create-snapshot":
        return rows([this.make(call, this.snapshotOf(option(call, "--volume-id")))]);
      case "ec2 create-snapshots": {
        const instance = option(call, "--instance-specification").replace("InstanceId=", "");
        return rows(
          Object.values(this.instances.get(instance) ?? unknown("InvalidInstanceID")).map(
            (volume) => this.make(call, this.snapshotOf(volume)),
          ),
        );
      }
      case "ec2 copy-snapshot": {
        const source = this.find(option(call, "--source-snapshot-id"));
        if (source.state !== "completed") {
          throw new Error("(IncorrectState)");
        }
        const copies = this.snapshots.filter(
          ({ volume, state }) => volume === "vol-ffffffff" && state === "pending",
        );
        if (copies.length + this.otherCopies >= MOST_COPIES) {
          this.otherCopies -= 1;
          throw new Error("(ResourceLimitExceeded) Too many snapshot copies in progress");
        }
        const { size, productCodes } = source;
        return rows([this.make(call, { size, productCodes, key: option(call, "--kms-key-id") })]);
      }
      case "ec2 modify-snapshot-attribute": {
        const snapshot = this.find(option(call, "--snapshot-id"));
        if (isTrial(call)) {
          throw new Error("(DryRunOperation) Request would have succeeded");
        }
        snapshot.accounts.push(option(call, "--user-ids"));
        return "";
      }
      case "ec2 describe-snapshot-attribute": {
        const { accounts, groups, productCodes } = this.find(option(call, "--snapshot-id"));
        return option(call, "--attribute") === "productCodes"
          ? rows([productCodes])
          : rows([
              ...accounts.map((account) => [account, ""]),
              ...groups.map((group) => ["", group]),
            ]);
      }
      default:
        throw new Error(`(InvalidAction) ${call.join(" ")}`);
    }
  }

  private describeKey(call: Call): string {
    const arn = option(call, "--key-id");
    const key =
      this.keys.get(arn) ?? (this.keyState === undefined ? undefined : { state: this.keyState });
    if (key === undefined) {
      throw new Error("(AccessDeniedException) not authorized to perform: kms:DescribeKey");
    }
    const { state, manager = "CUSTOMER", deletion = "", store = "" } = key;
    return rows([[state, manager, deletion, store]]);
  }

  private volume(call: Call): AccountVolume {
    return this.volumes.get(option(call, "--volume-id")) ?? unknown("InvalidVolume");
  }

  private snapshotOf(volume: string): Partial<AccountSnapshot> {
    const { size, key, productCodes = [] } = this.volumes.get(volume) ?? unknown("InvalidVolume");
    return { volume, size, productCodes, ...(key === undefined ? {} : { key }) };
  }

  private describeVolume(id: string): string {
    const { size, key = "" } = this.volumes.get(id) ?? unknown("InvalidVolume");
    const [instance, device] = [...this.instances].flatMap(([name, volumes]) =>
      Object.entries(volumes).flatMap(([at, volume]) => (volume === id ? [name, at] : [])),
    );
    return rows([[`${size}`, key, instance ?? "", device ?? ""]]);
  }

  private describeSnapshots(call: Call): string {
    const named = optionList(call, "--snapshot-ids");
    const filters = optionList(call, "--filters");
    const columns =
      /^Snapshots\[\]\.\[(.*)\]$/.exec(option(call, "--query"))?.[1]?.split(",") ?? [];
    const found =
      named.length > 0
        ? named.map((id) => this.find(id))
        : this.snapshots.filter(
            (snapshot) =>
              snapshot.owner === this.account &&
              filters.every((filter) => matches(snapshot, filter)),
          );
    // A snapshot goes on by being looked at.
    const seen = found.filter(({ id, state }) => {
      const looks = (this.looks.get(id) ?? 0) + 1;
      this.looks.set(id, looks);
      return state !== "pending" || looks > this.unseen;
    });
    const text = rows(seen.map((snapshot) => columns.map((name) => this.column(snapshot, name))));
    if (filters.some((filter) => filter.startsWith("Name=snapshot-id,"))) {
      for (const snapshot of seen) {
        if (snapshot.state === "pending") {
          snapshot.state = this.outcome;
        }
      }
    }
    return text;
  }

  /** A column of a query: where it says so, one without a value is empty, and None otherwise. */
  private column(snapshot: AccountSnapshot, asked: string): string {
    const name = asked.replace(/\|\|''$/, "");
    const nothing = name === asked ? NONE : "";
    const tag = /^Tags\[\?Key=='([\w-]+)'\]\|\[0\]\.Value$/.exec(name)?.[1];
    if (tag !== undefined) {
      return snapshot.tags[tag] ?? nothing;
    }
    const minute = `${this.snapshots.indexOf(snapshot)}`.padStart(2, "0");
    const values: Record<string, string | undefined> = {
      SnapshotId: snapshot.id,
      OwnerId: snapshot.owner,
      State: snapshot.state,
      VolumeId: snapshot.volume,
      VolumeSize: `${snapshot.size}`,
      StartTime: `2026-11-21T03:${minute}:00.000Z`,
      KmsKeyId: snapshot.key,
      Progress: snapshot.progress ?? (snapshot.state === "completed" ? "100%" : "50%"),
      StateMessage: snapshot.message,
      StorageTier: snapshot.tier ?? "standard",
      RestoreExpiryTime: snapshot.restoredUntil,
    };
    return name in values ? (values[name] ?? nothing) : unknown(`ColumnOfQuery ${name}`);
  }

  private make(call: Call, properties: Partial<AccountSnapshot>): string[] {
    const [{ Tags }] = JSON.parse(option(call, "--tag-specifications")) as [
      { Tags: { Key: string; Value: string }[] },
    ];
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const made = this.addSnapshot({ ...properties, tags, state: "pending" });
    const columns = option(call, "--query").replace(/^(Snapshots\[\]\.)?\[|\]$/g, "");
    return columns.split(",").map((name) => this.column(made, name));
  }

  private find(id: string): AccountSnapshot {
    return this.snapshots.find((snapshot) => snapshot.id === id) ?? unknown("InvalidSnapshot");
  }
}

function matches({ id, volume, tags }: AccountSnapshot, filter: string): boolean {
  const [, name = "", value = ""] = /^Name=([^,]+),Values=(.*)$/.exec(filter) ?? [];
  switch (name) {
    case "snapshot-id":
      return id === value;
    case "volume-id":
      return volume === value;
    case "tag-key":
      return value in tags;
    default:
      return name.startsWith("tag:") ? tags[name.slice(4)] === value : unknown(`Filter ${name}`);
  }
}

function rows(table: readonly (readonly string[])[]): string {
  return table.map((row) => `${row.join("\t")}\n`).join("");
}

function unknown(what: string): never {
  throw new Error(`(${what}.NotFound) does not exist`);
}
