import assert from "node:assert/strict";

import fc from "fast-check";

import { formatCidr, isPrivate, overlap, parseCidr } from "../../components/cidr";

/** Any network: a prefix length and an address with no bit set behind it. */
const network = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 32 }))
  .map(([address, prefixLength]) => {
    const size = 2 ** (32 - prefixLength);
    return { first: Math.floor(address / size) * size, size, prefixLength };
  });

describe("A CIDR", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(network, ({ first, size, prefixLength }) => {
        assert.deepEqual(parseCidr(formatCidr(first, size)), {
          first,
          last: first + size - 1,
          prefixLength,
        });
      }),
    );
  });

  it("is refused when it names a host of the network", () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 1 }), ({ first, size, prefixLength }, host) => {
        fc.pre(size > 1);
        const [address] = formatCidr(first + (host % (size - 1)) + 1, 1).split("/");
        assert.equal(parseCidr(`${address}/${prefixLength}`), undefined);
      }),
    );
  });

  for (const text of ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "0x0a000000/8", "::/0", "a/8"]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(parseCidr(text), undefined);
    });
  }

  it("overlaps another exactly when they share an address", () => {
    const small = fc.tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 26, max: 32 }));
    const range = small.map(([address, prefixLength]) => {
      const size = 2 ** (32 - prefixLength);
      const first = Math.floor(address / size) * size;
      return { first, last: first + size - 1, prefixLength };
    });
    const addresses = ({ first, last }: { first: number; last: number }) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index);
    fc.assert(
      fc.property(range, range, (a, b) => {
        const shared = addresses(a).some((address) => addresses(b).includes(address));
        assert.equal(overlap(a, b), shared);
      }),
    );
  });

  it("is private in RFC 1918 and RFC 6598 space only", () => {
    assert.deepEqual(
      ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "52.0.0.0/8"].map(
        isPrivate,
      ),
      [true, true, true, true, false],
    );
  });
});
