import { Case } from "../case";
import { TICKET_TAG, type Tags } from "../tags";

/** What the next step depends on. */
export interface RoomState {
  readonly ticket: string;

  /** Whom to tell; e-mail addresses separated by spaces. */
  readonly notification: string;

  /** Tags that the organisation demands, of what is handed over too. */
  readonly tags: Tags;

  /** The Audit account, 12 digits. */
  readonly accountId: string;
  readonly region: string;

  /** Evidence the room has. */
  readonly evidence: readonly unknown[];

  /** Whether it is worked in, to be closed once the vault shows its record, or closed. */
  readonly stage: "open" | "recording" | "lifted";

  /** Working volumes of withdrawn evidence that the next `up` takes away, `vol-…`. */
  readonly leaving: readonly string[];
  readonly transferKeyArn: string;
}

/**
 * The image's agent asks again every few minutes until it is registered. Of an older image it sleeps for
 * 25 to 30 minutes after a first refusal. Source: amazon-ssm-agent, credential refresher.
 */
const NOT_CONNECTED =
  "Should it answer TargetNotConnected, wait five minutes: the machine's agent has not registered yet. Still so, stop and start it, by the id in instanceId: aws ec2 stop-instances --instance-ids i-0123456789abcdef0, aws ec2 wait instance-stopped --instance-ids i-0123456789abcdef0, aws ec2 start-instances --instance-ids i-0123456789abcdef0.";

/** Tells the responder what to do next, with the commands. */
export function nextStep(state: RoomState): string {
  const { ticket, notification, accountId, region, transferKeyArn } = state;
  const ofCase = new Case(ticket);
  const { stack } = ofCase;
  // Each with the pack, and each at the end of its line: what is pasted is the command and no full stop.
  const up = `pulumi up --stack ${stack} --policy-pack policy-pack`;
  if (state.stage === "recording") {
    return [
      `Recorded: the closing record is written, and everything is as protected as before. To go on closing: npx clean-room close ${ticket}`,
      `Or step by step, which looks for that record in the vault, and only with it lifts the protection and removes the room's grants. Run again: ${up}`,
      "To go on working instead:",
      `  pulumi config set closing false --stack ${stack}`,
      `  ${up}`,
    ].join("\n");
  }
  if (state.stage === "lifted") {
    return [
      `Closing: the protection is lifted. To go on: npx clean-room close ${ticket}`,
      "Or step by step; the first ends what EC2 was granted on the transfer key for the member accounts, the second asks AWS to delete the incident key in 7 days, the third records for when. Preserved copies, records and results stay:",
      `  npx clean-room grants revoke --stack ${stack}`,
      `  pulumi destroy --stack ${stack}`,
      `  npx clean-room destruction --stack ${stack}`,
    ].join("\n");
  }
  if (state.evidence.length === 0) {
    // A copy without a ticket cannot be shared, nor given one once it is made.
    const demanded = Object.entries(state.tags);
    const pairs = [
      `{Key=${TICKET_TAG},Value=${ofCase.tag}}`,
      ...[["notification", notification], ...demanded].map(
        ([key, value]) => `{Key=${key},Value="${value}"}`,
      ),
    ];
    const tags = `ResourceType=snapshot,Tags=[${pairs.join(",")}]`;
    // Several addresses are one argument.
    const addresses = notification.includes(" ") ? `"${notification}"` : notification;
    const options = demanded.map(([key, value]) => ` --tag '${key}=${value}'`).join("");
    return [
      // Two colons on a line are no YAML: the CLI would show a text that is as a map, its lines sorted and cut.
      "Next: hand the suspect's disks over, in the member account, with a responder role of this room and the instance's id; the same command again goes on where it stopped:",
      `  handover/handover --ticket ${ticket} --notification ${addresses} --transfer-key ${transferKeyArn} --audit-account ${accountId} --region ${region}${options} --instance i-0123456789abcdef0 --heading`,
      `Add the lines it prints; paste them, then Ctrl-D: npx clean-room evidence ${ticket} add`,
      `Or by hand, in the file of stack ${stack}, below config:, and then: ${up}`,
      "Without that script, for each completed snapshot snap-0123456789abcdef0, and the second once the copy is completed:",
      `  aws ec2 copy-snapshot --region ${region} --source-region ${region} --source-snapshot-id snap-0123456789abcdef0 --encrypted --kms-key-id ${transferKeyArn} --tag-specifications '${tags}'`,
      `  aws ec2 modify-snapshot-attribute --region ${region} --snapshot-id snap-0123456789abcdef0 --attribute createVolumePermission --operation-type add --user-ids ${accountId}`,
      `Log in meanwhile: npx clean-room connect ${ticket}, or with the command in startSession. ${NOT_CONNECTED}`,
    ].join("\n");
  }
  if (state.leaving.length > 0) {
    return [
      `Withdrawn: ${state.leaving.join(", ")}. Unmount it on the workstation, so that EC2 can detach it while the rest runs on:`,
      ...state.leaving.map(
        (volume) => `  for part in /evidence/${volume}/*; do sudo evidence-unmount "$part"; done`,
      ),
      `Then take it away, the preserved copy stays: ${up}`,
    ].join("\n");
  }
  return [
    `Log in: npx clean-room connect ${ticket}, or with the command in startSession. ${NOT_CONNECTED}`,
    `To close the room: npx clean-room close ${ticket}`,
    "Or step by step; the first up writes the closing record, the second finds it and lifts the protection:",
    `  pulumi config set closing true --stack ${stack}`,
    `  ${up}`,
    `  ${up}`,
    `  npx clean-room grants revoke --stack ${stack}`,
    `  pulumi destroy --stack ${stack}`,
    `  npx clean-room destruction --stack ${stack}`,
  ].join("\n");
}
