import assert from "node:assert/strict";

import { ImageRoot } from "./imageRoot";

// What tells one machine from another, planted in a folder that stands for the build machine's disk.

const ID = "0123456789abcdef0123456789abcdef";

/** Files of the build machine that no workstation may have. */
const OWN = [
  "/var/lib/dbus/machine-id",
  "/etc/ssh/ssh_host_ed25519_key",
  "/etc/ssh/ssh_host_rsa_key.pub",
  "/etc/hostname",
  "/root/.ssh/authorized_keys",
  "/root/.bash_history",
  "/var/lib/systemd/random-seed",
  "/var/lib/systemd/credential.secret",
  "/boot/efi/loader/random-seed",
  "/etc/nvme/hostid",
  "/etc/nvme/hostnqn",
  "/var/lib/cloud/instances/i-0123456789abcdef0/user-data.txt",
  "/var/lib/cloud/data/instance-id",
  "/var/lib/amazon/ssm/runtimeconfig/identity_config.json",
  "/var/lib/dhcp/dhclient.eth0.leases",
  "/var/lib/chrony/chrony.drift",
  `/var/log/journal/${ID}/system.journal`,
];

/** Files that the image keeps. */
const KEPT = [
  "/etc/netplan/50-cloud-init.yaml",
  "/var/log/apt/history.log",
  "/var/log/dpkg.log",
  "/var/lib/amazon/ssm/i-0123456789abcdef0/document/state",
];

describe("The machine's own identity", function () {
  this.timeout(60_000);

  let root: string | undefined;
  let image: ImageRoot;

  before(async function () {
    root = process.env["CLEANROOM_IMAGE_ROOT"];
    if (root === undefined) {
      console.log("    not run: there is no tree of the image's system here");
      this.skip();
    }
    image = await ImageRoot.open(root);
    image.must(
      `set -e; m=/run/machine; mkdir -p $m/usr $m/dev $m/tmp; cd $m
       mount --rbind /usr usr; mount --rbind /dev dev
       ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib; ln -s usr/lib64 lib64
       for file in "$@"; do mkdir -p "$m$(dirname "$file")"; echo "$file" >"$m$file"; done
       mkdir -p etc/iscsi var/log; echo InitiatorName=iqn.x:1 >etc/iscsi/initiatorname.iscsi
       echo secret >var/log/auth.log; echo ${ID} >etc/machine-id`,
      ...OWN,
      ...KEPT,
    );
  });

  after(() => {
    if (root === undefined) return;
    image.run("umount -R /run/machine/usr /run/machine/dev");
    image.close();
  });

  const forget = () => image.must("chroot /run/machine forget-machine");
  const content = (path: string) => image.must('cat "/run/machine$1"', path);
  const present = (path: string) => image.run('test -e "/run/machine$1"', path).status === 0;

  it("leaves the image with the clean-up that Image Builder does after it", () => {
    forget();
    image.must("chroot /run/machine touch /etc/machine-id");
    assert.ok(present("/etc/machine-id"), "without the file systemd would set every unit anew");
    assert.equal(content("/etc/machine-id"), "");
    assert.deepEqual(OWN.filter(present), []);
    assert.equal(content("/etc/iscsi/initiatorname.iscsi"), "GenerateName=yes");
    assert.equal(content("/var/log/auth.log"), "");
  });

  it("keeps what belongs to the image, and what is in use", () => {
    for (const path of KEPT) assert.equal(content(path), path);
  });

  it("still knows which machine it was when it is run again, for the test on the machine", () => {
    const before = content("/etc/clean-room/build-machine");
    assert.equal(before, image.must(`echo ${ID} | sha256sum | cut -c-64`));
    forget();
    assert.equal(content("/etc/clean-room/build-machine"), before);
  });
});
