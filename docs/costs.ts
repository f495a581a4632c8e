import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import {
  GP3,
  USUAL_THROUGHPUT,
  volumePerformance,
} from "../components/evidence/copies/volumePerformance";
import type { Declaration } from "../test/support/deployment";
import { declaredFoundation, declaredRoom } from "../test/support/declaredStacks";
import { table } from "./markdown";

// docs/costs.md: what a foundation and a room cost by their hours and months, from what the program declares and from
// docs/prices.yaml. `npm run docs` writes it; a test fails when it says something else.

/** Hours of a month, as AWS's own calculator counts them. */
const HOURS = 730;

/** Size of the disk that the page reckons with, in GiB. */
const DISK_GIB = 100;

/** Types that cost by what they take or let through, or nothing at all. */
const FREE = [
  /^aws:(iam|ssm|imagebuilder|sns|rbin|s3)\//,
  /^aws:cloudwatch\/(logGroup|eventRule|eventTarget):/,
  /^aws:(ec2|vpc)\/(vpc|default\w+|subnet|routeTable\w*|networkAcl|flowLog|securityGroup\w*|volumeAttachment):/,
  /^aws:route53\/resolverFirewall(RuleGroup|Rule|RuleGroupAssociation|Config):/,
  /^aws:(cloudtrail\/trail|kms\/alias):/,
  /^awsx:ec2:Vpc$/,
] as const;

interface Prices {
  readonly noted: string;
  readonly region: string;
  readonly prices: Readonly<Record<string, { readonly usd: number; readonly of: string }>>;
}

const { noted, region, prices } = parse(
  readFileSync(join(__dirname, "prices.yaml"), "utf8"),
) as Prices;

function usd(price: string): number {
  const found = prices[price];
  if (found === undefined) {
    throw new Error(`docs/prices.yaml has no ${price}`);
  }
  return found.usd;
}

/** What a resource costs in a month, in US dollars, by its being there. */
export function monthOf({ type, name, inputs }: Declaration): number {
  switch (type) {
    case "aws:kms/key:Key":
      return usd("keyMonth");
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return usd("alarmMonth");
    case "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList":
      return (inputs["domains"] as unknown[]).length * usd("firewallDomainMonth");
    case "aws:ec2/vpcEndpoint:VpcEndpoint":
      return inputs["vpcEndpointType"] === "Interface"
        ? (inputs["subnetIds"] as unknown[]).length * usd("interfaceEndpointHour") * HOURS
        : 0;
    case "aws:ec2/instance:Instance": {
      const { volumeSize } = inputs["rootBlockDevice"] as { readonly volumeSize: number };
      return usd("instanceHour") * HOURS + volumeSize * usd("gp3Month");
    }
    case "aws:ebs/volume:Volume": {
      const { throughput, iops } = inputs as { readonly throughput: number; readonly iops: number };
      return DISK_GIB * usd("gp3Month") + fasterMonth(throughput, iops);
    }
    case "aws:ebs/snapshotCopy:SnapshotCopy":
      return DISK_GIB * usd("snapshotMonth");
    default:
      if (!FREE.some((free) => free.test(type))) {
        throw new Error(`What ${name}, ${type}, costs nobody has said: docs/costs.ts`);
      }
      return 0;
  }
}

/** What a gp3 volume that is faster than its price has costs more in a month. */
function fasterMonth(throughput: number, iops: number): number {
  return (
    (throughput - GP3.least.throughput) * usd("gp3ThroughputMonth") +
    (iops - GP3.least.iops) * usd("gp3IopsMonth")
  );
}

/** How long a disk of a TiB takes to be read through, and what that speed costs. */
function speedTable(): string {
  return table(
    [
      "`workingVolumeThroughput`",
      "a TiB is hashed in",
      "more for each disk, a month, USD",
      "an hour, USD",
    ],
    [125, 250, USUAL_THROUGHPUT, 750, 1000].map((asked) => {
      const { throughput, iops } = volumePerformance(asked, 1024);
      const month = fasterMonth(throughput, iops);
      return [
        `${asked}${asked === USUAL_THROUGHPUT ? " (default)" : ""}`,
        `${((1024 * 1024) / throughput / 3600).toFixed(1)} h`,
        money(month),
        (month / HOURS).toFixed(3),
      ];
    }),
  );
}

/** The page. */
export async function costsPage(): Promise<string> {
  const { resources: foundation } = await declaredFoundation();
  const { resources: room } = await declaredRoom();
  const month = (resources: readonly Declaration[]) =>
    resources.reduce((sum, resource) => sum + monthOf(resource), 0);
  const rows = (resources: readonly Declaration[], hourly: boolean) => {
    const byType = new Map<string, Declaration[]>();
    for (const resource of resources.filter((each) => monthOf(each) > 0)) {
      byType.set(resource.type, [...(byType.get(resource.type) ?? []), resource]);
    }
    return [...byType.values()].map((those) => [
      `${those.length} × ${those[0]?.type.split(":").at(-1)}`,
      ...(hourly ? [money(month(those) / HOURS)] : []),
      money(month(those)),
    ]);
  };
  const kept = room.filter(({ type }) => type === "aws:ebs/snapshotCopy:SnapshotCopy");
  return `# What it costs

Written by \`npm run docs\` from what the program declares with the example's settings
([Pulumi.audit.yaml](../Pulumi.audit.yaml)) and from the list prices of ${region} in [prices.yaml](prices.yaml), noted on ${noted}: without
free tiers, discounts and taxes. A month has ${HOURS} hours. What a resource costs that is not in these tables is what goes
through it, which is in the last one, or nothing.

## The foundation, always there

${table(["what", "a month, USD"], [...rows(foundation, false), ["**together**", `**${money(month(foundation))}**`]])}

The interface endpoints are most of it: one less in \`interfaceEndpoints\`, or one zone less, is ${money(usd("interfaceEndpointHour") * HOURS)} less per zone.
A build of the image is an hour or two of ${money(usd("builderHour"))} on the build machine and as much on the one that tests it; each
image that is kept is a snapshot of at most 30 GiB, ${money(30 * usd("snapshotMonth"))} a month.

## A room, as long as the incident

With one disk of ${DISK_GIB} GiB, all of which is in use.

${table(["what", "an hour, USD", "a month, USD"], [...rows(room, true), ["**together**", `**${money(month(room) / HOURS)}**`, `**${money(month(room))}**`]])}

Each disk more is ${money((DISK_GIB * (usd("gp3Month") + usd("snapshotMonth"))) / HOURS)} an hour for every ${DISK_GIB} GiB; a snapshot is paid by the blocks that are in use, and a working volume
by its size and speed. A workstation beside the first is another instance with its root volume. Another \`instanceType\` has another price. A machine that is stopped costs its disks only.

## How fast disks are read

${speedTable()}

At best: EBS fills a new volume from its snapshot while it is read, at no rate that it says, and the machine has a limit of its own for all
its disks. \`workingVolumeInitializationRate\`, 100 to 300 MiB/s, has a rate, so that a TiB is there in 58 minutes at 300; AWS asks for it by the
snapshot's full size and the rate, once for each volume, and no source at hand has the price. Above 750 MiB/s the IOPS are in the table.

## After the room

The preserved copy stays, ${money(month(kept))} a month for ${DISK_GIB} GiB in use, as long as the lock holds and until somebody deletes it; so does what
lies in the vault. The incident key costs nothing once its deletion is scheduled. In the member account the snapshot and its
copy under the transfer key cost the same again until they are deleted.

## By what goes through

${table(
  ["price", "USD"],
  ["logsIn", "objectsMonth", "trailEvents"].map((price) => [
    prices[price]?.of ?? "",
    String(usd(price)),
  ]),
)}

Flow logs and recorded sessions are logs; each object that \`evidence-put\` writes is a data event, and so is each that is read.
`;
}

function money(amount: number): string {
  return amount.toFixed(2);
}

if (require.main === module) {
  void costsPage().then((page) => writeFileSync(join(__dirname, "costs.md"), page));
}
