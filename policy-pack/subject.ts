import type {
  PolicyProviderResource,
  PolicyResourceOptions,
  ResourceValidationArgs,
} from "@pulumi/policy";

import { ownAccounts } from "./callers";
import { stackOf } from "./foundationStacks";
import { kindOf, STACK_KINDS } from "./stackKinds";
import { isFields, knownTree, reading, UNKNOWN } from "./unknownValues";

/** Properties of a resource, unknown values replaced by {@link UNKNOWN}. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a resource is told of to a policy, be it before it is made or with its stack. */
type Told = Pick<ResourceValidationArgs, "type" | "name" | "urn" | "opts" | "props" | "provider">;

/** A resource as policies look at it: read once, however many look. */
export class Subject {
  public readonly type: string;
  public readonly name: string;
  public readonly urn: string;
  public readonly opts: PolicyResourceOptions;
  public readonly provider: PolicyProviderResource | undefined;

  /** What the program gave; for a stack policy, with what AWS has added. */
  public readonly fields: Fields;

  public constructor(
    { type, name, urn, opts, props, provider }: Told,
    isGiven: (field: string) => boolean = () => true,
  ) {
    this.type = type;
    this.name = name;
    this.urn = urn;
    this.opts = opts;
    this.provider = provider;
    const tree = knownTree(() => (isProvider(type) ? structured(props) : props)) as Fields;
    this.fields = Object.fromEntries(
      Object.entries(tree).filter(([field, value]) => value !== UNKNOWN || isGiven(field)),
    );
  }

  /** Name of the stack. */
  public get stack(): string {
    return stackOf(this.urn);
  }

  /** Kind of the stack by its name, as the pack tells them apart by default. */
  public get kind(): string | undefined {
    return kindOf(this.stack, STACK_KINDS);
  }

  /** The accounts that the resource can be in. */
  public get accounts(): readonly string[] {
    return ownAccounts(this.provider === undefined ? {} : { provider: this.provider });
  }

  /** What the provider says of itself. */
  public get providerFields(): Fields {
    return knownTree(() => this.provider?.props ?? {}) as Fields;
  }

  /** For a provider: the accounts it allows. */
  public ownProvider(): readonly string[] {
    return ownAccounts({
      provider: { type: this.type, name: this.name, urn: this.urn, props: this.fields },
    });
  }

  /** The value at a path such as `rootBlockDevice.kmsKeyId`; {@link UNKNOWN} below what is not known. */
  public at(path: string): unknown {
    return path.split(".").reduce<unknown>((value, key) => {
      return isFields(value)
        ? value[key]
        : Array.isArray(value)
          ? value[Number(key)]
          : value === UNKNOWN
            ? UNKNOWN
            : undefined;
    }, this.fields);
  }

  /** Every value that is no list and no object, with its path. */
  public leaves(): readonly (readonly [path: string, value: unknown])[] {
    return leavesOf(this.fields, "");
  }
}

function isProvider(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}

/** The engine writes a provider's lists and objects as JSON. */
function structured(props: Fields): Fields {
  return Object.fromEntries(
    Object.keys(props).map((field) => {
      const value = reading(() => props[field]);
      const isJson = typeof value === "string" && /^[[{]/.test(value);
      return [field, isJson ? (JSON.parse(value) as unknown) : value];
    }),
  );
}

function leavesOf(value: unknown, path: string): (readonly [string, unknown])[] {
  const below = (key: string | number) => (path === "" ? `${key}` : `${path}.${key}`);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => leavesOf(item, below(index)));
  }
  return isFields(value)
    ? Object.entries(value).flatMap(([key, item]) => leavesOf(item, below(key)))
    : [[path, value]];
}

interface Reading {
  readonly subject: Subject;
  readonly readers: Set<string>;
}

const readings = new Map<string, Reading>();

/**
 * The resource, as whichever policy came first has read it: the engine asks each policy once per act.
 *
 * @param reader Name of the policy.
 */
export function subjectOf(args: Told, reader: string): Subject {
  const known = readings.get(args.urn);
  if (known !== undefined && !known.readers.has(reader)) {
    known.readers.add(reader);
    return known.subject;
  }
  const subject = new Subject(args);
  readings.set(args.urn, { subject, readers: new Set([reader]) });
  return subject;
}
