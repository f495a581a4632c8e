import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";

import { drillCommand, type DrillSurroundings } from "../../../cli/drill/drill";
import { drillActs } from "../../../cli/drill/drillActs";
import { runCommand } from "../../../rehearsal/runCommand";
import { FOUNDATION_OUTPUTS, incidentConfig, TICKET } from "../../support/examples";
import { VaultInMemory } from "../../support/vaultInMemory";
import { RoomHere } from "../room/roomHere";
import { DRILL_TICKET, drillOf, INSTANCE, LINES, MEMBER, RESPONDER, throwAwayIn } from "./drilled";

/** A project with a foundation and a member account, and nothing of a drill. */
class Project {
  public readonly folder = mkdtempSync(join(tmpdir(), "drill-"));
  public readonly vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
  public stacks = ["audit", `member-${MEMBER}`];
  public machine = throwAwayIn();
  public responder: string | Error = `arn:aws:sts::${MEMBER}:assumed-role/forensics-responder/me`;
  public claims: object[] = [];
  public snapshots: object[] = [];

  /** What was said, also by a command that was refused. */
  public readonly said: string[] = [];

  /** Whether the deployer's credentials end before anything is opened. */
  public ended = false;

  /** What is answered where somebody is asked; nobody is. */
  public answer: string | undefined;

  /** Performs it. */
  public drill(ticket = DRILL_TICKET, ...more: string[]) {
    const given = [ticket, "--instance", `${MEMBER}/${INSTANCE}`, "--responder-profile", "ir"];
    const say = (output: DrillSurroundings["output"]) => (line: string) => {
      this.said.push(line);
      output.say(line);
    };
    return runCommand(
      (output) => drillCommand({ ...this.around, output: { ...output, say: say(output) } }),
      ...given,
      ...more,
    );
  }

  /** Whether nothing of a drill was written. */
  public get isUntouched(): boolean {
    return !existsSync(join(this.folder, "drills"));
  }

  private get around(): Omit<DrillSurroundings, "output"> {
    const values = (all: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }]));
    const workspace = {
      projectSettings: () => Promise.resolve({ name: "clean-room", runtime: "nodejs" }),
      getAllConfig: () => Promise.resolve({}),
      stackOutputs: (stack: string) =>
        Promise.resolve(
          values(
            stack === "audit"
              ? FOUNDATION_OUTPUTS
              : {
                  accountId: MEMBER,
                  isolationSecurityGroups: [
                    {
                      vpcId: "vpc-0123456789abcdef0",
                      region: "us-east-1",
                      securityGroup: `${MEMBER}/sg-0123456789abcdef0`,
                    },
                  ],
                  responderRoleArn: RESPONDER,
                },
          ),
        ),
    };
    const stacks = {
      folder: this.folder,
      workspace: () => Promise.resolve(workspace),
      list: () => Promise.resolve(this.stacks.map((name) => ({ name }))),
      file: (stack: string) => join(this.folder, `Pulumi.${stack}.yaml`),
    };
    const caller = (Arn: string | Error) => ({
      send: () => (Arn instanceof Error ? Promise.reject(Arn) : Promise.resolve({ Arn })),
    });
    return {
      stacks: () => Promise.resolve(stacks as never),
      aws: () =>
        ({
          sts: caller("arn:aws:sts::111122223333:assumed-role/incident-deployer/me"),
          ssm: {
            send: () =>
              this.ended
                ? Promise.reject(
                    Object.assign(new Error("it has expired"), { name: "ExpiredTokenException" }),
                  )
                : Promise.resolve({ Parameters: this.claims }),
          },
          s3: this.vault.client,
          ec2: { send: () => Promise.resolve({ Snapshots: this.snapshots }) },
        }) as never,
      person: () => {
        const { answer } = this;
        return answer === undefined ? undefined : { ask: () => Promise.resolve(answer) };
      },
      responder: () => ({
        sts: caller(this.responder) as never,
        ec2: ec2Of(this.machine),
        handOver: () => Promise.reject(new Error("nothing may be handed over")),
      }),
      has: () => true,
      now: () => new Date("2026-11-30T09:00:00Z"),
      wait: () => Promise.resolve(),
    };
  }
}

/** EC2 of the member account. */
function ec2Of({ instance, volume }: ReturnType<typeof throwAwayIn>) {
  return {
    send: (command: unknown) =>
      Promise.resolve(
        command instanceof DescribeInstancesCommand
          ? { Reservations: [{ Instances: [instance] }] }
          : command instanceof DescribeVolumesCommand
            ? { Volumes: [volume] }
            : command instanceof DescribeSnapshotsCommand
              ? { Snapshots: [] }
              : {},
      ),
  } as never;
}

describe("npx clean-room drill", () => {
  const refused = async (project: Project, sign: RegExp, ticket?: string, ...more: string[]) => {
    await assert.rejects(project.drill(ticket, "--yes", ...more), (error: Error) => {
      assert.match(error.message, /^The drill is not performed; nothing was changed:\n/);
      assert.match(error.message, sign);
      return true;
    });
    assert.ok(project.isUntouched);
  };

  it("takes no ticket that may be a case's", async () => {
    await refused(new Project(), /INC-2026-0042 may be a case's/, "INC-2026-0042");
    await refused(new Project(), /drill-1 may be a case's/, "drill-1");
  });

  it("takes no instance, and no volume, that does not carry the mark", async () => {
    for (const tags of [{}, { "clean-room-drill": "false" }]) {
      const project = new Project();
      project.machine = throwAwayIn({ tags });
      await refused(
        project,
        /i-0123456789abcdef0 does not carry[^]*vol-0123456789abcdef0 does not/,
      );
    }
    const project = new Project();
    project.machine = throwAwayIn({ volumeTags: { Name: "payroll" } });
    await refused(
      project,
      /:\n {2}- vol-0123456789abcdef0 does not carry the tag clean-room-drill/,
    );
  });

  it("takes nothing that belongs to a case, is larger than a drill's, or is attached elsewhere", async () => {
    const project = new Project();
    const tags = { "clean-room-drill": "true", "incident-response": "quarantine:INC-2026-0042" };
    project.machine = throwAwayIn({ tags, sizeGiB: 33 });
    project.machine.volume.Attachments.push({ InstanceId: "i-0fedcba9876543210" });
    await refused(
      project,
      /i-\w+ carries the tag incident-response[^]*vol-\w+ carries[^]*33 GiB, and a drill copies 32 at most[^]*attached to other instances/,
    );
  });

  it("takes no instance that is gone, or in a VPC without an isolation group", async () => {
    const project = new Project();
    project.machine = throwAwayIn({ vpcId: "vpc-0fedcba9876543210" });
    Object.assign(project.machine.instance, { State: { Name: "terminated" } });
    await refused(project, /is terminated[^]*no isolation group in vpc-0fedcba9876543210/);
  });

  it("takes no foreign account, and nobody else than its responder", async () => {
    const project = new Project();
    project.stacks = ["audit"];
    await refused(project, /222233334444 is no member account that is prepared/);
    for (const arn of [
      `arn:aws:sts::${MEMBER}:assumed-role/administrator/me`,
      "arn:aws:sts::999999999999:assumed-role/forensics-responder/me",
    ]) {
      const other = new Project();
      other.responder = arn;
      await refused(other, /works as arn:.* are handed over as arn:.*forensics-responder/);
    }
  });

  it("says which profile it is that has no credentials, and what it has to be", async () => {
    const project = new Project();
    project.responder = Object.assign(new Error("Could not load credentials from any providers"), {
      name: "CredentialsProviderError",
    });
    await refused(
      project,
      /profile ir of --responder-profile: aws sts get-caller-identity --profile ir has to name arn:aws:iam::222233334444:role\/clean-room\/forensics-responder/,
    );
  });

  it("takes no ticket of which there is anything: a room, its file, a slot, records, a snapshot", async () => {
    const made: readonly (readonly [RegExp, (project: Project) => void])[] = [
      [/There is a room of DRILL-2026-11/, ({ stacks }) => stacks.push("drill-2026-11")],
      [
        /There is a room of DRILL-2026-11/,
        ({ folder }) =>
          writeFileSync(
            join(folder, "Pulumi.drill-2026-11.yaml"),
            "config:\n  clean-room:kind: incident\n",
          ),
      ],
      [
        /has the slot us-east-1a-1/,
        ({ claims }) =>
          claims.push({ Name: "/clean-room/slots/us-east-1a-1", Value: DRILL_TICKET }),
      ],
      [
        /1 records and 0 hashes/,
        ({ vault }) => vault.objects.set(`records/${DRILL_TICKET}/1.json`, "{}"),
      ],
      [
        /0 records and 1 hashes/,
        ({ vault }) => vault.objects.set(`cases/${DRILL_TICKET}/intake/i-1/vol-1.json`, "{}"),
      ],
      [
        /snap-1 of account 111122223333 carries/,
        ({ snapshots }) => snapshots.push({ SnapshotId: "snap-1", OwnerId: "111122223333" }),
      ],
    ];
    for (const [sign, make] of made) {
      const project = new Project();
      make(project);
      await refused(project, sign);
    }
  });

  it("is performed only where somebody agrees", async () => {
    const project = new Project();
    await assert.rejects(project.drill(), /Nobody can be asked here: say --yes\./);
    project.answer = "no";
    await assert.rejects(project.drill(), /You said no\./);
    assert.ok(project.isUntouched);
  });

  it("that is over, or of another instance, does not go on", async () => {
    for (const [change, sign] of [
      [{ verdict: "passed" }, /is over, passed: the next one has a new ticket/],
      [{ instance: "i-0fedcba9876543210" }, /is of 222233334444\/i-0fedcba9876543210/],
    ] as const) {
      const project = new Project();
      const path = join(project.folder, "drills", `2026-11-29-${DRILL_TICKET}.json`);
      mkdirSync(join(project.folder, "drills"));
      const text = JSON.stringify({ ...drillOf(), ...change });
      writeFileSync(path, text);
      await assert.rejects(project.drill(DRILL_TICKET, "--yes"), sign);
      assert.equal(readFileSync(path, "utf8"), text);
    }
  });

  it("names itself as it was typed, for whoever goes on: with each option, and in quotes what needs them", async () => {
    const project = new Project();
    project.ended = true;
    const typed = ["--responder-profile", "it's me", "--wait", "5", "--no-policy-pack", "--yes"];
    mkdirSync(join(project.folder, "drills"));
    writeFileSync(
      join(project.folder, "drills", `2026-11-30-${DRILL_TICKET}.json`),
      JSON.stringify(drillOf()),
    );
    await assert.rejects(project.drill(DRILL_TICKET, ...typed), /Log in first/);
    assert.match(
      project.said.join("\n"),
      /The drill goes on where it was: npx clean-room drill DRILL-2026-11 --no-policy-pack --instance 222233334444\/i-0123456789abcdef0 --responder-profile 'it'\\''s me' --wait 5 --yes\. /,
    );
  });

  it("of which nothing could be made reports that, and has nothing to close", async () => {
    const project = new Project();
    // Opening finds that no slot is free.
    project.claims = FOUNDATION_OUTPUTS.slots.map(({ name }) => ({
      Name: `/clean-room/slots/${name}`,
      Value: TICKET,
    }));
    const { said, code } = await project.drill(DRILL_TICKET, "--yes");
    const text = said.join("\n");
    assert.equal(code, 1);
    assert.match(text, /locked for \d+ days[^]*FAILED: [^]*No slot is free[^]*nothing to close/);
    const report = readFileSync(
      join(project.folder, "drills", `2026-11-30-${DRILL_TICKET}.md`),
      "utf8",
    );
    assert.match(report, /: failed$/m);
    assert.match(report, /No slot is free/);
  });
});

describe("The acts of a drill", () => {
  const acts = (
    room: RoomHere,
    lines: string,
    machine = throwAwayIn(),
    wait: () => Promise<void> = () => Promise.resolve(),
  ) => {
    let minutes = 0;
    const said: string[] = [];
    return {
      said,
      acts: drillActs({
        drill: drillOf(TICKET),
        around: {
          ...room.around,
          output: { say: (line) => said.push(line), tell: () => undefined },
        },
        options: { policyPack: false, logs: "room-logs" },
        responder: {
          sts: {} as never,
          ec2: ec2Of(machine),
          handOver: () => Promise.resolve(lines),
        },
        address: "10.20.30.40",
        isolationGroup: `${MEMBER}/sg-0123456789abcdef0`,
        transferKeyArn: FOUNDATION_OUTPUTS.transferKeyArn,
        most: 60,
        now: () => new Date(minutes * 60_000),
        wait: () => {
          minutes += 10;
          return wait();
        },
      }),
    };
  };

  it("take what was handed over of the drill's own disks, and nothing else", async () => {
    assert.equal(await acts(new RoomHere(), LINES).acts.handover(), LINES);
    for (const [lines, sign] of [
      [LINES.replace(MEMBER, "999999999999"), /no disk of the drill/],
      [LINES.replace("vol-0123456789abcdef0", "vol-0fedcba9876543210"), /was not handed over/],
      [LINES.replace(/^.*device:.*\n/m, "      attach: false\n"), /AWS Marketplace/],
    ] as const) {
      await assert.rejects(acts(new RoomHere(), lines).acts.handover(), sign);
      await assert.rejects(acts(new RoomHere(), LINES).acts.evidence(lines), sign);
    }
  });

  it("look at the instance again before anything of it is copied", async () => {
    await assert.rejects(
      acts(new RoomHere(), LINES, throwAwayIn({ tags: {} })).acts.handover(),
      /not any more what the drill began with[^]*does not carry/,
    );
  });

  it("wait for locks and hashes as long as they say, also where no disk is known yet", async () => {
    const evidence = [{ snapshot: "snap-0123456789abcdef0", account: MEMBER, device: "/dev/sdf" }];
    for (const room of [new RoomHere(), new RoomHere(incidentConfig({ evidence }))]) {
      for (const name of ["lock", "hash"] as const) {
        const { acts: all, said } = acts(room, LINES);
        await assert.rejects(
          all[name](),
          /did not come within 60 min[^]*evidence INC-2026-0042 list/,
        );
        assert.deepEqual(said, ["This waits for 60 min at most."]);
      }
    }
  });

  it("end waiting at Ctrl-C, and lose nothing", async () => {
    const { acts: all } = acts(new RoomHere(), LINES, throwAwayIn(), () => {
      process.emit("SIGINT");
      return Promise.resolve();
    });
    await assert.rejects(all.hash(), /Interrupted; nothing is lost by that/);
  });
});
