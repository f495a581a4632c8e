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
  state: "pending" | "completed" | "error";
  message?: string;

  /** Accounts and groups that may make volumes of it. */
  readonly accounts: string[];
  readonly groups: string[];
}

/** A call that the script made: what follows `aws`. */
export type Call = readonly string[];

const NONE = "None";
const CHANGES = new Set(["create-snapshot", "copy-snapshot", "modify-snapshot-attribute"]);

/** Whether a call changes the account. */
export function isChange([, operation = ""]: Call): boolean {
  return CHANGES.has(operation);
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
  public static readonly CLIENT = `#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$MEMBER_ACCOUNT_PORT"
printf '%s\\0' "$#" "$@" >&3
read -r status <&3
if [[ $status -eq 0 ]]; then cat <&3; else cat <&3 >&2; fi
exit "$status"
`;

  public readonly calls: Call[] = [];
  public account = "222233334444";
  public readonly region = "us-east-1";

  /** Volumes: their size in GiB. */
  public readonly volumes = new Map<string, number>();

  /** Instances: their volumes by device. */
  public readonly instances = new Map<string, Record<string, string>>();
  public readonly snapshots: AccountSnapshot[] = [];

  /** State of the transfer key; undefined where the caller may not use it. */
  public keyState: string | undefined = "Enabled";

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
    byDevice.forEach(([, volume = ""]) => this.volumes.set(volume, 8));
    this.instances.set(id, Object.fromEntries(byDevice) as Record<string, string>);
  }

  public addSnapshot(snapshot: Partial<AccountSnapshot> = {}): AccountSnapshot {
    const added: AccountSnapshot = {
      id: `snap-${(this.snapshots.length + 1).toString(16).padStart(17, "0")}`,
      volume: "vol-ffffffff",
      size: 8,
      owner: this.account,
      tags: {},
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
        if (this.keyState === undefined) {
          throw new Error("(AccessDeniedException) not authorized to perform: kms:DescribeKey");
        }
        return `${this.keyState}\n`;
      case "ec2 describe-instances":
        return rows(
          Object.entries(
            this.instances.get(option(call, "--instance-ids")) ?? unknown("InvalidInstanceID"),
          ).map(([device, volume]) => [volume, device]),
        );
      case "ec2 describe-volumes":
        return this.describeVolume(option(call, "--volume-ids"));
      case "ec2 describe-snapshots":
        return this.describeSnapshots(call);
      case "ec2 create-snapshot":
        return this.make(call, {
          volume: option(call, "--volume-id"),
          size: this.volumes.get(option(call, "--volume-id")) ?? unknown("InvalidVolume"),
        });
      case "ec2 copy-snapshot": {
        const source = this.find(option(call, "--source-snapshot-id"));
        if (source.state !== "completed") {
          throw new Error("(IncorrectState)");
        }
        return this.make(call, { size: source.size, key: option(call, "--kms-key-id") });
      }
      case "ec2 modify-snapshot-attribute":
        this.find(option(call, "--snapshot-id")).accounts.push(option(call, "--user-ids"));
        return "";
      case "ec2 describe-snapshot-attribute": {
        const { accounts, groups } = this.find(option(call, "--snapshot-id"));
        return rows([
          ...accounts.map((account) => [account, NONE]),
          ...groups.map((group) => [NONE, group]),
        ]);
      }
      default:
        throw new Error(`(InvalidAction) ${call.join(" ")}`);
    }
  }

  private describeVolume(id: string): string {
    const size = this.volumes.get(id) ?? unknown("InvalidVolume");
    const [instance, device] = [...this.instances].flatMap(([name, volumes]) =>
      Object.entries(volumes).flatMap(([at, volume]) => (volume === id ? [name, at] : [])),
    );
    return rows([[`${size}`, instance ?? NONE, device ?? NONE]]);
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

  private column(snapshot: AccountSnapshot, name: string): string {
    const tag = /^Tags\[\?Key=='([\w-]+)'\]\|\[0\]\.Value$/.exec(name)?.[1];
    if (tag !== undefined) {
      return snapshot.tags[tag] ?? NONE;
    }
    const minute = `${this.snapshots.indexOf(snapshot)}`.padStart(2, "0");
    const values: Record<string, string | undefined> = {
      SnapshotId: snapshot.id,
      OwnerId: snapshot.owner,
      State: snapshot.state,
      VolumeId: snapshot.volume,
      VolumeSize: `${snapshot.size}`,
      StartTime: `2026-11-21T03:${minute}:00.000Z`,
      KmsKeyId: snapshot.key ?? NONE,
      Progress: snapshot.state === "completed" ? "100%" : "50%",
      StateMessage: snapshot.message ?? NONE,
    };
    return values[name] ?? unknown(`ColumnOfQuery ${name}`);
  }

  private make(call: Call, properties: Partial<AccountSnapshot>): string {
    const [{ Tags }] = JSON.parse(option(call, "--tag-specifications")) as [
      { Tags: { Key: string; Value: string }[] },
    ];
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const made = this.addSnapshot({ ...properties, tags, state: "pending" });
    const columns = option(call, "--query")
      .replace(/^\[|\]$/g, "")
      .split(",");
    return rows([columns.map((name) => this.column(made, name))]);
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
