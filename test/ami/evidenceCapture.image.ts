import assert from "node:assert/strict";

import { EvidenceMachine } from "./evidenceMachine";

// Captures by the image's real script.

describe("evidence-capture", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();

  const asExaminer =
    'chmod 0755 /home; mkdir -p /home/examiner; su examiner -c "sudo evidence-capture $1"';

  it("captures what passes, for the examiner, and never over another capture", () => {
    machine.must(
      // As long as it captures: when it begins to is the machine's affair.
      `${asExaminer} & capture=$!; while kill -0 $capture 2>/dev/null; do echo 0123456789 | nc -u -w0 127.0.0.1 9; sleep 0.2; done; wait $capture`,
      "lo a.pcap 5 10",
    );
    assert.equal(
      machine.must("stat -c '%U:%G %a' /var/lib/clean-room/captures/a.pcap"),
      "root:examiner 440",
    );
    assert.match(
      machine.must("tcpdump -nr /var/lib/clean-room/captures/a.pcap udp port 9 2>/dev/null"),
      /127\.0\.0\.1\.9: UDP/,
    );
    machine.refused(/never overwritten/, asExaminer, "lo a.pcap 1 1");
    // Nor can a link take its place: the folder is root's.
    assert.notEqual(
      machine.run('su examiner -c "mv /var/lib/clean-room/captures/a.pcap /tmp/gone"').status,
      0,
    );
    assert.match(
      machine.must("cat /var/log/clean-room/evidence-capture.log"),
      /^[0-9a-f]{64} .*a\.pcap$/,
    );
  });

  it("leaves out what the metadata service answers root, the role's credentials among it", () => {
    machine.must(
      `unshare --net bash -c '
         ip link set lo up; ip addr add 169.254.169.254/32 dev lo; ip addr add fd00:ec2::254/128 dev lo
         ${asExaminer} & capture=$!
         while kill -0 $capture 2>/dev/null; do
           for to in 127.0.0.1 169.254.169.254 fd00:ec2::254; do echo 0123456789 | nc -u -w0 $to 80; done; sleep 0.2
         done; wait $capture' capture "$1"`,
      "lo m.pcap 5 10",
    );
    const all = machine.must("tcpdump -nr /var/lib/clean-room/captures/m.pcap 2>/dev/null");
    assert.match(all, /127\.0\.0\.1\.80: UDP/);
    assert.doesNotMatch(all, /169\.254\.169\.254|fd00:ec2/);
  });

  it("takes no options, no folders, no other interface, no other sizes", () => {
    for (const [args, expected] of [
      ["-i a.pcap", /no interface/],
      ["lo/../lo a.pcap", /no interface/],
      ["nothing0 a.pcap", /no interface/],
      ["lo ../a.pcap", /FILE is a name/],
      ["lo -z.pcap", /FILE is a name/],
      ["lo a.txt", /FILE is a name/],
      ["lo a.pcap 0", /SECONDS/],
      ["lo a.pcap 1 1e9", /MEGABYTES/],
      ["lo a.pcap 1 1 -Z", /usage/],
    ] as const) {
      machine.refused(expected, asExaminer, args);
    }
    assert.equal(machine.run("ls /var/lib/clean-room/captures").stdout, "");
  });
});
