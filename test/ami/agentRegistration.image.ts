import assert from "node:assert/strict";

import { ImageRoot } from "./imageRoot";

// The image's script and units; systemd and the agent are stood in for by what the script asks and calls.

const AGENT = "snap.amazon-ssm-agent.amazon-ssm-agent.service";

describe("The agent's registration", function () {
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
    // Whatever is started here is called what it is called with; a restart counts, and the third registers.
    image.must(
      `cat >/usr/local/bin/systemctl <<'END'
#!/bin/bash
echo "$*" >>/tmp/systemctl
if [[ $1 == restart && $(grep -c ^restart /tmp/systemctl) == "$(cat /tmp/registers 2>/dev/null)" ]]; then
	/usr/local/lib/ssm-agent-worker 300 </dev/null >/dev/null 2>&1 &
	echo $! >>/tmp/workers
fi
END
       chmod 0755 /usr/local/bin/systemctl; mkdir -p /usr/local/lib
       for worker in ssm-agent-worker ssm-session-worker ssm-document-worker; do cp /usr/bin/sleep /usr/local/lib/$worker; done`,
    );
  });

  afterEach(() => {
    if (root === undefined) return;
    image.run(
      "xargs kill </tmp/workers 2>/dev/null; rm -f /tmp/workers /tmp/registers /tmp/systemctl",
    );
  });

  after(() => {
    if (root !== undefined) image.close();
  });

  /** What was asked of systemd since the last look. */
  function asked(): string[] {
    const lines = image.run("cat /tmp/systemctl; rm -f /tmp/systemctl").stdout.trim();
    return lines === "" ? [] : lines.split("\n");
  }

  function worker(name: string, user = "root"): void {
    image.must(
      `su -s /bin/bash "$2" -c "exec /usr/local/lib/$1 300" </dev/null >/dev/null 2>&1 &
       for n in $(seq 50); do pid=$(pgrep -u "$2" -f "^/usr/local/lib/$1") && break; sleep 0.1; done
       echo "$pid" >>/tmp/workers`,
      name,
      user,
    );
  }

  const look = () => image.must("agent-registration");

  it("restarts an agent that is asleep, again and again, until it is registered, then never again", () => {
    image.must("echo 3 >/tmp/registers");
    image.must("for n in 1 2 3; do agent-registration; done");
    assert.deepEqual(
      asked(),
      [1, 2, 3].flatMap(() => [`reset-failed ${AGENT}`, `restart ${AGENT}`]),
    );
    assert.match(look(), /is registered/);
    assert.deepEqual(asked(), ["stop agent-registration.timer"]);
  });

  for (const name of ["ssm-agent-worker", "ssm-session-worker", "ssm-document-worker"]) {
    it(`cuts nobody off: with ${name} there is no restart`, () => {
      worker(name);
      look();
      assert.deepEqual(asked(), ["stop agent-registration.timer"]);
    });
  }

  it("is not taken in by an examiner's process of that name", () => {
    worker("ssm-agent-worker", "examiner");
    look();
    assert.deepEqual(asked(), [`reset-failed ${AGENT}`, `restart ${AGENT}`]);
  });

  it("goes on where systemd had given the agent up, and fails where it cannot be restarted", () => {
    image.must(
      `cp /usr/local/bin/systemctl /tmp/kept; printf '#!/bin/bash\\necho "$*" >>/tmp/systemctl; [[ $1 != "$(cat /tmp/fails)" ]]\\n' >/usr/local/bin/systemctl
       echo reset-failed >/tmp/fails; agent-registration; grep -q "^restart" /tmp/systemctl
       echo restart >/tmp/fails; ! agent-registration; cp /tmp/kept /usr/local/bin/systemctl`,
    );
  });

  it("has units that systemd takes, and looks every two minutes from the start on", () => {
    const units = "/etc/systemd/system/agent-registration";
    image.must(`systemd-analyze verify ${units}.timer ${units}.service`);
    assert.match(
      image.must(`cat ${units}.timer`),
      /OnActiveSec=2min\nOnUnitInactiveSec=2min\nAccuracySec=5s\n/,
    );
    assert.ok(
      image.run("test -L /etc/systemd/system/timers.target.wants/agent-registration.timer")
        .status === 0,
      "it is not enabled",
    );
  });

  it.skip("the agent of Ubuntu's snap starts its worker when it is registered: no agent here");
});
