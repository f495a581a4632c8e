import type { Account, Entry, Properties } from "./account";
import type { AccountStore } from "./accountStore";
import { AwsError } from "./awsError";
import { behaviours } from "./behaviours";
import { dataSources } from "./dataSources";
import type { MemberAccounts } from "./memberAccounts";
import { hex } from "./identifiers";
import type { KeyAccess } from "./keyAccess";
import { type Act, FaultInjection } from "./faultInjection";
import { tellPeer } from "./peerings";
import { checkReference, referencesIn, refersTo } from "./references";
import { requireDeletable, requireRight } from "./refusals";
import type { Behaviour, Made, Request, ResourceType } from "./resourceType";
import { type KnownType, resourceTypes } from "./resourceTypes";
import { requireDemands } from "./serviceControlPolicy";
import { arnOf, filled, valuesOf } from "./tableTexts";

/** What a diff says. */
interface Difference {
  /** Top-level properties that differ. */
  readonly changed: readonly string[];

  /** Those of them that make another resource. */
  readonly replaces: readonly string[];

  /** Whether the old resource has to go first, because both would have the same id. */
  readonly deleteBeforeReplace: boolean;
}

/** A resource as the engine records it. */
export interface Recorded {
  readonly id: string;
  readonly properties: Properties;
}

/** A resource as it is found in the account. */
export interface Found extends Recorded {
  /** What a program would have to ask for to get it. */
  readonly inputs: Properties;
}

/**
 * AWS as the rehearsal simulates it: makes, changes, reads and deletes resources of one account,
 * and refuses what AWS refuses. Every refusal is an `AwsError` and leaves the account as it was.
 */
export class SimulatedAws {
  private readonly faults: FaultInjection;

  /**
   * @param store The account.
   * @param others The accounts beside it, for what they share with it. @default none
   * @param caller Name of the role whose credentials are used.
   * @param access Who may do what with its keys. @default everybody everything
   * @param endEngine Ends the engine that asks, where that is planned. @default kills this process and its parent
   */
  constructor(
    private readonly store: AccountStore,
    private readonly others?: MemberAccounts,
    private readonly caller = "incident-deployer",
    private readonly access?: KeyAccess,
    endEngine = killEngine,
  ) {
    this.faults = new FaultInjection(store, endEngine);
  }

  /**
   * Takes one call of the credentials.
   * @throws AwsError in STS's words where they have expired.
   */
  async authenticate(): Promise<void> {
    if (this.store.read().state.callsLeft === undefined) {
      return;
    }
    const taken = await this.store.change(({ state }) => {
      const left = state.callsLeft ?? 1;
      state.callsLeft = Math.max(left - 1, 0);
      return left > 0;
    });
    if (!taken) {
      throw new AwsError("ExpiredToken", "The security token included in the request is expired");
    }
  }

  /**
   * Completes what a program wrote: gives a name where the provider would.
   * @param before What the last check of the same resource answered; empty for a new one.
   * @throws Error naming the type when the table has no row for it.
   */
  check(type: string, logicalName: string, before: Properties, inputs: Properties): Properties {
    const { named } = rowOf(type);
    if (
      named === undefined ||
      inputs[named] !== undefined ||
      inputs[`${named}Prefix`] !== undefined
    ) {
      return inputs;
    }
    const name = type === "aws:s3/bucket:Bucket" ? logicalName.toLowerCase() : logicalName;
    const prefix = type === "aws:kms/alias:Alias" ? "alias/" : "";
    return { ...inputs, [named]: before[named] ?? `${prefix}${name}-${hex(7)}` };
  }

  /** Compares two answers of {@link check}. A value that is not known yet counts as changed. */
  diff(type: string, before: Properties, after: Properties): Difference {
    const row = rowOf(type);
    const differs = (path: string) =>
      JSON.stringify(valueAt(before, path)) !== JSON.stringify(valueAt(after, path));
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(differs);
    const replaces = new Set([
      ...row.replacedBy.filter(differs).map((path) => path.split(".")[0] ?? path),
      ...(behaviourOf(type).alsoReplacedBy?.(before, after) ?? []),
    ]);
    const { named } = row;
    return {
      changed,
      replaces: [...replaces],
      deleteBeforeReplace:
        replaces.size > 0 && row.taken !== undefined && named !== undefined && !differs(named),
    };
  }

  /** Makes a resource. */
  async create(type: string, urn: string, inputs: Properties): Promise<Recorded> {
    const row = rowOf(type);
    await this.access?.requireToMake(type, inputs);
    const made = await this.change(
      "create",
      type,
      () => urn,
      (account) => {
        requireDemands(account, type, row.taggable, inputs);
        const request: Request = { account, type, inputs, others: this.others };
        const behaviour = behaviourOf(type);
        check(row, request, Object.keys(inputs));
        const id =
          behaviour.id?.(request) ?? filled(row.id, valuesOf(request.account, request.inputs));
        const before = makeRoom(row, request, id);
        const made: Made = { ...request, id, arn: arnOf(account, type, id, inputs) };
        const entry = entryOf(row, made, urn);
        if (before !== undefined) {
          behaviour.succeeds?.(account, entry, before);
        }
        account.add(entry);
        for (const companion of behaviour.companions?.(made, entry.properties) ?? []) {
          account.add({ ...companion, urn });
        }
        behaviour.effects?.(made);
        return { id, properties: entry.properties };
      },
    );
    await tellPeer("create", this.store.read().find(type, made.id), this.store, this.others);
    return made;
  }

  /**
   * Changes a resource in place.
   * @param old What the last check of this resource answered.
   */
  async update(type: string, id: string, old: Properties, inputs: Properties): Promise<Recorded> {
    const row = rowOf(type);
    await this.access?.requireToChange(type, id, inputs);
    return this.change("update", type, urnOf(type, id), (account) => {
      const before = account.find(type, id);
      if (before === undefined) {
        throw new AwsError("NotFound", `there is no ${type} ${id}`);
      }
      const changed = this.diff(type, old, inputs).changed;
      check(row, { account, type, inputs, before }, changed);
      const earlier = structuredClone(before);
      for (const name of changed) {
        if (inputs[name] === undefined) {
          delete before.properties[name];
        } else if (row.keeps?.includes(name) === true) {
          before.properties[name] = { ...(before.properties[name] as object), ...inputs[name] };
        } else {
          before.properties[name] = inputs[name];
        }
      }
      before.given = givenIn(row, inputs);
      before.tags = tagsOf(inputs);
      if (row.taggable) {
        before.properties["tagsAll"] = before.tags;
      }
      behaviourOf(type).succeeds?.(account, before, earlier);
      return { id, properties: before.properties };
    });
  }

  /**
   * What exists under this id, or is imported by it; nothing when it is gone or waits for its deletion.
   *
   * @param named An id, to which an import adds `@` and a Region that is not the provider's own.
   */
  read(type: string, named: string): Found | undefined {
    const { importedBy = "" } = rowOf(type);
    const [id = ""] = named.split("@");
    const account = this.store.read();
    const entry =
      account.find(type, id) ??
      account
        .ofType(type)
        .find(
          (each) =>
            filled(importedBy, { ...valuesOf(account, each.properties), id: each.id }) === id,
        );
    if (entry === undefined || entry.state === "PendingDeletion") {
      return undefined;
    }
    const { properties, given } = entry;
    return {
      id: entry.id,
      properties,
      inputs: given === undefined ? properties : only(properties, given),
    };
  }

  /** Deletes a resource. One that is gone already is no error. */
  async delete(type: string, id: string): Promise<void> {
    const row = rowOf(type);
    await this.access?.requireToDelete(type, id);
    const before = this.store.read().find(type, id);
    await this.change("delete", type, urnOf(type, id), (account) => {
      const entry = account.find(type, id);
      if (entry === undefined || entry.state === "PendingDeletion") {
        return;
      }
      const behaviour = behaviourOf(type);
      requireDeletable(account, entry);
      const holder = holderOf(account, entry);
      if (holder !== undefined) {
        throw heldBy(row, entry, holder);
      }
      behaviour.goesWith?.(account, entry);
      if (behaviour.remove !== undefined) {
        behaviour.remove(account, entry);
      } else {
        account.remove(entry);
      }
    });
    await tellPeer("delete", before, this.store, this.others);
  }

  /** @throws AwsError where KMS does not tell the caller what a data source asks for. */
  async requireToAsk(token: string, args: Properties): Promise<void> {
    switch (token) {
      case "aws:kms/getAlias:getAlias":
        // The provider looks at the key behind it, too.
        return this.access?.requireToSee(args["name"]);
      case "aws:kms/getKey:getKey":
        return this.access?.requireToSee(args["keyId"]);
      default:
    }
  }

  /**
   * Answers a data source.
   * @throws Error naming the data source when it is not known.
   */
  invoke(token: string, args: Properties): Properties {
    const source = dataSources[token];
    if (source === undefined) {
      throw new Error(
        `the simulated AWS account does not know the data source ${token}; ` +
          "add it to rehearsal/account/dataSources.ts",
      );
    }
    const account = this.store.read();
    const refusal = account.state.refusedLookUps?.[token];
    if (refusal !== undefined) {
      throw new Error(refusal);
    }
    const other = (id: string) => this.others?.of(id).read();
    return { region: account.region, ...args, ...source(account, args, other, this.caller) };
  }

  /** Changes the account, unless it is planned that AWS refuses; what is planned after it happens then. */
  private async change<T>(
    act: Act,
    type: string,
    urn: (account: Account) => string,
    work: (account: Account) => T,
  ): Promise<T> {
    const changeOf = (account: Account) => ({ act, type, urn: urn(account) });
    await this.faults.before(changeOf);
    const { result, refused, struck } = await this.store.change((account) => {
      const { faults } = account.state;
      const change = changeOf(account);
      if (FaultInjection.refuses(faults, change)) {
        return { refused: true };
      }
      const result = work(account);
      faults.noted?.push(change);
      return { result, struck: FaultInjection.after(faults, change) };
    });
    if (refused === true) {
      throw FaultInjection.refusal();
    }
    await this.faults.happen(struck);
    return result as T;
  }
}

/** The logical name of what is there already. */
function urnOf(type: string, id: string): (account: Account) => string {
  return (account) => account.find(type, id)?.urn ?? "";
}

/** The engine started this process. */
function killEngine(): void {
  process.kill(process.ppid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

function behaviourOf(type: string): Behaviour {
  return behaviours[type] ?? {};
}

function rowOf(type: string): KnownType {
  const row = resourceTypes[type];
  if (row === undefined) {
    throw new Error(
      `the simulated AWS account does not know the resource type ${type}; ` +
        "add its line to the table of rehearsal/account/resourceTypes.ts",
    );
  }
  return row;
}

/** Everything AWS checks before it makes a resource or changes these properties of it. */
function check(row: ResourceType, request: Request, changed: readonly string[]): void {
  for (const reference of referencesIn(row.refers)) {
    if (changed.includes(reference.at.split(/[.[]/)[0] ?? reference.at)) {
      checkReference(request.account, reference, request.inputs);
    }
  }
  requireRight(request);
  behaviourOf(request.type).check?.(request);
}

/** Refuses an id that is taken, or lets the new resource take its place. @returns what had it before */
function makeRoom({ taken }: ResourceType, request: Request, id: string): Entry | undefined {
  const present = request.account.find(request.type, id);
  if (present !== undefined) {
    if (taken !== undefined && request.inputs["overwrite"] !== true) {
      throw new AwsError(taken, `${kindOf(request.type)} ${id} already exists.`);
    }
    request.account.remove(present);
  }
  return present;
}

function entryOf(row: KnownType, made: Made, urn: string): Entry {
  const { type, id, arn, inputs } = made;
  const tags = tagsOf(inputs);
  const behaviour = behaviourOf(type);
  const lockedUntil = behaviour.lockedUntil?.(made);
  const values = { ...valuesOf(made.account, inputs), id };
  const outputs: Properties = {
    ...Object.fromEntries(
      Object.entries(row.fills ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? filled(value, values) : value,
      ]),
    ),
    ...behaviour.outputs?.(made),
  };
  const merged = Object.fromEntries(
    (row.keeps ?? []).map((name) => [
      name,
      { ...(outputs[name] as object | undefined), ...(inputs[name] as object | undefined) },
    ]),
  );
  return {
    type,
    id,
    urn,
    tags,
    ...(arn === undefined ? {} : { arn }),
    state: row.state ?? "available",
    ...(lockedUntil === undefined ? {} : { lockedUntil }),
    properties: {
      region: made.account.region,
      ...(arn === undefined ? {} : { arn }),
      ...outputs,
      ...inputs,
      ...merged,
      ...(row.taggable ? { tagsAll: tags } : {}),
    },
    given: givenIn(row, inputs),
  };
}

/** What was asked for, as paths: of properties that AWS fills in more of, each name in them. */
function givenIn(row: ResourceType, inputs: Properties): string[] {
  return Object.entries(inputs).flatMap(([name, value]) =>
    row.keeps?.includes(name) === true
      ? Object.keys(value as object).map((inner) => `${name}.${inner}`)
      : [name],
  );
}

/** The properties at these paths. */
function only(properties: Properties, paths: readonly string[]): Properties {
  const found: Properties = {};
  for (const path of paths) {
    const [name = path, inner] = path.split(".");
    found[name] =
      inner === undefined
        ? properties[name]
        : { ...(found[name] as object | undefined), [inner]: valueAt(properties, path) };
  }
  return found;
}

function tagsOf(inputs: Properties): Record<string, string> {
  return { ...(inputs["tags"] as Record<string, string> | undefined) };
}

/** A resource that AWS wants deleted before this one; what AWS made for this one does not count. */
function holderOf(account: Account, entry: Entry): Entry | undefined {
  return account.state.entries.find(
    (other) =>
      other.id !== entry.id &&
      other.partOf !== entry.id &&
      referencesIn(resourceTypes[other.type]?.refers).some(
        (reference) => reference.holds && refersTo(reference, other.properties, entry),
      ),
  );
}

function heldBy({ held = "DependencyViolation" }: ResourceType, entry: Entry, holder: Entry) {
  return new AwsError(
    held,
    `The ${kindOf(entry.type)} '${entry.id}' cannot be deleted: the ${kindOf(holder.type)} ${holder.id} refers to it.`,
  );
}

/** `Vpc` of `aws:ec2/vpc:Vpc` */
function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

function valueAt(properties: Properties, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, name) => (value as Properties | undefined)?.[name], properties);
}
