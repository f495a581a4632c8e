import assert from "node:assert/strict";

import {
  ACQUIRED_OBJECTS,
  acquisitionContent,
  acquisitionDocument,
  acquisitionParameters,
  acquisitionPrefix,
  MOST_PARTS,
  partsOf,
} from "../../../components/acquisition/acquisitionDocument";

import { ACQUISITION } from "../../support/examples";

const { mainSteps, ...document } = acquisitionDocument(ACQUISITION);
const ACQUISITION_PARAMETERS = acquisitionParameters(ACQUISITION);
const PATTERNS = Object.entries(ACQUISITION_PARAMETERS).flatMap(([name, form]) =>
  "allowedPattern" in form ? [[name, new RegExp(form.allowedPattern)] as const] : [],
);
const HASH = "0a".repeat(32);
const URL = "https://tools.s3.us-east-1.amazonaws.com/carry/avml?X-Amz-Date=20261130T091500Z";
const PREFIX = "intake/222233334444/INC-2026-0042/live/i-0123456789abcdef0/20261130T091500Z/";

/** A right value of each. */
const RIGHT: Readonly<Record<string, string>> = {
  Prefix: PREFIX,
  Access: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Security-Token=a%2Bb%3D",
  Signatures: Array(ACQUIRED_OBJECTS.length).fill(HASH).join(" "),
  PartMiB: "34",
  AvmlUrl: URL,
  BusyboxUrl: URL,
};

describe("The document that acquires", () => {
  it("is a Command document of Linux machines, as Systems Manager's schema 2.2 has it, and of a size that it takes", () => {
    assert.deepEqual(Object.keys(document).sort(), ["description", "parameters", "schemaVersion"]);
    assert.equal(document.schemaVersion, "2.2");
    assert.equal(mainSteps.length, 1);
    const [step] = mainSteps;
    assert.match(step?.name ?? "", /^[a-zA-Z0-9_]{1,128}$/);
    assert.equal(step?.action, "aws:runShellScript");
    assert.deepEqual(step.precondition, { StringEquals: ["platformType", "Linux"] });
    assert.deepEqual(Object.keys(step.inputs).sort(), ["runCommand", "timeoutSeconds"]);
    for (const [name, form] of Object.entries(document.parameters)) {
      assert.match(name, /^[A-Za-z0-9]+$/);
      assert.equal(form.type, "String");
      assert.ok("allowedPattern" in form || form.allowedValues.includes(form.default as never));
    }
    assert.ok(acquisitionContent(ACQUISITION).length < 64 * 1024);
  });

  it("reads each parameter once, between quotes that none of its values can end", () => {
    const lines = mainSteps[0]?.inputs.runCommand ?? [];
    const read = lines.flatMap((line) => [...line.matchAll(/(.)\{\{ (\w+) \}\}(.)/g)]);
    assert.deepEqual(
      read.map(([, , name]) => name).sort(),
      Object.keys(ACQUISITION_PARAMETERS).sort(),
    );
    assert.ok(read.every(([, before, , after]) => before === "'" && after === "'"));
    assert.ok(!lines.some((line) => line.replace(/'\{\{ \w+ \}\}'/g, "").includes("{{")));
  });

  for (const [name, pattern] of PATTERNS) {
    it(`takes as ${name} what the command sends, and nothing that a shell or a document reads`, () => {
      const right = RIGHT[name] ?? assert.fail(name);
      assert.match(right, pattern);
      const wrong = [
        "'",
        '"',
        "`",
        "$",
        ";",
        "|",
        "\n",
        "\\",
        "<",
        "{{ Vault }}",
        "'; reboot #",
        "$(reboot)",
        "\r",
        "\t",
      ];
      for (const each of wrong) {
        for (const value of [
          each,
          right + each,
          each + right,
          `${right.slice(0, 9)}${each}${right.slice(9)}`,
        ]) {
          assert.doesNotMatch(value, pattern, value);
        }
      }
      assert.doesNotMatch("", pattern);
    });
  }

  it("takes no place in the vault but an acquisition's, and no address without TLS", () => {
    const prefix = new RegExp(ACQUISITION_PARAMETERS.Prefix.allowedPattern);
    for (const other of [
      "records/INC-2026-0042/",
      "cases/INC-2026-0042/live/i-0123456789abcdef0/20261130T091500Z/",
      PREFIX.replace("INC-2026-0042", ".."),
      PREFIX.replace("live", "other"),
      `${PREFIX}../`,
      `x${PREFIX}`,
    ]) {
      assert.doesNotMatch(other, prefix);
    }
    for (const name of ["AvmlUrl", "BusyboxUrl"] as const) {
      const pattern = new RegExp(ACQUISITION_PARAMETERS[name].allowedPattern);
      assert.doesNotMatch((RIGHT[name] ?? "").replace("https", "http"), pattern);
    }
  });

  it("lets no sender name another vault, nor another program: who sends it is not root of the machine by that", () => {
    const { Vault, AvmlSha256, BusyboxSha256 } = ACQUISITION_PARAMETERS;
    assert.deepEqual(
      [Vault, AvmlSha256, BusyboxSha256].map(({ allowedValues }) => allowedValues),
      [[`https://${ACQUISITION.vault}`], [ACQUISITION.avml], [ACQUISITION.busybox]],
    );
  });

  it("names an acquisition by its second, below what its account uploads for the ticket", () => {
    const suspect = { accountId: "222233334444", instanceId: "i-0123456789abcdef0" };
    const at = new Date("2026-11-30T09:15:00.999Z");
    assert.equal(acquisitionPrefix("INC-2026-0042", suspect, at), PREFIX);
  });

  it("divides each memory into as many parts as signatures fit, which wait in a fraction of it", () => {
    for (const memoryMiB of [512, 1024, 8192, 65_536, 1_048_576]) {
      const { partMiB, parts } = partsOf(memoryMiB) ?? assert.fail();
      assert.ok(parts <= MOST_PARTS);
      assert.ok(partMiB * parts > memoryMiB);
      assert.ok(partMiB <= 16 || partMiB < memoryMiB / 200);
    }
    assert.equal(partsOf(24 * 1024 * 1024), undefined);
  });
});
