import { Case } from "../case";
import { TICKET_TAG } from "../tags";

// What Automation has no action for. Python as Systems Manager runs it, with boto3; each is told everything by its payload.

/** What the ticket follows in the tag's value. */
const MARK = new Case("").tag;

/** Both become the role that uploads, narrowed to this acquisition's objects. */
const INTAKE = `import datetime
import hashlib
import hmac
import json
import re
import time
import urllib.parse

import boto3
from botocore.exceptions import ClientError


def intake(event, prefix):
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{event['vaultArn']}/{prefix}*"},
            # With which key, the role itself says.
            {"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "*"},
        ],
    }
    # Of the vault's Region, where the role's account is: its tokens are taken in every Region, those of the endpoint without
    # a Region, which boto3 may choose, are not; and that account need not have the Region of the machine.
    endpoint = "https://sts." + event["vault"].split(".s3.", 1)[1]
    return boto3.client("sts", region_name=event["region"], endpoint_url=endpoint).assume_role(
        RoleArn="arn:{partition}:iam::{account}:role{path}{name}".format(**event["intake"]).replace("TICKET", event["ticket"]),
        RoleSessionName="clean-room-acquire",
        DurationSeconds=event["seconds"],
        Policy=json.dumps(policy),
    )["Credentials"]


def code_of(error):
    return error.response["Error"]["Code"]
`;

/**
 * Looks at the machine, gives it its ticket where it has none, signs for each object of the acquisition, and sends the
 * document. Signatures stay in here: what it returns opens nothing.
 *
 * Sources: S3 API reference, "Authenticating Requests: Using Query Parameters"; cli/acquire/presigned.ts says the same.
 */
export const SEND = `${INTAKE}

def send(event, _):
    ec2, ssm = boto3.client("ec2"), boto3.client("ssm")
    instance, mark = event["instance"], "${MARK}" + event["ticket"]
    found = described(ec2, instance)
    agents = ssm.describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": [instance]}])[
        "InstanceInformationList"
    ]
    # What EC2 says is of the image, and what the agent says is of what runs.
    said = (agents[0].get("PlatformType") if agents else None) or found.get("Platform") or "Linux"
    name = "Windows" if said.lower() == "windows" else said
    # Of one that is refused all reasons are told.
    platform = event["platforms"].get(name, event["platforms"]["Linux"])
    memory = ec2.describe_instance_types(InstanceTypes=[found["InstanceType"]])["InstanceTypes"][0]["MemoryInfo"]["SizeInMiB"]
    # AVML writes a header for each range; what the machine has beyond its type's memory is little.
    most = -(-(memory + platform["gap"]) * 102 // 100) + 64
    part = max(16, -(-most // event["mostParts"]))
    parts = -(-most // part)
    if event["acquire"] == "state":
        part, parts = 16, 0
    reasons = reasons_of(found, agents, name, event, mark)
    if part > platform["largestPart"]:
        reasons.append(f"{instance} has {memory} MiB of memory, more than goes into the vault within the hour: acquire the state only.")
    if reasons:
        raise Exception(" ".join(reasons))
    at = datetime.datetime.now(datetime.timezone.utc)
    second = at.strftime("%Y%m%dT%H%M%SZ")
    prefix = f"{event['uploads'].replace('TICKET', event['ticket'])}live/{instance}/{second}/"
    try:
        uploads = intake(event, prefix)
    except ClientError as error:
        raise Exception(
            f"There is no open room of {event['ticket']} that this account may upload for, or it was opened by an "
            f"earlier version: pulumi up it. {error}"
        ) from error
    document = ssm.get_document(Name=event["document"])
    content = json.dumps(json.loads(document["Content"]), separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(content.encode()).hexdigest() != event["documentSha256"]:
        raise Exception(f"The document {event['document']} is not its stack's: have that deployed again.")
    document = document["DocumentVersion"]
    untagged = not any(tag["Key"] == "${TICKET_TAG}" for tag in found.get("Tags", []))
    if untagged:
        ec2.create_tags(
            Resources=[instance],
            Tags=[
                {"Key": "${TICKET_TAG}", "Value": mark},
                {"Key": "notification", "Value": event["notification"]},
            ],
        )
    own = boto3.Session().get_credentials().get_frozen_credentials()
    fetches = {"AccessKeyId": own.access_key, "SecretAccessKey": own.secret_key, "SessionToken": own.token}
    names = platform["objects"] + [f"memory/{number:05d}" for number in range(1, parts + 1)]
    put = {"if-none-match": "*"}
    queries = [presigned("PUT", event["vault"], prefix + each, event, uploads, at, put) for each in names]
    parameters = {
        "Prefix": prefix,
        "Access": queries[0][0],
        "Signatures": " ".join(signature for _, signature in queries),
        "PartMiB": str(part),
        "Acquire": event["acquire"],
        # A machine is brought its own platform's programs: the others' have defaults.
        **{f"{each.capitalize()}Url": url_of(each, event, fetches, at) for each in platform["programs"]},
    }
    command = sent(ssm, event, instance, document, parameters, 12 if untagged else 1)
    # It is told of a moment after it was sent.
    for _ in range(10):
        try:
            ssm.get_command_invocation(CommandId=command, InstanceId=instance)
            break
        except ClientError as error:
            if code_of(error) != "InvocationDoesNotExist":
                break
            time.sleep(3)
    return {
        "command": command,
        "prefix": prefix,
        "documentVersion": document,
        "memoryMiB": str(memory),
        "partMiB": str(part),
        "parts": str(parts),
        "askedAt": at.isoformat(),
    }


def described(ec2, instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def reasons_of(found, agents, platform, event, mark):
    instance = event["instance"]
    tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}
    held = tags.get("${TICKET_TAG}", mark)
    link = "reach it through a room's link (docs/reach-the-suspect.md)."
    reasons = []
    if held != mark:
        reasons.append(f"{instance} is held for {held}: acquire it with that ticket.")
    if found["State"]["Name"] != "running":
        reasons.append(f"{instance} is {found['State']['Name']}: memory ends with that. Hand its disks over.")
    if platform == "Windows" and platform not in event["platforms"]:
        reasons.append(
            f"{instance} is a Windows, and its account's acquisition has no winpmem, or none in tools: have that deployed, "
            f"acquire it by itself, or {link}"
        )
    elif platform not in ("Linux", "Windows"):
        reasons.append(f"{instance} is a {platform}, of which nothing is acquired live: {link}")
    if found.get("Architecture") != "x86_64":
        reasons.append(f"{instance} is {found.get('Architecture')}, and what is carried runs on x86_64 only: {link}")
    if not agents:
        reasons.append(f"{instance} is not managed by Systems Manager: snapshot its disks, and {link}")
    elif agents[0]["PingStatus"] != "Online":
        reasons.append(f"The agent of {instance} does not report ({agents[0]['PingStatus']}): start it, or {link}")
    return reasons


def sent(ssm, event, instance, document, parameters, tries):
    for left in reversed(range(tries)):
        try:
            return ssm.send_command(
                DocumentName=event["document"],
                DocumentVersion=document,
                InstanceIds=[instance],
                Comment=f"Clean room {event['ticket']}",
                TimeoutSeconds=300,
                Parameters={name: [value] for name, value in parameters.items()},
            )["Command"]["CommandId"]
        except ClientError as error:
            # IAM does not know yet of the ticket that the machine was just given.
            if left == 0 or code_of(error) != "AccessDeniedException":
                # What is refused may be quoted, and is kept with the execution: signatures are not.
                said = re.sub(r"X-Amz-[A-Za-z0-9%=&_.~-]+|\\b[0-9a-f]{64}\\b", "...", str(error))
                raise Exception(f"The document was not sent: {said}") from None
            time.sleep(5)


def url_of(name, event, credentials, at):
    bucket, key = event["tools"]["bucket"], event["tools"][name]
    host = event["vault"].replace(event["vault"].split(".s3.")[0], bucket, 1)
    access, signature = presigned("GET", host, key, event, credentials, at, {})
    return f"https://{host}/{path_of(key)}?{access}&X-Amz-Signature={signature}"


def path_of(key):
    return urllib.parse.quote(key, safe="/")


def presigned(method, host, key, event, credentials, at, headers):
    region, day, moment = event["region"], at.strftime("%Y%m%d"), at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{day}/{region}/s3/aws4_request"
    signed = {"host": host, **headers}
    names = ";".join(sorted(signed))
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{credentials['AccessKeyId']}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(event["seconds"]),
        "X-Amz-Security-Token": credentials["SessionToken"],
        "X-Amz-SignedHeaders": names,
    }
    access = "&".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in query.items())
    lines = [method, "/" + path_of(key), access]
    lines += [f"{name}:{signed[name]}" for name in sorted(signed)] + ["", names, "UNSIGNED-PAYLOAD"]
    digest = hashlib.sha256("\\n".join(lines).encode()).hexdigest()
    secret = ("AWS4" + credentials["SecretAccessKey"]).encode()
    for word in (day, region, "s3", "aws4_request"):
        secret = hmac.new(secret, word.encode(), hashlib.sha256).digest()
    text = "\\n".join(["AWS4-HMAC-SHA256", moment, scope, digest])
    return access, hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
`;

/**
 * Puts `command.json`, once: what was sent, and what Systems Manager has of what the machine said. What it returns is what
 * the custody record is made of.
 */
export const KEEP = `${INTAKE}

def keep(event, _):
    ssm = boto3.client("ssm")
    found = ssm.get_command_invocation(CommandId=event["command"], InstanceId=event["instance"])
    said, status = found.get("StandardOutputContent", ""), found["Status"]
    record = {
        "form": "clean-room/acquisition-command/1",
        **{name: event[name] for name in event["told"]},
        "status": status,
        "responseCode": found.get("ResponseCode"),
        "said": said,
        "failed": found.get("StandardErrorContent", ""),
    }
    text = json.dumps(record, indent=2)
    is_new = put(event, text)
    memory = re.search(r"\\bMemory: ([1-9]\\d{0,2}) parts, ([1-9]\\d{0,14}) bytes, SHA-256 ([0-9a-f]{64})\\.", said)
    state, manifest = digest_in("State", said), digest_in("Manifest", said)
    asked = (memory or event["acquired"] == "state") and (state or event["acquired"] == "memory")
    ended = status in ("Success", "Cancelled", "TimedOut", "Failed")
    return {
        "status": status if ended else "NotEnded",
        "complete": "yes" if status == "Success" and manifest and asked else "no",
        "begun": found.get("ExecutionStartDateTime", ""),
        "ended": found.get("ExecutionEndDateTime", ""),
        "memoryParts": memory.group(1) if memory else "",
        "memoryBytes": memory.group(2) if memory else "",
        "memory": memory.group(3) if memory else "",
        "state": state,
        "manifest": manifest,
        "commandFile": hashlib.sha256(text.encode()).hexdigest() if is_new else "",
        **{name: event[name] for name in ("avml", "busybox", "winpmem", "documentSha256")},
        "lastSaid": last_of(found.get("StandardErrorContent", "")) or last_of(said) or "The machine said nothing.",
    }


def digest_in(what, said):
    found = re.search(rf"\\b{what}: SHA-256 ([0-9a-f]{{64}})\\.", said)
    return found.group(1) if found else ""


def last_of(text):
    lines = [line for line in text.splitlines() if line.strip()]
    # A suspect's words, for people's terminals and for a parameter of Automation.
    return re.sub(r"[^ -~]|[{}]", "?", lines[-1])[:300] if lines else ""


def put(event, text):
    credentials = intake(event, event["prefix"])
    s3 = boto3.Session(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], event["region"]
    ).client("s3")
    # The boto3 that Automation has may not know the header.
    s3.meta.events.register("before-call.s3.PutObject", write_once)
    try:
        s3.put_object(
            Bucket=event["bucket"],
            Key=event["prefix"] + "command.json",
            Body=text.encode(),
            ContentType="application/json",
        )
        return True
    except ClientError as error:
        if code_of(error) != "PreconditionFailed":
            raise
        return False


def write_once(params, **_):
    params["headers"]["If-None-Match"] = "*"
`;

/** Fails with what the machine said last: an acquisition of which something is missing is none that succeeded. */
export const JUDGE = `def judge(event, _):
    raise Exception(f"Not everything was acquired ({event['status']}): {event['said']}")
`;
