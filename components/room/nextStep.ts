/** What the next step depends on. */
export interface RoomState {
  readonly ticket: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;
  readonly region: string;

  /** Evidence the room has. */
  readonly evidence: readonly unknown[];
  readonly closing: boolean;
  readonly transferKeyArn: string;
}

/** Tells the responder what to do next, with the commands. */
export function nextStep(state: RoomState): string {
  const { ticket, accountId, region, transferKeyArn } = state;
  const stack = ticket.toLowerCase();
  if (state.closing) {
    return `Run: npm run grants -- revoke --stack ${stack}, which ends what EC2 was granted on the transfer key for the member accounts; then: pulumi destroy --stack ${stack}. It asks AWS to delete the incident key in 7 days; preserved copies, records and results stay.`;
  }
  if (state.evidence.length === 0) {
    return [
      "In the member account, with a responder role of this room, hand each snapshot over:",
      `  aws ec2 copy-snapshot --region ${region} --source-region ${region} --source-snapshot-id <snapshot> --encrypted --kms-key-id ${transferKeyArn}`,
      `  aws ec2 modify-snapshot-attribute --region ${region} --snapshot-id <copy> --attribute createVolumePermission --operation-type add --user-ids ${accountId}`,
      `Then add <copy> to the evidence of stack ${stack} and run: pulumi up --stack ${stack}`,
    ].join("\n");
  }
  return `Log in with the command in startSession. To close the room: pulumi config set closing true --stack ${stack}, pulumi up --stack ${stack}, npm run grants -- revoke --stack ${stack}, pulumi destroy --stack ${stack}.`;
}
