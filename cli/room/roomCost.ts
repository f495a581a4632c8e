import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parse } from "yaml";

import { GP3, USUAL_THROUGHPUT } from "../../components/evidence/copies/volumePerformance";

/** What of a room costs by the hour. */
export interface CostingRoom {
  /** Its workstations. */
  readonly machines: readonly { readonly instanceType: string; readonly rootVolumeGiB: number }[];

  /** Sizes of its disks, in GiB: each is a working volume and a preserved copy. */
  readonly disksGiB: readonly number[];
}

/** What a room costs, by list prices. */
export interface RoomCost {
  /** US dollars an hour; without a machine whose price is not known. */
  readonly usdPerHour: number;

  /** Whether the price of every machine is in it. */
  readonly withMachine: boolean;

  /** Region and day of the prices. */
  readonly region: string;
  readonly noted: string;
}

interface Prices {
  readonly noted: string;
  readonly region: string;
  readonly prices: Readonly<
    Record<
      "instanceHour" | "gp3Month" | "gp3ThroughputMonth" | "snapshotMonth" | "keyMonth",
      { readonly usd: number; readonly of: string }
    >
  >;
}

/** Hours of a month, as AWS's own calculator counts them. */
const HOURS = 730;

/** What a room costs an hour, by docs/prices.yaml. */
export function roomCost({ machines, disksGiB }: CostingRoom): RoomCost {
  const file = join(dirname(dirname(__dirname)), "docs/prices.yaml");
  const { noted, region, prices } = parse(readFileSync(file, "utf8")) as Prices;
  const priced = machines.filter(({ instanceType }) =>
    prices.instanceHour.of.includes(`: ${instanceType} `),
  );
  const disks = disksGiB.reduce((sum, size) => sum + size, 0);
  const month =
    machines.reduce((sum, { rootVolumeGiB }) => sum + rootVolumeGiB, 0) * prices.gp3Month.usd +
    disks * (prices.gp3Month.usd + prices.snapshotMonth.usd) +
    disksGiB.length * (USUAL_THROUGHPUT - GP3.least.throughput) * prices.gp3ThroughputMonth.usd +
    prices.keyMonth.usd;
  return {
    usdPerHour: month / HOURS + priced.length * prices.instanceHour.usd,
    withMachine: priced.length === machines.length,
    region,
    noted,
  };
}

/** `about 0.28 USD an hour, by list prices of us-east-1 of 2026-11-29` */
export function costText(cost: RoomCost, instanceType: string): string {
  const machine = cost.withMachine
    ? ""
    : `, and the machine beside that: docs/prices.yaml has no price of ${instanceType}`;
  return `about ${cost.usdPerHour.toFixed(2)} USD an hour by the list prices of ${cost.region} of ${cost.noted}${machine}`;
}
