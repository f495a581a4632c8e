import {
  declaredFoundation,
  declaredMember,
  declaredRoom,
} from "../../../test/support/declaredStacks";
import { arnOf, type Deployment } from "../../../test/support/deployment";
import {
  ACQUISITION_OF_MANY,
  auditConfig,
  incidentConfig,
  memberConfig,
  STACK,
} from "../../../test/support/examples";
import { SUSPECTS_INTERFACE } from "../../../test/support/linkedNetworks";
import { once } from "../../../test/support/once";
import { ROLES } from "../../../test/support/parties";
import type { ToldResource } from "../packInProcess";

/** A stack of the program, with all that the engine tells policies of it. */
export interface ToldStack {
  readonly name: string;
  readonly resources: readonly ToldResource[];
}

const PROVIDER = "default";
const BUCKET = "aws:s3/bucket:Bucket";

/** The program's three kinds of stack, with the settings of the examples, and links. */
export const toldStacks = once(async (): Promise<readonly ToldStack[]> => {
  // One after the other: the SDK has one program at a time.
  const foundation = await declaredFoundation({
    linkedAccounts: ["222233334444"],
    containmentAccounts: ["222233334444"],
    containmentFindings: ["Backdoor:EC2/*"],
  });
  const room = await declaredRoom({
    tools: ["encase", "lime", "velociraptor"],
    link: "peering",
    capture: [SUSPECTS_INTERFACE],
  });
  const overGateway = await declaredRoom({ tools: ["lime"], link: "transit-gateway" });
  const member = await declaredMember({
    link: "on",
    containment: "on",
    acquisition: ACQUISITION_OF_MANY,
    incidentDeployers: [ROLES.incidentDeployer],
  });
  return [
    told("audit", foundation, auditConfig()),
    told(STACK, room, incidentConfig()),
    told(STACK, overGateway, incidentConfig()),
    told("member-222233334444", member, memberConfig()),
  ];
});

/** A stack as it was declared, with all that the engine tells policies of it. @param config The stack's configuration. */
export function told(
  name: string,
  { resources, registrations }: Deployment,
  config: Readonly<Record<string, unknown>>,
): ToldStack {
  const provider: ToldResource = {
    type: "pulumi:providers:aws",
    name: PROVIDER,
    props: { region: config["aws:region"], allowedAccountIds: config["aws:allowedAccountIds"] },
    options: { protect: false, ignoreChanges: [], deleteBeforeReplace: false, createSeconds: 0 },
    madeOf: {},
    after: [],
    provider: undefined,
  };
  const buckets = resources.filter(({ type }) => type === BUCKET).map((bucket) => bucket.name);
  const registered = new Map(registrations.map((each) => [keyIn(each.urn), each]));
  return {
    name,
    resources: [
      provider,
      ...resources.map((resource): ToldResource => {
        const registration = registered.get(`${resource.type}::${resource.name}`);
        if (registration === undefined) {
          throw new Error(`${resource.type} ${resource.name} was not registered`);
        }
        const { options, madeOf, after } = registration;
        const named = registration.provider.split("::").at(-2);
        return {
          type: resource.type,
          name: resource.name,
          props: withBuckets(resource.inputs, buckets),
          options: {
            protect: options.protect,
            ignoreChanges: options.ignoreChanges,
            deleteBeforeReplace: options.deleteBeforeReplace,
            createSeconds: secondsOf(options.createTimeout),
          },
          madeOf: Object.fromEntries(
            Object.entries(madeOf).map(([field, urns]) => [field, urns.map(keyIn)]),
          ),
          after: after.map(keyIn),
          provider: resource.type.startsWith("aws:") ? named || PROVIDER : undefined,
        };
      }),
    ],
  };
}

/** The mocks' ARN of a bucket says a type where S3's has the name: what is below one bucket would be below every one. */
function withBuckets(
  props: ToldResource["props"],
  buckets: readonly string[],
): ToldResource["props"] {
  const text = buckets.reduce(
    (each, name) => each.replaceAll(arnOf(name), `arn:aws:s3:::${name}`),
    JSON.stringify(props),
  );
  return JSON.parse(text) as ToldResource["props"];
}

/** `<type>::<name>` of a URN, whose type has those of its parents before it. */
function keyIn(urn: string): string {
  const [types = "", name = ""] = urn.split("::").slice(2);
  return `${types.split("$").at(-1)}::${name}`;
}

/** Seconds of a duration as Go writes it in whole hours or minutes. */
function secondsOf(duration: string | undefined): number {
  const [, count = "0", unit = "s"] = /^(\d+)([hms])$/.exec(duration ?? "") ?? [];
  return Number(count) * { h: 3600, m: 60, s: 1 }[unit as "h" | "m" | "s"];
}
