import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AMI_FOLDER } from "../../components/image/toolbox";
import { ImageRoot } from "./imageRoot";
import type { Outcome } from "./shell";

// The image's packet filter and its way to the vault, in a network of their own: the metadata service and S3 are a
// server each, which write down what they are asked.

const METADATA = ["169.254.169.254", "fd00:ec2::254"] as const;
const ROLE = { AccessKeyId: "ASIAOFTHEROLE", SecretAccessKey: "secret", Token: "token" };
const FACTS = {
  ticket: "INC-1",
  region: "us-east-1",
  vaultPrefix: "s3://vault/cases/INC-1/",
  evidenceKeyArn: "arn:aws:kms:us-east-1:111122223333:key/evidence",
};

/** Either service at a port; what is asked goes to /run/asked, a line a request. */
const SERVER = `
import http.server, json, socketserver, sys
role = json.loads(sys.argv[1])
class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, body, **headers):
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.answer(b"workstation" if self.path.endswith("/") else json.dumps(
            {**role, "Code": "Success", "Expiration": "2099-01-01T00:00:00Z"}).encode())
    def do_PUT(self):
        if "latest/api/token" in self.path:
            return self.answer(b"session", x_aws_ec2_metadata_token_ttl_seconds="21600")
        if self.headers.get("expect"):
            self.send_response_only(100)
            self.end_headers()
        sent = self.rfile.read(int(self.headers["content-length"])).decode()
        with open("/run/asked", "a") as asked:
            print(json.dumps({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "sent": sent}), file=asked)
        self.answer(b"", x_amz_version_id="v1", x_amz_checksum_sha256=self.headers["x-amz-checksum-sha256"])
    def log_message(self, *_): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    address_family = 10
    server_bind = socketserver.TCPServer.server_bind
Server(("::", int(sys.argv[2])), Service).serve_forever()
`;

interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sent: string;
}

describe("The metadata service, on the workstation", function () {
  this.timeout(60_000);

  let image: ImageRoot | undefined;

  before(async function () {
    const root = process.env["CLEANROOM_IMAGE_ROOT"];
    if (root === undefined) {
      console.log("    not run: there is no tree of the image's system here");
      return this.skip();
    }
    image = await ImageRoot.open(root);
    if (image.run("command -v nft").status !== 0) {
      console.log("    not run: the tree was built before nftables came into the image");
      return this.skip();
    }
    image.must(
      `serve() { python3 -c "$server" "$role" "$1" </dev/null >/run/server.log 2>&1 & echo $! >>/run/servers; }
       export server=$1 role=$3; export -f serve
       unshare --net bash -c 'echo $$ >/run/host; sleep 600 & echo $! >>/run/servers; ip link set lo up; wait' </dev/null >/dev/null 2>&1 &
       until host=$(cat /run/host 2>/dev/null); do sleep 0.1; done
       ip link add name machine type veth peer name host netns "$host"
       ip addr add 10.0.0.2/24 dev machine; ip addr add fd00::2/64 dev machine nodad; ip link set machine up
       on_host() { nsenter --net --target "$host" "$@"; }
       on_host ip addr add 10.0.0.1/24 dev host; on_host ip addr add fd00::1/64 dev host nodad; on_host ip link set host up
       for address in ${METADATA.join(" ")}; do on_host ip addr add "$address" dev host; done
       ip route add 169.254.169.254 via 10.0.0.1; ip route add fd00:ec2::254 via fd00::1
       on_host bash -c 'serve 80'; serve 9000
       # The interpreter that is lent to the tree may lie in root's home.
       chmod 0711 /root; chmod 0755 /home; install -d -o examiner -g examiner /home/examiner
       mkdir -p /root/.aws; mount -t tmpfs tmpfs /root/.aws
       printf '[default]\nendpoint_url = http://127.0.0.1:9000\n' >/root/.aws/config
       printf %s "$2" >/etc/clean-room/room.json
       for n in $(seq 100); do
         (: </dev/tcp/127.0.0.1/9000; : </dev/tcp/${METADATA[0]}/80; : </dev/tcp/${METADATA[1]}/80) 2>/dev/null && exit 0
         sleep 0.1
       done
       cat /run/server.log; exit 1`,
      SERVER,
      JSON.stringify(FACTS),
      JSON.stringify(ROLE),
    );
    // A machine of tests has a stand-in for it.
    image.must(
      'printf %s "$1" >/usr/local/bin/evidence-put',
      readFileSync(join(AMI_FOLDER, "files/evidence-put"), "utf8"),
    );
  });

  beforeEach(() => {
    on().must("nft --file /etc/nftables.conf; rm -f /run/asked");
  });

  after(() => {
    image?.run("chmod 0700 /root; xargs kill </run/servers");
    image?.close();
  });

  function on(): ImageRoot {
    assert.ok(image);
    return image;
  }

  /** Runs a script as a user, as a log-in does. */
  function as(user: string, script: string): Outcome {
    return on().run('exec runuser -u "$1" -- env HOME="/home/$1" bash -c "$2"', user, script);
  }

  function reaches(user: string, address: string, before = ""): boolean {
    return as(user, `${before} bash -c ': </dev/tcp/${address}/80'`).status === 0;
  }

  function asked(): Asked[] {
    const lines = on().run("cat /run/asked").stdout.split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Asked);
  }

  for (const address of METADATA) {
    it(`answers root, and nobody else, at ${address}`, () => {
      assert.ok(reaches("root", address));
      for (const user of ["examiner", "nobody", "www-data"]) {
        assert.ok(!reaches(user, address), user);
      }
      // Root of a namespace of its own is examiner still.
      assert.ok(!reaches("examiner", address, "unshare --user --map-root-user"));
      assert.ok(reaches("examiner", "10.0.0.1"), "other addresses are as they were");
      on().must("nft flush ruleset");
      assert.ok(reaches("examiner", address), "this test sees nothing of the filter");
    });
  }

  it("refuses at once, in place of a silence that tools wait for", () => {
    const { status, stderr } = as("examiner", `timeout 2 bash -c ': </dev/tcp/${METADATA[0]}/80'`);
    assert.equal(status, 1);
    assert.match(stderr, /refused|unreachable/);
  });

  it("cannot be opened by the examiner", () => {
    assert.notEqual(as("examiner", "/usr/sbin/nft flush ruleset").status, 0);
    assert.notEqual(as("examiner", "sudo -n /usr/sbin/nft flush ruleset").status, 0);
    assert.notEqual(as("examiner", "unshare -Urn /usr/sbin/nft flush ruleset; exit 1").status, 0);
    assert.ok(!reaches("examiner", METADATA[0]));
  });

  it("is filtered before there is a network", () => {
    const unit = on().must("cat /usr/lib/systemd/system/nftables.service");
    assert.match(unit, /^Before=.*network-pre\.target/m);
    assert.match(unit, /^ExecStart=\/usr\/sbin\/nft -f \/etc\/nftables\.conf$/m);
    const build = readFileSync(join(AMI_FOLDER, "steps/base.build.sh"), "utf8");
    assert.match(build, /^systemctl enable .*nftables\.service/m);
  });

  it("lends the examiner's upload the role's credentials, through root's helper", () => {
    const { status, stdout, stderr } = as(
      "examiner",
      "cd; echo found >result.txt; evidence-put result.txt",
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\w{64} {2}s3:\/\/vault\/cases\/INC-1\/result\.txt {2}v1\n/);
    const [first, manifest] = asked();
    assert.equal(first?.path, "/vault/cases/INC-1/result.txt");
    assert.equal(first.sent, "found\n");
    assert.match(first.headers["authorization"] ?? "", /Credential=ASIAOFTHEROLE\//);
    assert.equal(first.headers["if-none-match"], "*");
    assert.equal(first.headers["x-amz-expected-bucket-owner"], "111122223333");
    assert.equal(first.headers["x-amz-meta-uploaded-by"], "examiner");
    assert.match(manifest?.path ?? "", /^\/vault\/cases\/INC-1\/manifest-/);
    // And as root, as evidence-intake does.
    on().must("cd /run; echo hash >intake.json; evidence-put intake.json --as intake/i-1");
    assert.equal(asked()[2]?.headers["x-amz-meta-uploaded-by"], "root");
  });

  it("lends them to nothing else", () => {
    const put = { act: "put_object", key: "cases/INC-1/x", said: {}, size: 0 };
    const requests = [
      { ...put, key: "cases/INC-2/x" },
      { ...put, key: "records/INC-1/x" },
      { ...put, said: { Bucket: "another" } },
      { ...put, said: { SSECustomerKey: "k" } },
      { ...put, said: { ObjectLockMode: "GOVERNANCE" } },
      // What the machine writes of disks.
      { ...put, key: "cases/INC-1/intake/i-1/vol-1.json" },
      { ...put, act: "create_multipart_upload", key: "cases/INC-1/intake/i-1/vol-1.json" },
      { ...put, act: "get_object" },
      { ...put, act: "delete_object" },
      { ...put, act: "__class__" },
      { ...put, room: {} },
      [],
      { ...put, said: { Metadata: { sha256: "another", "uploaded-by": "another" } } },
    ].map((request) => JSON.stringify(request));
    // It ends with who asks, so that asks until it was answered.
    const { stdout } = as(
      "examiner",
      `(printf '%s\\n' '${requests.join("' '")}'; sleep 5) | sudo -n /usr/local/sbin/vault-writer`,
    );
    const answers = stdout.trim().split("\n");
    assert.match(answers.pop() ?? "", /^\{"answer": /, "what it does it does");
    assert.equal(answers.length, requests.length - 1);
    for (const [index, answer] of answers.entries()) {
      assert.match(answer, /^\{"failed": "vault-writer does not do that/, requests[index]);
    }
    assert.deepEqual(
      asked().map(({ path }) => path),
      ["/vault/cases/INC-1/x"],
    );
    // Who uploaded it, and its hash, are root's word.
    const [sent] = asked();
    assert.equal(sent?.headers["x-amz-meta-uploaded-by"], "examiner");
    assert.equal(sent?.headers["x-amz-meta-sha256"], createHash("sha256").digest("hex"));
    assert.notEqual(as("examiner", "sudo -n /usr/local/sbin/vault-writer x").status, 0);
  });

  it("does not let the examiner choose the room, or where the vault is", () => {
    as(
      "examiner",
      `cd; echo x >own.txt; sed s/INC-1/INC-2/g /etc/clean-room/room.json >facts.json`,
    );
    const { stderr } = as(
      "examiner",
      "cd; CLEAN_ROOM_FACTS=$PWD/facts.json AWS_ENDPOINT_URL=http://127.0.0.1:1 evidence-put own.txt",
    );
    assert.match(stderr, /vault-writer does not do that: not of this room's case/);
    assert.deepEqual(asked(), []);
  });
});
