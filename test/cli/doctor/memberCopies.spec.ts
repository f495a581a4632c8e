import assert from "node:assert/strict";

import { AssumeRoleCommand } from "@aws-sdk/client-sts";

import { findMemberCopies } from "../../../cli/doctor/memberCopies";

const member = (accountId: string) => ({
  accountId,
  responderRoleArn: `arn:aws:iam::${accountId}:role/clean-room/forensics-responder`,
});

/** STS, which lets the roles of these accounts be taken. */
const sts = (error: string, ...taken: readonly string[]) =>
  ({
    send: (command: AssumeRoleCommand) => {
      const role = command.input.RoleArn ?? "";
      return taken.some((account) => role.includes(account))
        ? Promise.resolve({ Credentials: { AccessKeyId: role.split(":")[4] } })
        : Promise.reject(Object.assign(new Error("no"), { name: error }));
    },
  }) as never;

/** EC2 of whoever asks, with so many copies under way in the account of that number. */
const clients = ({ credentials }: { credentials: () => Promise<{ accessKeyId: string }> }) => ({
  ec2: {
    send: async () => {
      const { accessKeyId } = await credentials();
      const Snapshots = Array.from({ length: Number(accessKeyId.slice(-2)) }, () => ({
        VolumeId: "vol-ffffffff",
      }));
      return { Snapshots };
    },
  },
});

describe("Places for copies in member accounts", () => {
  const accounts = ["444455556603", "444455556620", "444455556699"].map(member);

  it("are looked at by the responder's role where it is to be taken, else told once as not looked at", async () => {
    const found = await findMemberCopies(
      accounts,
      sts("AccessDenied", "444455556603", "444455556620"),
      clients as never,
      "us-east-1",
    );
    assert.deepEqual(
      found.map(({ verdict, said }) => `${verdict}: ${said.split(/[;:]/)[0]}`),
      [
        "good: Of the 20 copies that EBS makes at a time in us-east-1 of 444455556603, 17 could be begun now",
        "know: Of the 20 copies that EBS makes at a time in us-east-1 of 444455556620, 0 could be begun now",
        "know: How many copies of snapshots could be begun in 444455556699 was not looked at",
      ],
    );
  });

  it("are not taken for refused where the credentials have ended", async () => {
    await assert.rejects(findMemberCopies(accounts, sts("ExpiredToken"), clients as never, "r"));
  });
});
