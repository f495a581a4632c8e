import { Case } from "../case";
import { type Tags, TICKET_TAG } from "../tags";
import { RECORDS } from "./containmentNames";
import { CONTAINMENT_PARAMETERS } from "./containmentParameters";
import { DENY, LOOK, PUT_BACK, UNTRACKING, VERIFY } from "./containmentScripts";

/** What the runbook that contains an instance is made from. */
export interface ContainmentRunbookArgs {
  /** ARN of the role that it works as; whoever starts it cannot choose another. */
  readonly roleArn: string;

  /** Isolation group of each VPC of the Region, by the VPC's id. */
  readonly groups: Readonly<Record<string, string>>;

  /** ARNs of the roles one of which approves each containment; none: it starts at once. */
  readonly approvers: readonly string[];

  /** What everything carries that is made, beside the ticket and whom to tell. */
  readonly tags: Tags;
}

const INSTANCE = "{{ Instance }}";
const TAGS = [
  { Key: TICKET_TAG, Value: new Case("{{ Ticket }}").tag },
  { Key: "notification", Value: "{{ Notification }}" },
];

/** A step that fails fails the execution in the end, but keeps none of the next ones from isolating. */
const GOES_ON = { onFailure: "Continue" } as const;

const script = (name: string, text: string, handler: string, payload: object) => ({
  name,
  action: "aws:executeScript",
  inputs: { Runtime: "python3.11", Handler: handler, InputPayload: payload, Script: text },
});
const call = (name: string, Service: string, Api: string, inputs: object) => ({
  name,
  action: "aws:executeAwsApi",
  inputs: { Service, Api, ...inputs },
});
const onlyIf = (name: string, Variable: string, NextStep: string, otherwise: string) => ({
  name,
  action: "aws:branch",
  inputs: { Choices: [{ NextStep, Variable, StringEquals: "yes" }], Default: otherwise },
});
const forEach = (name: string, Iterators: string, step: object) => ({
  name,
  action: "aws:loop",
  ...GOES_ON,
  inputs: { Iterators, IteratorDataType: "String", Steps: [{ ...step, ...GOES_ON }] },
});
const change = (name: string, attribute: object) => ({
  ...call(name, "ec2", "ModifyInstanceAttribute", { InstanceId: INSTANCE, ...attribute }),
  ...GOES_ON,
});
const intoGroup = (name: string, loop: string, group: string) =>
  forEach(
    loop,
    "{{ look.outside }}",
    call(name, "ec2", "ModifyNetworkInterfaceAttribute", {
      NetworkInterfaceId: `{{ ${loop}.CurrentIteratorValue }}`,
      Groups: [group],
    }),
  );

/**
 * The Automation runbook, for `JSON.stringify`, that contains an instance of the account. `observe`, the default, changes
 * nothing and says what would be done. `contain` records how the instance is, once; tags it; denies its role's sessions;
 * protects it; takes it out of Auto Scaling, target groups and from its Elastic IPs; ends its connections and isolates
 * it; denies the sessions that were issued meanwhile; and snapshots all its disks at one moment. Each step can run again.
 * `roll-back` puts back what was recorded.
 *
 * Sources: Systems Manager user guide, "aws:executeScript", "aws:executeAwsApi", "aws:branch", "aws:loop", "aws:approve"
 * (which works in one account only: so this is in the member account's own), "Properties shared by all actions"; EC2
 * user guide, "Security group connection tracking" (a connection is not tracked where everything is let through both ways).
 */
export function containmentRunbook({ roleArn, groups, approvers, tags }: ContainmentRunbookArgs) {
  // An organisation may let nothing be made without its own.
  const made = [
    ...Object.entries(tags)
      .filter(([Key]) => TAGS.every((each) => each.Key !== Key))
      .map(([Key, Value]) => ({ Key, Value })),
    ...TAGS,
  ];
  const denial = (name: string) => ({
    ...script(name, DENY, "deny", { role: "{{ look.role }}" }),
    ...GOES_ON,
  });
  const mayStart = approvers.length === 0 ? "recordOnce" : "approve";
  return {
    schemaVersion: "0.3",
    description: "Clean room: contains a compromised instance, or says how",
    assumeRole: roleArn,
    parameters: CONTAINMENT_PARAMETERS,
    outputs: ["look.plan"],
    mainSteps: [
      {
        name: "whichAct",
        action: "aws:branch",
        inputs: {
          Choices: [{ NextStep: "putBack", Variable: "{{ Act }}", StringEquals: "roll-back" }],
          Default: "look",
        },
      },
      {
        ...script("look", LOOK, "look", {
          instance: INSTANCE,
          ticket: "{{ Ticket }}",
          sessions: "{{ RoleSessions }}",
          groups,
        }),
        outputs: [
          ...[
            "group",
            "vpc",
            "recorded",
            "record",
            "hasDisks",
            "scaled",
            "scalingGroup",
            "targeted",
            "addressed",
            "denies",
            "role",
            "snapshots",
            "isOutside",
            "isLeft",
            "left",
          ].map((name) => ({ Name: name, Selector: `$.Payload.${name}`, Type: "String" })),
          ...["tagged", "outside", "targetGroups", "associations", "plan"].map((name) => ({
            Name: name,
            Selector: `$.Payload.${name}`,
            Type: "StringList",
          })),
          { Name: "disks", Selector: "$.Payload.disks", Type: "MapList" },
        ],
      },
      {
        name: "onlyIfMeant",
        action: "aws:branch",
        inputs: {
          Choices: [{ NextStep: mayStart, Variable: "{{ Act }}", StringEquals: "contain" }],
          Default: "observed",
        },
      },
      // Automation knows no step that does nothing.
      { name: "observed", action: "aws:sleep", inputs: { Duration: "PT1S" }, isEnd: true },
      ...(approvers.length === 0
        ? []
        : [
            {
              name: "approve",
              action: "aws:approve",
              onFailure: "Abort",
              inputs: {
                Message: `Contain ${INSTANCE} for {{ Ticket }}`,
                MinRequiredApprovals: 1,
                Approvers: [...approvers],
              },
            },
          ]),
      onlyIf("recordOnce", "{{ look.recorded }}", "tag", "record"),
      // Without a record nothing could be put back: the first one counts, and nothing is changed without it.
      call("record", "ssm", "PutParameter", {
        Name: `${RECORDS}${INSTANCE}`,
        Description: "How the instance was before it was contained",
        Value: "{{ look.record }}",
        Type: "String",
        Tier: "Intelligent-Tiering",
        Overwrite: false,
        Tags: made,
      }),
      call("tag", "ec2", "CreateTags", { Resources: "{{ look.tagged }}", Tags: TAGS }),
      onlyIf("withARole", "{{ look.denies }}", "tagRole", "keepFromTermination"),
      {
        ...call("tagRole", "iam", "TagRole", { RoleName: "{{ look.role }}", Tags: TAGS }),
        ...GOES_ON,
      },
      denial("denySessions"),
      change("keepFromTermination", { DisableApiTermination: { Value: true } }),
      change("keepFromStopping", { DisableApiStop: { Value: true } }),
      change("keepOnShutdown", { InstanceInitiatedShutdownBehavior: { Value: "stop" } }),
      onlyIf("withDisks", "{{ look.hasDisks }}", "keepDisks", "withAScalingGroup"),
      change("keepDisks", { BlockDeviceMappings: "{{ look.disks }}" }),
      onlyIf("withAScalingGroup", "{{ look.scaled }}", "detach", "withTargets"),
      {
        ...call("detach", "autoscaling", "DetachInstances", {
          InstanceIds: [INSTANCE],
          AutoScalingGroupName: "{{ look.scalingGroup }}",
          ShouldDecrementDesiredCapacity: false,
        }),
        ...GOES_ON,
      },
      onlyIf("withTargets", "{{ look.targeted }}", "takeOutOfTargets", "withAddresses"),
      forEach(
        "takeOutOfTargets",
        "{{ look.targetGroups }}",
        call("deregister", "elbv2", "DeregisterTargets", {
          TargetGroupArn: "{{ takeOutOfTargets.CurrentIteratorValue }}",
          Targets: [{ Id: INSTANCE }],
        }),
      ),
      onlyIf("withAddresses", "{{ look.addressed }}", "takeAddresses", "notYetIsolated"),
      forEach(
        "takeAddresses",
        "{{ look.associations }}",
        call("disassociate", "ec2", "DisassociateAddress", {
          AssociationId: "{{ takeAddresses.CurrentIteratorValue }}",
        }),
      ),
      // What is isolated is not opened again, not even for a moment.
      onlyIf("notYetIsolated", "{{ look.isOutside }}", "makeUntracking", "withoutUntracking"),
      {
        ...script("makeUntracking", UNTRACKING, "untracking", {
          instance: INSTANCE,
          vpc: "{{ look.vpc }}",
          tags: made,
        }),
        // Isolated with its old connections is better than not isolated.
        onFailure: "step:isolate",
        outputs: [{ Name: "group", Selector: "$.Payload.group", Type: "String" }],
      },
      intoGroup("untrackOne", "untrack", "{{ makeUntracking.group }}"),
      intoGroup("isolateOne", "isolate", "{{ look.group }}"),
      {
        ...call("removeUntracking", "ec2", "DeleteSecurityGroup", {
          GroupId: "{{ makeUntracking.group }}",
        }),
        ...GOES_ON,
        nextStep: "stillWithARole",
      },
      onlyIf("withoutUntracking", "{{ look.isLeft }}", "removeWhatWasLeft", "stillWithARole"),
      {
        ...call("removeWhatWasLeft", "ec2", "DeleteSecurityGroup", { GroupId: "{{ look.left }}" }),
        ...GOES_ON,
      },
      // What was issued since cannot be sent away any more, but for what was before it was isolated.
      onlyIf("stillWithARole", "{{ look.denies }}", "denySessionsAgain", "withoutSnapshots"),
      denial("denySessionsAgain"),
      onlyIf("withoutSnapshots", "{{ look.snapshots }}", "snapshot", "verify"),
      {
        ...call("snapshot", "ec2", "CreateSnapshots", {
          InstanceSpecification: { InstanceId: INSTANCE, ExcludeBootVolume: false },
          Description: `{{ Ticket }}: ${INSTANCE} as it was contained`,
          TagSpecifications: [
            {
              ResourceType: "snapshot",
              Tags: [...made, { Key: "source-instance", Value: INSTANCE }],
            },
          ],
        }),
        ...GOES_ON,
      },
      {
        ...script("verify", VERIFY, "verify", { instance: INSTANCE, group: "{{ look.group }}" }),
        isEnd: true,
      },
      {
        ...script("putBack", PUT_BACK, "put_back", { instance: INSTANCE, ticket: "{{ Ticket }}" }),
        outputs: [{ Name: "back", Selector: "$.Payload.back", Type: "StringList" }],
        isEnd: true,
      },
    ],
  };
}
