import { refusal } from "./access/refusals";
import { resourceTags } from "./access/requestTags";
import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";
import type { ResourceShares } from "./resourceShares";
import type { Context } from "./access/demand";

/** What is mirrored is made of these. */
type Kind = "Filter" | "FilterRule" | "Session" | "Target";

/** What their ids begin with. */
const PREFIXES: Readonly<Record<Kind, string>> = {
  Filter: "tmf",
  FilterRule: "tmfr",
  Session: "tms",
  Target: "tmt",
};

/** A part of what is mirrored. */
interface Part {
  readonly kind: Kind;
  readonly id: string;
  readonly account: string;
  readonly region: string;

  /** What it was made with, as EC2 calls it. */
  readonly properties: Readonly<Record<string, string>>;
  readonly tags: Map<string, string>;
}

/** What of a request is no property of what it makes. */
const NO_PROPERTY = /^(Action|Version|ClientToken|DryRun)$|\./;

/**
 * Traffic mirroring, of which the emulator has but the beginning: targets, filters with their rules, and sessions, which
 * are made to a target of the account's own or one that is shared with it. What is in use is not deleted.
 *
 * Sources: EC2 API reference, CreateTrafficMirrorTarget and the others, "Error codes"; Traffic Mirroring guide, "Share a
 * traffic mirror target".
 */
export class TrafficMirrors implements Correction {
  private readonly parts = new Map<string, Part>();

  /** @param shares What accounts share with each other. */
  public constructor(private readonly shares: Pick<ResourceShares, "isShared">) {}

  /** Ids of what an account has. */
  public of(account: string): string[] {
    return [...this.parts.values()].filter((part) => part.account === account).map(({ id }) => id);
  }

  /** Condition keys of a part; undefined where it is none. */
  public contextOf(id: string): Context | undefined {
    const part = this.parts.get(id);
    return part && resourceTags(part.tags);
  }

  /** The account that has a part; undefined where it is none. */
  public ownerOf(id: string): string | undefined {
    return this.parts.get(id)?.account;
  }

  /** The filter of a rule. */
  public filterOf(rule: string): string | undefined {
    return this.parts.get(rule)?.properties["TrafficMirrorFilterId"];
  }

  public answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    const action = asked.get("Action") ?? "";
    const [, act, kind] =
      /^(Create|Delete|Describe)TrafficMirror(FilterRule|Filter|Session|Target)s?$/.exec(action) ??
      [];
    if (kind !== undefined) {
      return Promise.resolve(this.acted(request, act ?? "", kind as Kind, asked));
    }
    const tagged = [...asked].flatMap(([name, value]) =>
      /^ResourceId\.\d+$/.test(name) ? (this.parts.get(value) ?? []) : [],
    );
    if (tagged.length > 0 && /^(Create|Delete)Tags$/.test(action)) {
      tagged.forEach((part) => retag(part, action === "CreateTags", asked));
      return Promise.resolve(xml(action, "<return>true</return>"));
    }
    return pass(request);
  }

  private acted(request: AwsRequest, act: string, kind: Kind, asked: URLSearchParams): AwsAnswer {
    const name = `TrafficMirror${kind}`;
    const id = asked.get(`${name}Id`) ?? "";
    switch (act) {
      case "Create":
        return this.create(request, kind, asked);
      case "Delete": {
        const missing = this.missing(request, kind, id);
        if (missing !== undefined) {
          return missing;
        }
        const users = [...this.parts.values()].filter(
          ({ kind: of, properties }) => of === "Session" && properties[`${name}Id`] === id,
        );
        if (users.length > 0) {
          return refusal(request, `${name}InUse`, `${id} is used by ${users[0]?.id}`);
        }
        // A filter's rules go with it.
        for (const part of this.parts.values()) {
          if (part.id === id || (kind === "Filter" && this.filterOf(part.id) === id)) {
            this.parts.delete(part.id);
          }
        }
        return xml(`Delete${name}`, `<${lower(name)}Id>${id}</${lower(name)}Id>`);
      }
      default: {
        const ids = valuesOf(asked, new RegExp(`^${name}Ids?\\.\\d+$`));
        const missing = ids.map((each) => this.missing(request, kind, each)).find((each) => each);
        const found = [...this.parts.values()].filter(
          (part) =>
            part.kind === kind &&
            part.account === request.account &&
            part.region === request.region &&
            (ids.length === 0 || ids.includes(part.id)) &&
            filtersOf(asked).every(({ name: filter, values }) => isLike(part, filter, values)),
        );
        const items = found.map((part) => `<item>${this.elementsOf(part)}</item>`).join("");
        const set = `${lower(name)}Set`;
        return missing ?? xml(`Describe${name}s`, `<${set}>${items}</${set}>`);
      }
    }
  }

  private create(request: AwsRequest, kind: Kind, asked: URLSearchParams): AwsAnswer {
    const { account, region } = request;
    const name = `TrafficMirror${kind}`;
    const properties = Object.fromEntries([...asked].filter(([key]) => !NO_PROPERTY.test(key)));
    const {
      TrafficMirrorFilterId: filter,
      TrafficMirrorTargetId: target = "",
      NetworkInterfaceId: mirrored,
      SessionNumber: number,
    } = properties;
    const lacking = filter === undefined ? undefined : this.missing(request, "Filter", filter);
    if (lacking !== undefined) {
      return lacking;
    }
    if (kind === "Session") {
      const to = this.parts.get(target);
      const arn = `arn:aws:ec2:${to?.region}:${to?.account}:traffic-mirror-target/${target}`;
      if (to === undefined || (to.account !== account && !this.shares.isShared(arn, account))) {
        return notFound(request, "Target", target);
      }
      const same = [...this.parts.values()].some(
        ({ kind: of, properties: { NetworkInterfaceId, SessionNumber } }) =>
          of === kind && NetworkInterfaceId === mirrored && SessionNumber === number,
      );
      if (same) {
        const why = `${mirrored} has a session of number ${number}`;
        return refusal(request, "TrafficMirrorSessionNumberInUse", why);
      }
    }
    const part: Part = {
      kind,
      id: `${PREFIXES[kind]}-${(this.parts.size + 1).toString(16).padStart(17, "0")}`,
      account,
      region,
      properties,
      tags: tagsIn(asked),
    };
    this.parts.set(part.id, part);
    const element = lower(name);
    return xml(`Create${name}`, `<${element}>${this.elementsOf(part)}</${element}>`);
  }

  private elementsOf({ kind, id, account, properties, tags }: Part): string {
    const name = lower(`TrafficMirror${kind}`);
    const rules = (direction: string) =>
      [...this.parts.values()]
        .filter(
          (part) =>
            part.kind === "FilterRule" &&
            this.filterOf(part.id) === id &&
            part.properties["TrafficDirection"] === direction,
        )
        .map((part) => `<item>${this.elementsOf(part)}</item>`)
        .join("");
    return [
      `<${name}Id>${id}</${name}Id><ownerId>${account}</ownerId>`,
      kind === "Target" ? "<type>network-interface</type>" : "",
      ...Object.entries(properties).map(
        ([key, value]) => `<${lower(key)}>${value}</${lower(key)}>`,
      ),
      ...(kind === "Filter"
        ? ["ingress", "egress"].map(
            (each) => `<${each}FilterRuleSet>${rules(each)}</${each}FilterRuleSet>`,
          )
        : []),
      `<tagSet>${[...tags].map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`).join("")}</tagSet>`,
    ].join("");
  }

  private missing(request: AwsRequest, kind: Kind, id: string): AwsAnswer | undefined {
    const part = this.parts.get(id);
    return part?.kind === kind && part.account === request.account
      ? undefined
      : notFound(request, kind, id);
  }
}

function notFound(request: AwsRequest, kind: Kind, id: string): AwsAnswer {
  return refusal(request, `InvalidTrafficMirror${kind}Id.NotFound`, `${id} does not exist`);
}

/** The tags that something is made with. */
function tagsIn(asked: URLSearchParams): Map<string, string> {
  return new Map(
    [...asked].flatMap(([name, value]) =>
      /^TagSpecification\.\d+\.Tag\.\d+\.Key$/.test(name)
        ? [[value, asked.get(name.replace(/Key$/, "Value")) ?? ""] as const]
        : [],
    ),
  );
}

function retag({ tags }: Part, isGiven: boolean, asked: URLSearchParams): void {
  for (const [name, key] of asked) {
    if (/^Tag\.\d+\.Key$/.test(name)) {
      if (isGiven) {
        tags.set(key, asked.get(name.replace(/Key$/, "Value")) ?? "");
      } else {
        tags.delete(key);
      }
    }
  }
}

function filtersOf(asked: URLSearchParams): { name: string; values: string[] }[] {
  return [...asked].flatMap(([key, name]) => {
    const [, filter] = /^(Filter\.\d+)\.Name$/.exec(key) ?? [];
    return filter === undefined
      ? []
      : { name, values: valuesOf(asked, new RegExp(`^${filter}\\.Value\\.\\d+$`)) };
  });
}

/** Whether a filter lets a part through: by a tag, or by a property such as `network-interface-id`. */
function isLike({ properties, tags }: Part, name: string, values: readonly string[]): boolean {
  const property = name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
  const value = name.startsWith("tag:") ? tags.get(name.slice(4)) : properties[property];
  return values.includes(value ?? "");
}

function valuesOf(asked: URLSearchParams, form: RegExp): string[] {
  return [...asked].flatMap(([name, value]) => (form.test(name) ? value : []));
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function xml(action: string, content: string): AwsAnswer {
  const root = `${action}Response`;
  const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
  const text = `<${root} xmlns="${namespace}"><requestId>mirrors</requestId>${content}</${root}>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}
