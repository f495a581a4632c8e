import assert from "node:assert/strict";

import {
  checkBackend,
  checkCopyPlaces,
  checkEndpoints,
  checkFoundation,
  checkImage,
  checkMember,
  checkPrograms,
  checkRole,
  checkSlots,
  checkVersions,
} from "../../../cli/doctor/checks";
import { FOUNDATION_OUTPUTS } from "../../support/examples";

const NOW = new Date("2026-11-29T00:00:00Z");
const DEPLOYER = "arn:aws:iam::111122223333:role/incident-deployer";

describe("What an incident will need", () => {
  it("are programs, each of which is named where it is not there", () => {
    const findings = checkPrograms((program) => program === "aws");
    assert.deepEqual(
      findings.map(({ verdict }) => verdict),
      ["good", "mend"],
    );
    assert.match(findings[1]?.said ?? "", /session-manager-plugin is not on the PATH/);
  });

  it("are places for copies, of which EBS has a few that nobody raises", () => {
    const [free, none, unseen] = [20, 0, undefined].map((each) =>
      checkCopyPlaces(each, "us-east-1"),
    );
    assert.equal(free?.verdict, "good");
    assert.deepEqual(none, {
      verdict: "know",
      said: "Of the 20 copies that EBS makes at a time in us-east-1, 0 could be begun now; nobody raises that.",
    });
    assert.equal(unseen?.verdict, "unknown");
  });

  it("is a backend that others reach, too", () => {
    assert.equal(checkBackend("file://~").verdict, "mend");
    assert.equal(checkBackend("s3://state").verdict, "good");
  });

  it("is a foundation of this program's version, with a vault for evidence", () => {
    const good = { ...FOUNDATION_OUTPUTS, vaultTrial: false };
    assert.ok(checkFoundation(good).every(({ verdict }) => verdict === "good"));
    const { boundaryArn: _, ...older } = good;
    assert.match(checkFoundation(older)[0]?.said ?? "", /another version.*boundaryArn/);
    const trial = checkFoundation({ ...good, vaultTrial: true });
    assert.match(trial.map(({ said }) => said).join(), /on trial/);
  });

  it("are people who hear of an alarm: what the last up warned of is told again", () => {
    const told = checkFoundation({
      ...FOUNDATION_OUTPUTS,
      subscriptionsToMend: ["Nobody has confirmed."],
    });
    assert.deepEqual(told.at(-1), { verdict: "mend", said: "Nobody has confirmed." });
  });

  it("is a role that may open rooms", () => {
    const session = (role: string) => `arn:aws:sts::111122223333:assumed-role/${role}/jo`;
    assert.equal(checkRole(session("incident-deployer"), [DEPLOYER]).verdict, "good");
    const other = checkRole(session("reader"), [DEPLOYER]);
    assert.equal(other.verdict, "mend");
    assert.match(other.said, /take one of arn:aws:iam::111122223333:role\/incident-deployer/);
  });

  it("is no room's deployer where a workflow looks", () => {
    const preview = "arn:aws:iam::111122223333:role/clean-room/clean-room-preview-us-east-1";
    const session = "arn:aws:sts::111122223333:assumed-role/clean-room-preview-us-east-1/run";
    assert.equal(checkRole(session, [DEPLOYER], preview).verdict, "know");
    assert.equal(checkRole(session, [DEPLOYER]).verdict, "mend");
  });

  it("are the CLI and the provider's plugin that the program asks for, before there is no network", () => {
    const verdicts = (installed: string[], pulumi?: string) =>
      checkVersions({ pulumi, wanted: "7.48.0", installed }).map(({ verdict }) => verdict);
    assert.deepEqual(verdicts(["7.40.0", "7.48.0"], "3.259.0"), ["good", "good"]);
    assert.deepEqual(verdicts(["7.40.0"]), ["unknown", "mend"]);
    const [, plugin] = checkVersions({ pulumi: "3", wanted: "7.48.0", installed: ["7.40.0"] });
    assert.match(plugin?.said ?? "", /only 7\.40\.0: pulumi plugin install resource aws 7\.48\.0/);
  });

  it("are endpoints that are available, in every zone that has slots", () => {
    const endpoint = (name: string, state = "available", subnets = name === "s3" ? 0 : 2) => ({
      service: `com.amazonaws.us-east-1.${name}`,
      state,
      subnets,
    });
    const all = ["ssm", "ssmmessages", "logs", "s3"].map((name) => endpoint(name));
    assert.deepEqual(
      checkEndpoints(all, 2).map(({ verdict }) => verdict),
      ["good"],
    );
    const said = (endpoints: typeof all) =>
      checkEndpoints(endpoints, 2)
        .map((finding) => `${finding.verdict} ${finding.said}`)
        .join();
    assert.match(said(all.slice(1)), /mend Rooms have no endpoint of ssm:/);
    assert.match(said([...all.slice(1), endpoint("ssm", "failed")]), /ssm is failed, in 2 of 2/);
    assert.match(said([...all.slice(1), endpoint("ssm", "available", 1)]), /in 1 of 2 zones/);
  });

  it("is a slot", () => {
    assert.equal(checkSlots(6, 5).verdict, "good");
    assert.equal(checkSlots(6, 6).verdict, "mend");
  });

  describe("is an image", () => {
    const image = (days: number, digest = "d") => ({
      ImageId: "ami-1",
      CreationDate: new Date(NOW.getTime() - days * 86_400_000).toISOString(),
      Tags: [{ Key: "toolbox-digest", Value: digest }],
    });
    const verdicts = (...args: Parameters<typeof checkImage>) =>
      checkImage(...args).map(({ verdict }) => verdict);

    it("that is there, not old, and what the pipeline builds by now", () => {
      assert.deepEqual(verdicts(image(3), "d", NOW), ["good"]);
      assert.deepEqual(verdicts(undefined, "d", NOW), ["mend"]);
      assert.deepEqual(verdicts(image(200), "d", NOW), ["mend"]);
      assert.deepEqual(verdicts(image(3, "other"), "d", NOW), ["good", "mend"]);
    });

    it("of whatever toolbox, where the foundation builds none", () => {
      assert.deepEqual(verdicts(image(3, "own"), undefined, NOW), ["good"]);
    });
  });

  it("are member accounts, prepared in the foundation's Region", () => {
    const facts = {
      accountId: "222233334444",
      groups: [{ vpcId: "vpc-1", securityGroup: "222233334444/sg-1" }],
      responderRoleArn: "arn",
      transferKeys: [],
    };
    assert.equal(checkMember("222233334444", facts, "us-east-1").verdict, "good");
    const abroad = checkMember("222233334444", { ...facts, groups: [] }, "us-east-1");
    assert.match(
      abroad.said,
      /no isolation security group in us-east-1.*members up --only 222233334444/,
    );
    assert.match(
      checkMember("222233334444", undefined, "us-east-1").said,
      /not prepared to its end/,
    );
  });
});
