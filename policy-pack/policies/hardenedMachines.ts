import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

/** The type of a workstation. */
const MACHINE_TYPE = "aws:ec2/instance:Instance";

const isMissing = (value: unknown) =>
  value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Fields of a machine: when they are wrong, and what is required. */
const REQUIRED: readonly (readonly [string, (value: unknown) => boolean, string])[] = [
  ["keyName", (value) => !isMissing(value), "not set: nobody logs in past Session Manager"],
  ["iamInstanceProfile", isMissing, "the room's own profile"],
  ["subnetId", isMissing, "the room's slot, or it is the default VPC"],
  [
    "rootBlockDevice.deleteOnTermination",
    (value) => value === false,
    "not set, or true: nothing stays when the room is closed",
  ],
  ["vpcSecurityGroupIds", isMissing, "the room's own security group"],
  [
    "securityGroups",
    (value) => !isMissing(value),
    "not set: groups are named by vpcSecurityGroupIds",
  ],
  [
    "instanceInitiatedShutdownBehavior",
    (value) => !isMissing(value) && value !== "stop",
    "not set, or stop",
  ],
  [
    "instanceMarketOptions",
    (value) => !isMissing(value),
    "not set: AWS ends spot machines when it wants",
  ],
  ["launchTemplate", (value) => !isMissing(value), "not set: what a template says no policy sees"],
  ["spotInstanceRequestId", (value) => typeof value === "string" && value !== "", "not set"],
  ["getPasswordData", (value) => value === true, "not set, or false"],
  [
    "sourceDestCheck",
    (value) => value === false,
    "not set, or true: a workstation routes for nobody",
  ],
  [
    "networkInterfaces",
    (value) => !isMissing(value),
    "not set: an interface has groups of its own",
  ],
  [
    "secondaryPrivateIps",
    (value) => !isMissing(value),
    "not set: a machine has the one address of its interface",
  ],
  [
    "ephemeralBlockDevices",
    (value) => Array.isArray(value) && value.some((disk) => !isFields(disk) || !disk["noDevice"]),
    "not set: a disk of the host is under no key of the room's",
  ],
  ["hostId", (value) => !isMissing(value), "not set"],
  [
    "userDataReplaceOnChange",
    (value) => value === true,
    "not set, or false: a new script makes a new machine, and the case's is gone",
  ],
  ["hibernation", (value) => value === true, "not set, or false: memory is written to the disk"],
];

/** A workstation is somebody's evidence too: one way in, and it ends when the case says so. */
export const hardenedMachines = ofResource(
  {
    name: "hardened-machines",
    displayName: "A machine has one way in, and ends with its case",
    description:
      "Checks that machines have a subnet, a profile and security groups, no key pair, no launch template, no interface or address beside their own and no disk of the host, and are neither spot, nor terminated by a shutdown, nor made anew for a new script.",
    severity: "high",
    tags: ["access", "evidence"],
    remediationSteps:
      "Set subnetId, iamInstanceProfile and vpcSecurityGroupIds; remove keyName and instanceMarketOptions.",
  },
  (machine) =>
    machine.type === MACHINE_TYPE ? [...mistakesOf(machine), ...leftBehind(machine)] : [],
);

function mistakesOf(machine: Subject): string[] {
  return REQUIRED.flatMap(([field, isWrong, required]) => {
    const value = machine.at(field);
    return value !== UNKNOWN && isWrong(value)
      ? [`${field} is ${shown(value)}; required: ${required}.\nMend ${field} of the machine.`]
      : [];
  });
}

/** Disks beside the root's that stay when the machine is gone. */
function leftBehind(machine: Subject): string[] {
  return machine
    .leaves()
    .filter(([path, value]) => /^ebsBlockDevices\.\d+\.deleteOnTermination$/.test(path) && !value)
    .map(
      ([path]) =>
        `${path} is false; required: not set, or true: nothing stays when the room is closed.\nRemove ${path}.`,
    );
}
