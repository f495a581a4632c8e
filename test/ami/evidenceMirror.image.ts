import assert from "node:assert/strict";

import { EvidenceMachine } from "./evidenceMachine";

// Mirrored traffic, written and put into the vault by the image's real script; the packets are VXLAN as AWS sends it.

/** A query for evil.example.com in VXLAN: its header, Ethernet's, IPv4's and UDP's, and DNS. */
const PACKET = (() => {
  const name = ["evil", "example", "com", ""].map((label) =>
    Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]),
  );
  const [head, tail] = [
    Buffer.from("123401000001000000000000", "hex"),
    Buffer.from("00010001", "hex"),
  ];
  const dns = Buffer.concat([head, ...name, tail]);
  const length = (extra: number) => (dns.length + extra).toString(16).padStart(4, "0");
  const headers = [
    "0800000000000100",
    "0200000000020200000000010800",
    `4500${length(28)}000000004011` + "00000a141e280a141e02",
    `30390035${length(8)}0000`,
  ];
  return Buffer.concat([Buffer.from(headers.join(""), "hex"), dns]);
})();

describe("evidence-mirror", function () {
  this.timeout(180_000);
  const machine = EvidenceMachine.ofSuite();
  const DIRECTORY = "/var/lib/clean-room/mirrored";

  /** Runs the writer while a script runs beside it; returns what was put into the vault, in order. */
  function mirrored(script: string): string[] {
    machine.must(
      `mkdir -p ${DIRECTORY}; rm -f /tmp/put-calls; base64 -d <<<"$1" >/tmp/packet
       /usr/local/lib/clean-room/write-mirrored lo 3 1 >/tmp/mirror.log 2>&1 & writer=$!
       for n in $(seq 50); do [ -z "$(ls ${DIRECTORY})" ] || break; sleep 0.1; done
       send() { cat /tmp/packet >/dev/udp/127.0.0.1/4789; echo other >/dev/udp/127.0.0.1/4790; }
       ${script}
       # A full disk has ended it by then, where the machine is slow.
       kill -TERM $writer 2>/dev/null || true
       wait $writer`,
      PACKET.toString("base64"),
    );
    return machine.must("cat /tmp/put-calls 2>/dev/null || true").split("\n").filter(Boolean);
  }

  const put = (name: string) =>
    new RegExp(`^capture_\\d{5}_\\d{14}\\.${name} --as intake/i-0123456789abcdef0$`);

  it("puts each file into the vault as it is closed, which is said to be pending before", () => {
    const calls = mirrored("for n in $(seq 8); do send; sleep 1; done");
    const of = (name: string) => calls.filter((call) => put(name).test(call));
    const [pending, files] = [of("pending.json"), of("pcap")];
    assert.ok(files.length >= 2, calls.join("\n"));
    assert.equal(pending.length, files.length);
    assert.equal(calls.length, pending.length + files.length);
    for (const file of files) {
      const said = file.replace(".pcap", ".pending.json");
      assert.ok(calls.indexOf(said) < calls.indexOf(file), said);
    }
    // All of it and nothing else, and the image's own tool reads what is in VXLAN.
    assert.equal(
      machine.must(
        `cd ${DIRECTORY}; for f in *.pcap; do tshark -r $f -T fields -e dns.qry.name 2>/dev/null; done`,
      ),
      Array(8).fill("evil.example.com").join("\n"),
    );
    assert.match(
      machine.must(`stat -c '%U:%G %a' ${DIRECTORY}/*.pcap`),
      /^(root:examiner 440\n?)+$/,
    );
    assert.deepEqual(
      JSON.parse(machine.must(`cat $(ls ${DIRECTORY}/*.pending.json | head -n 1)`)),
      {
        form: "clean-room/capture/1",
        file: files[0]?.split(" ")[0],
        state: "pending",
        instanceId: "i-0123456789abcdef0",
      },
    );
  });

  it("leaves nothing of what had no packet", () => {
    machine.must(`rm -rf ${DIRECTORY}`);
    assert.deepEqual(mirrored("sleep 5"), []);
    assert.equal(machine.must(`ls ${DIRECTORY}`), "");
  });

  it("leaves a tenth of the disk, however much comes, and goes on once the vault has made room", () => {
    machine.must(
      `mkdir -p ${DIRECTORY}; mount -t tmpfs -o size=16m tmpfs ${DIRECTORY}; echo 1 >/tmp/put-exit`,
    );
    try {
      mirrored(
        `head -c 60000 /dev/zero >/tmp/packet
         for n in $(seq 600); do kill -0 $writer 2>/dev/null || break; send; sleep 0.03; done`,
      );
      const used = () => Number(machine.must(`df --output=pcent ${DIRECTORY} | tr -dc 0-9`));
      const full = used();
      assert.ok(full >= 90 && full < 100, `${full} percent`);
      assert.match(machine.must("cat /tmp/mirror.log"), /disk full/);
      machine.must("rm /tmp/put-exit");
      mirrored("sleep 12; send; sleep 4");
      assert.ok(used() < 80, `${used()} percent`);
      assert.equal(
        machine.must(
          `cd ${DIRECTORY}; for f in *.pcap; do tshark -r $f -T fields -e dns.qry.name 2>/dev/null; done | grep evil`,
        ),
        "evil.example.com",
      );
    } finally {
      machine.must(`umount ${DIRECTORY}; rm -f /tmp/put-exit`);
    }
  });

  it("tries again what the vault did not take, and says of a file that is gone that it is lost", () => {
    machine.must(`rm -rf ${DIRECTORY}; echo 1 >/tmp/put-exit`);
    mirrored("send; sleep 4");
    assert.equal(machine.must(`ls ${DIRECTORY} | grep -c uploaded || true`), "0");
    machine.must("rm /tmp/put-exit");
    const [file = ""] = mirrored("sleep 1").filter((call) => put("pcap").test(call));
    assert.match(file, put("pcap"));
    machine.must(`cd ${DIRECTORY}; rm *.pcap *.pcap.uploaded`);
    assert.match(mirrored("sleep 1").join(), put("lost\\.json"));
  });
});
