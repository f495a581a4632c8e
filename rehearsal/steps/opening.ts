import { REGION } from "../accounts";
import { belongings, type Cast } from "../cast";
import { expect, expectNoChanges, expectRefusal, expectSuccess } from "../expectations";
import type { Observation, Step } from "../story";

const CLAIM = "aws:ssm/parameter:Parameter";
const INSTANCE = "aws:ec2/instance:Instance";

/** What AWS may lack on the day a room is opened. */
export const OPENING: readonly Step[] = [
  {
    part: "incident",
    name: "open a room on machines that cannot serve",
    expected: "refused, with every reason",
    run: refuseUnsuitable,
  },
  {
    part: "incident",
    name: "open a room while AWS has no machine to give",
    expected: "fails, another slot fails, another type opens it",
    run: openWithoutCapacity,
  },
];

async function refuseUnsuitable({ latecomer }: Cast): Promise<Observation> {
  // Beside the first a range of the room's own: all reasons come at once.
  const unsuitable: readonly (readonly [Readonly<Record<string, unknown>>, readonly RegExp[]])[] = [
    [
      { "clean-room:instanceType": "t4g.large", "clean-room:suspectCidrs": ["10.66.0.0/24"] },
      [/t4g\.large is arm64, the image x86_64/, /overlaps the forensics VPC/],
    ],
    [{ "clean-room:instanceType": "m4.xlarge" }, [/runs on xen, not on the Nitro hypervisor/]],
    [{ "clean-room:instanceType": "m7i.xlarge" }, [/not offered in us-east-1a, only in/]],
    [{ "clean-room:instanceType": "r6i.16xlarge" }, [/takes 64 vCPUs.*quota L-1216C47A/]],
  ];
  for (const [settings, reasons] of unsuitable) {
    const preview = await latecomer.stack.preview({ settings });
    expectRefusal(preview, reasons, String(settings["clean-room:instanceType"]));
    expect(preview.changes.length === 0, "it was refused too late");
  }
  return { result: `refused ${unsuitable.length} times` };
}

/** Both ways out, one after the other; what the room had claimed before is free again at the end. */
async function openWithoutCapacity(cast: Cast): Promise<Observation> {
  const { stage, unlucky } = cast;
  const claims = () =>
    belongings(cast, unlucky)
      .filter(({ type }) => type === CLAIM)
      .map(({ id }) => id.split("/").at(-1));
  const lacks = [/InsufficientInstanceCapacity/];
  await stage.outside.have({
    lacking: [`${REGION}a`, `${REGION}b`].map((availabilityZone) => ({
      instanceType: "r6i.xlarge",
      availabilityZone,
    })),
  });
  expectRefusal(await unlucky.stack.up(), lacks, "opening it");

  const firstSlot = String(unlucky.stack.setting("clean-room:slot"));
  unlucky.stack.configure({ "clean-room:slot": `${REGION}b-2` });
  const moved = await unlucky.stack.up();
  expectRefusal(moved, lacks, "opening it in another zone");
  expect(
    moved.warnings.some((warning) => /set instanceType to another one, or slot to/.test(warning)),
    `it does not say both ways out: ${moved.warnings.join("\n")}`,
  );
  expect(claims().join() === `${REGION}b-2`, `it claims ${claims().join()} instead`);
  unlucky.stack.configure({ "clean-room:slot": firstSlot });
  expectRefusal(await unlucky.stack.up(), lacks, "coming back to the first slot");
  expect(claims().join() === firstSlot, `it claims ${claims().join()} then`);
  unlucky.stack.configure({ "clean-room:slot": `${REGION}b-2` });

  unlucky.stack.configure({ "clean-room:instanceType": "r6a.xlarge" });
  const up = await unlucky.stack.up({ policies: true });
  await stage.outside.have({ lacking: undefined });
  expectSuccess(up, "opening it with another type");
  expect(claims().join() === `${REGION}b-2`, `it claims ${claims().join()} in the end`);
  const machines = belongings(cast, unlucky).filter(({ type }) => type === INSTANCE);
  const zones = machines.map(({ properties }) => properties["availabilityZone"]);
  expect(zones.join() === `${REGION}b`, `its machines are in ${zones.join()}`);

  expectNoChanges(await unlucky.stack.preview(), "the room again");
  const back = { "clean-room:slot": `${REGION}a-2` };
  expectRefusal(await unlucky.stack.preview({ settings: back }), [/does not move/], "moving it");
  return { result: "failed twice, then opened", changes: up.changes };
}
