import { Case } from "../case";
import { TICKET_TAG } from "../tags";
import { DENIAL, RECORDS, UNTRACKING_GROUP } from "./containmentNames";

// What Automation has no action for: looking at what hangs together, what is made only where it is not there, and putting
// back as it was recorded. Python as Systems Manager runs it, with boto3; each is told everything by its payload.

/** What the ticket follows in the tag's value. */
const MARK = new Case("").tag;

/**
 * Looks at the instance and what it is part of, and changes nothing. Fails where it cannot be contained here. What it
 * returns is what every later step works on; `plan` says in sentences what those will do.
 */
export const LOOK = `import base64
import json

import boto3


def look(event, _):
    ec2 = boto3.client("ec2")
    instance, ticket = event["instance"], event["ticket"]
    found = described(ec2, instance)
    tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}
    held = tags.get("${TICKET_TAG}", "${MARK}" + ticket)
    if held != "${MARK}" + ticket:
        raise Exception(f"{instance} is held for {held}: contain it with that ticket.")
    group = event["groups"].get(found.get("VpcId", ""))
    if group is None:
        raise Exception(
            f"{instance} is in {found.get('VpcId', 'no VPC')}, which has no isolation group of the member stack: "
            "add the VPC to vpcs there."
        )
    interfaces = {
        one["NetworkInterfaceId"]: [each["GroupId"] for each in one["Groups"]]
        for one in found["NetworkInterfaces"]
    }
    disks = {
        one["DeviceName"]: {"volume": one["Ebs"]["VolumeId"], "deletes": one["Ebs"]["DeleteOnTermination"]}
        for one in found.get("BlockDeviceMappings", [])
        if "Ebs" in one
    }
    addresses = [
        {key: one[key] for key in ("AllocationId", "AssociationId", "NetworkInterfaceId", "PrivateIpAddress")}
        for one in ec2.describe_addresses(
            Filters=[{"Name": "network-interface-id", "Values": sorted(interfaces)}]
        )["Addresses"]
    ]
    scaled = boto3.client("autoscaling").describe_auto_scaling_instances(InstanceIds=[instance])[
        "AutoScalingInstances"
    ]
    scaling_group = scaled[0]["AutoScalingGroupName"] if scaled else ""
    targets = targets_of(instance, found["VpcId"])
    role = role_of(found)
    outside = sorted(one for one, groups in interfaces.items() if groups != [group])
    left = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [found["VpcId"]]},
            {"Name": "group-name", "Values": ["${UNTRACKING_GROUP}" + instance]},
        ]
    )["SecurityGroups"]
    taken = ec2.describe_snapshots(
        OwnerIds=["self"],
        Filters=[
            {"Name": "tag:${TICKET_TAG}", "Values": ["${MARK}" + ticket]},
            {"Name": "volume-id", "Values": sorted(one["volume"] for one in disks.values()) or ["vol-0"]},
        ],
    )["Snapshots"]
    missing = {one["volume"] for one in disks.values()} - {one["VolumeId"] for one in taken}
    record = {
        "instance": instance,
        "ticket": ticket,
        "image": found.get("ImageId", ""),
        "launched": found["LaunchTime"].isoformat(),
        "interfaces": interfaces,
        "disks": disks,
        "addresses": addresses,
        "scalingGroup": scaling_group,
        "targets": targets,
        "role": role,
        "protected": attribute(ec2, instance, "disableApiTermination"),
        "unstoppable": attribute(ec2, instance, "disableApiStop"),
        "shutdown": attribute(ec2, instance, "instanceInitiatedShutdownBehavior"),
    }
    denies = role != "" and event["sessions"] == "deny"
    return {
        "group": group,
        "vpc": found["VpcId"],
        "recorded": said(is_recorded(instance)),
        "record": base64.b64encode(json.dumps(record).encode()).decode(),
        "tagged": [instance]
        + sorted(interfaces)
        + sorted(one["volume"] for one in disks.values())
        + sorted(one["AllocationId"] for one in addresses),
        "isOutside": said(outside),
        "outside": outside,
        "isLeft": said(left),
        "left": left[0]["GroupId"] if left else "",
        "disks": [
            {"DeviceName": name, "Ebs": {"DeleteOnTermination": False}} for name in sorted(disks)
        ],
        "hasDisks": said(disks),
        "scaled": said(scaling_group),
        "scalingGroup": scaling_group,
        "targeted": said(targets),
        "targetGroups": sorted({one["group"] for one in targets}),
        "addressed": said(addresses),
        "associations": sorted(one["AssociationId"] for one in addresses),
        "denies": said(denies),
        "role": role,
        "snapshots": said(missing),
        "plan": plan_of(record, group, denies, outside, sorted(missing)),
    }


def described(ec2, instance):
    reservations = ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    found = reservations[0]["Instances"][0]
    if found["State"]["Name"] not in ("pending", "running", "stopping", "stopped"):
        raise Exception(f"{instance} is {found['State']['Name']}: nothing of it can be contained any more.")
    return found


def attribute(ec2, instance, name):
    answer = ec2.describe_instance_attribute(InstanceId=instance, Attribute=name)
    value = answer.get(name[0].upper() + name[1:], {}).get("Value", False)
    return value


def role_of(found):
    arn = found.get("IamInstanceProfile", {}).get("Arn", "")
    if arn == "":
        return ""
    profile = boto3.client("iam").get_instance_profile(InstanceProfileName=arn.rsplit("/", 1)[-1])
    roles = profile["InstanceProfile"]["Roles"]
    return roles[0]["RoleName"] if roles else ""


def targets_of(instance, vpc):
    elb = boto3.client("elbv2")
    groups = [
        one["TargetGroupArn"]
        for page in elb.get_paginator("describe_target_groups").paginate()
        for one in page["TargetGroups"]
        if one.get("VpcId") == vpc and one["TargetType"] == "instance"
    ]
    return [
        {"group": group, "port": one["Target"]["Port"]}
        for group in groups
        for one in elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        if one["Target"]["Id"] == instance and one["TargetHealth"]["State"] not in ("draining", "unused.draining")
    ]


def is_recorded(instance):
    ssm = boto3.client("ssm")
    try:
        ssm.get_parameter(Name="${RECORDS}" + instance)
        return True
    except ssm.exceptions.ParameterNotFound:
        return False


def said(whether):
    return "yes" if whether else "no"


def plan_of(record, group, denies, outside, missing):
    lines = []
    if denies:
        lines.append(f"deny the sessions of {record['role']} that were issued until then, on every machine that has it")
    if record["scalingGroup"]:
        lines.append(f"detach it from {record['scalingGroup']}, which replaces it")
    for one in record["targets"]:
        lines.append(f"take it out of {one['group']}")
    for one in record["addresses"]:
        lines.append(f"take {one['AllocationId']} from it")
    for one in outside:
        lines.append(f"end the connections of {one}, and leave it in {group} alone")
    if missing:
        lines.append(f"snapshot {', '.join(missing)} at one moment")
    return lines or ["nothing: it is contained"]
`;

/** Denies what a role's sessions may that were issued until now; put again, it denies those issued since too. */
export const DENY = `import datetime
import json

import boto3


def deny(event, _):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    boto3.client("iam").put_role_policy(
        RoleName=event["role"],
        PolicyName="${DENIAL}",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "SessionsBeforeContainment",
                        "Effect": "Deny",
                        "Action": "*",
                        "Resource": "*",
                        "Condition": {"DateLessThan": {"aws:TokenIssueTime": now}},
                    }
                ],
            }
        ),
    )
    return {"until": now}
`;

/**
 * Makes the group that lets everything through, or finds the one that an execution before has left: connections of an
 * interface in it are not tracked, so that the next group ends them.
 */
export const UNTRACKING = `import boto3


def untracking(event, _):
    ec2 = boto3.client("ec2")
    name = "${UNTRACKING_GROUP}" + event["instance"]
    tags = event["tags"]
    there = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [event["vpc"]]},
            {"Name": "group-name", "Values": [name]},
        ]
    )["SecurityGroups"]
    group = (
        there[0]["GroupId"]
        if there
        else ec2.create_security_group(
            GroupName=name,
            VpcId=event["vpc"],
            Description="Ends the connections of a contained instance, for a moment",
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
        )["GroupId"]
    )
    if not there or not there[0]["IpPermissions"]:
        # AWS gives a new group a rule that lets everything out; in is missing for nothing to be tracked.
        ec2.authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[
                {
                    "IpProtocol": "-1",
                    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                    "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                }
            ],
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": tags}],
        )
    return {"group": group}
`;

/** Fails unless each interface is in the isolation group and in no other. */
export const VERIFY = `import boto3


def verify(event, _):
    ec2 = boto3.client("ec2")
    found = ec2.describe_instances(InstanceIds=[event["instance"]])["Reservations"][0]["Instances"][0]
    left = [
        one["NetworkInterfaceId"]
        for one in found["NetworkInterfaces"]
        if [each["GroupId"] for each in one["Groups"]] != [event["group"]]
    ]
    if left:
        commands = [
            f"aws ec2 modify-network-interface-attribute --network-interface-id {one} --groups {event['group']}"
            for one in left
        ]
        raise Exception("It is NOT isolated. Run: " + "; ".join(commands))
    return {"isolated": event["group"]}
`;

/**
 * Puts everything back as it was recorded before the first containment, what is not so any more; then the record goes.
 * Tags and snapshots stay: they are evidence.
 */
export const PUT_BACK = `import base64
import json

import boto3


def put_back(event, _):
    instance, ssm = event["instance"], boto3.client("ssm")
    name = "${RECORDS}" + instance
    try:
        value = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        raise Exception(f"{instance} is not contained: there is no {name}.")
    record = json.loads(base64.b64decode(value))
    if record["ticket"] != event["ticket"]:
        raise Exception(f"{instance} was contained for {record['ticket']}: roll it back with that ticket.")
    back = network(instance, record) + protection(instance, record) + work(instance, record) + sessions(record)
    ssm.delete_parameter(Name=name)
    return {"back": back}


def network(instance, record):
    ec2, back = boto3.client("ec2"), []
    found = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    for one in found["NetworkInterfaces"]:
        groups = record["interfaces"].get(one["NetworkInterfaceId"])
        if groups and sorted(groups) != sorted(each["GroupId"] for each in one["Groups"]):
            ec2.modify_network_interface_attribute(
                NetworkInterfaceId=one["NetworkInterfaceId"], Groups=groups
            )
            back.append(f"{one['NetworkInterfaceId']} is in {', '.join(groups)}")
    for one in record["addresses"]:
        ec2.associate_address(
            AllocationId=one["AllocationId"],
            NetworkInterfaceId=one["NetworkInterfaceId"],
            PrivateIpAddress=one["PrivateIpAddress"],
            AllowReassociation=False,
        )
        back.append(f"it has {one['AllocationId']}")
    return back


def protection(instance, record):
    ec2 = boto3.client("ec2")
    for change in (
        {"DisableApiTermination": {"Value": record["protected"]}},
        {"DisableApiStop": {"Value": record["unstoppable"]}},
        {"InstanceInitiatedShutdownBehavior": {"Value": record["shutdown"]}},
        {
            "BlockDeviceMappings": [
                {"DeviceName": name, "Ebs": {"DeleteOnTermination": one["deletes"]}}
                for name, one in sorted(record["disks"].items())
            ]
        },
    ):
        if change.get("BlockDeviceMappings") != []:
            ec2.modify_instance_attribute(InstanceId=instance, **change)
    return ["it is as protected as it was"]


def work(instance, record):
    back, scaling = [], boto3.client("autoscaling")
    if record["scalingGroup"] and not scaling.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"]:
        scaling.attach_instances(InstanceIds=[instance], AutoScalingGroupName=record["scalingGroup"])
        back.append(f"it is in {record['scalingGroup']}")
    for one in record["targets"]:
        boto3.client("elbv2").register_targets(
            TargetGroupArn=one["group"], Targets=[{"Id": instance, "Port": one["port"]}]
        )
        back.append(f"it is in {one['group']}")
    return back


def sessions(record):
    if record["role"] == "":
        return []
    iam = boto3.client("iam")
    try:
        iam.delete_role_policy(RoleName=record["role"], PolicyName="${DENIAL}")
    except iam.exceptions.NoSuchEntityException:
        return []
    return [f"{record['role']} is denied nothing any more"]
`;
