import assert from "node:assert/strict";

import fc from "fast-check";

import { formatCidr, overlap, parseCidr } from "../../../components/cidr";
import { MOST_ZONES, planSubnets, slotsThatFit } from "../../../components/network/subnetPlan";

const ZONES = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"];

/** A VPC's range and as many zones and slots as it has room for, or fewer. */
const layout = fc.integer({ min: 16, max: 25 }).chain((prefixLength) =>
  fc.record({
    cidr: fc
      .integer({ min: 0, max: 2 ** (prefixLength - 8) - 1 })
      .map((n) =>
        formatCidr(10 * 2 ** 24 + n * 2 ** (32 - prefixLength), 2 ** (32 - prefixLength)),
      ),
    zones: fc.integer({ min: 1, max: MOST_ZONES }),
    slots: fc.integer({ min: 1, max: Math.min(slotsThatFit(prefixLength), 40) }),
  }),
);

function ranges(cidr: string, zones: number, slots: number) {
  const plan = planSubnets(cidr, ZONES.slice(0, zones), slots);
  return [...plan.slots, ...plan.endpoints];
}

describe("A subnet plan", () => {
  it("lays the README's example out like this", () => {
    assert.deepEqual(planSubnets("10.66.0.0/22", ["us-east-1a", "us-east-1b"], 2), {
      slots: [
        { name: "us-east-1a-1", availabilityZone: "us-east-1a", cidr: "10.66.0.0/28" },
        { name: "us-east-1a-2", availabilityZone: "us-east-1a", cidr: "10.66.0.16/28" },
        { name: "us-east-1b-1", availabilityZone: "us-east-1b", cidr: "10.66.1.0/28" },
        { name: "us-east-1b-2", availabilityZone: "us-east-1b", cidr: "10.66.1.16/28" },
      ],
      endpoints: [
        { name: "us-east-1a", availabilityZone: "us-east-1a", cidr: "10.66.0.240/28" },
        { name: "us-east-1b", availabilityZone: "us-east-1b", cidr: "10.66.1.240/28" },
      ],
    });
  });

  it("keeps every subnet within the VPC and apart from every other", () => {
    fc.assert(
      fc.property(layout, ({ cidr, zones, slots }) => {
        const vpc = parseCidr(cidr);
        const subnets = ranges(cidr, zones, slots).map((subnet) => parseCidr(subnet.cidr));
        assert.equal(subnets.length, zones * (slots + 1));
        for (const [index, subnet] of subnets.entries()) {
          assert.ok(vpc && subnet && subnet.prefixLength === 28);
          assert.ok(subnet.first >= vpc.first && subnet.last <= vpc.last);
          assert.ok(subnets.slice(0, index).every((other) => other && !overlap(subnet, other)));
        }
      }),
    );
  });

  it("moves nothing when zones or slots are added", () => {
    fc.assert(
      fc.property(layout, layout, (large, other) => {
        const zones = Math.min(large.zones, other.zones);
        const slots = Math.min(large.slots, other.slots);
        const grown = new Map(
          ranges(large.cidr, large.zones, large.slots).map(({ name, cidr }) => [name, cidr]),
        );
        for (const { name, cidr } of ranges(large.cidr, zones, slots)) {
          assert.equal(grown.get(name), cidr);
        }
      }),
    );
  });

  it("refuses more slots than fit", () => {
    for (const prefixLength of [16, 22, 25]) {
      const most = slotsThatFit(prefixLength);
      planSubnets(`10.0.0.0/${prefixLength}`, ZONES, most);
      assert.throws(() => planSubnets(`10.0.0.0/${prefixLength}`, ZONES, most + 1), /no room for/);
    }
  });
});
