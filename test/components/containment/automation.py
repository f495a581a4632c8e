"""Runs an Automation runbook as Systems Manager would, against moto, and tells what became of it.

Takes plays by name, {"document", "runs": [parameters...]} each, on standard input, and plays each in an account of its own.
boto3 checks each call's parameters by AWS's models. An action, an input or a reference that is not known here fails the run.
"""

import json
import logging
import re
import sys

import boto3
from moto import mock_aws

REGION = "us-east-1"
TICKET_TAG = "incident-response"
REFERENCE = re.compile(r"{{\s*([\w.]+)\s*}}")
logging.disable(logging.CRITICAL)


class Stopped(Exception):
    """The execution ended at a step that failed."""


class Execution:
    def __init__(self, document, given):
        self.document = document
        self.values = parameters(document["parameters"], given)
        self.trace, self.failed = [], {}

    def run(self):
        steps = self.document["mainSteps"]
        position = {step["name"]: index for index, step in enumerate(steps)}
        at = 0
        while at < len(steps):
            step = steps[at]
            self.trace.append(step["name"])
            try:
                following = self.step(step) or step.get("nextStep")
            except Exception as failure:  # whatever a script raises
                self.failed[step["name"]] = str(failure)
                on_failure = step.get("onFailure", "Abort")
                if on_failure == "Abort":
                    break
                following = step.get("nextStep") if on_failure == "Continue" else on_failure.removeprefix("step:")
            if step.get("isEnd"):
                break
            at = at + 1 if following is None else position[following]
        return self

    def step(self, step):
        action = getattr(self, step["action"].removeprefix("aws:"))
        return action(step, step["inputs"])

    def branch(self, step, inputs):
        for choice in inputs["Choices"]:
            if self.filled(choice["Variable"]) == choice["StringEquals"]:
                return choice["NextStep"]
        return inputs["Default"]

    def sleep(self, step, inputs):
        assert re.fullmatch(r"PT\d+S", inputs["Duration"])

    def approve(self, step, inputs):
        assert inputs["Approvers"] and inputs["MinRequiredApprovals"] == 1
        if self.document.get("rejected"):
            raise Stopped("rejected")

    def executeScript(self, step, inputs):
        assert inputs["Runtime"] == "python3.11"
        module = {}
        exec(inputs["Script"], module)
        payload = module[inputs["Handler"]](self.filled(inputs["InputPayload"]), {})
        self.keep(step, {"Payload": json.loads(json.dumps(payload))})

    def executeAwsApi(self, step, inputs):
        given = {key: self.filled(value) for key, value in inputs.items() if key not in ("Service", "Api")}
        client = boto3.client(inputs["Service"], region_name=REGION)
        method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == inputs["Api"])
        self.keep(step, getattr(client, method)(**given))

    def loop(self, step, inputs):
        assert inputs["IteratorDataType"] == "String"
        items = self.filled(inputs["Iterators"])
        assert 0 < len(items) <= 100, f"{len(items)} iterators"
        failures = []
        for item in items:
            self.values[f"{step['name']}.CurrentIteratorValue"] = item
            for inner in inputs["Steps"]:
                try:
                    self.step(inner)
                except Exception as failure:
                    failures.append(str(failure))
                    if inner.get("onFailure") != "Continue":
                        raise
        if failures:
            self.failed[step["name"]] = "; ".join(failures)

    def keep(self, step, answer):
        types = {"String": str, "StringList": list, "MapList": list}
        for output in step.get("outputs", []):
            value = answer
            for key in output["Selector"].removeprefix("$.").split("."):
                value = value[key]
            assert isinstance(value, types[output["Type"]]), f"{output['Name']} is no {output['Type']}"
            self.values[f"{step['name']}.{output['Name']}"] = value

    def filled(self, value):
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if not isinstance(value, str):
            return value
        whole = REFERENCE.fullmatch(value)
        if whole:
            return self.values[whole[1]]
        return REFERENCE.sub(lambda found: str(self.values[found[1]]), value)


def parameters(declared, given):
    """As StartAutomationExecution takes them."""
    assert set(given) <= set(declared), "a parameter that is not declared"
    values = {}
    for name, form in declared.items():
        value = given[name] if name in given else form["default"]
        if "allowedValues" in form and value not in form["allowedValues"]:
            raise ValueError(f"{name} is {value}")
        if "allowedPattern" in form and not re.search(form["allowedPattern"], value):
            raise ValueError(f"{name} is {value}")
        values[name] = value
    return values


class Suspect:
    """A compromised machine with a role, two disks, an Elastic IP and a connection, which scales and serves."""

    def __init__(self):
        self.ec2 = boto3.client("ec2", region_name=REGION)
        self.elb = boto3.client("elbv2", region_name=REGION)
        self.scaling = boto3.client("autoscaling", region_name=REGION)
        self.iam = boto3.client("iam", region_name=REGION)
        self.ssm = boto3.client("ssm", region_name=REGION)
        ec2 = self.ec2
        self.vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.20.30.0/24", AvailabilityZone=f"{REGION}a")
        subnet = subnet["Subnet"]["SubnetId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        self.web, self.isolation = [
            ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"]
            for name in ("web", "clean-room-isolation")
        ]
        ec2.revoke_security_group_egress(
            GroupId=self.isolation, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        )
        trust = {"Version": "2012-10-17", "Statement": []}
        self.iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(trust))
        self.iam.create_instance_profile(InstanceProfileName="web-profile")
        self.iam.add_role_to_instance_profile(InstanceProfileName="web-profile", RoleName="web")
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        disk = lambda name: {"DeviceName": name, "Ebs": {"VolumeSize": 8, "DeleteOnTermination": True}}
        self.id = ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.micro",
            SubnetId=subnet,
            SecurityGroupIds=[self.web],
            IamInstanceProfile={"Name": "web-profile"},
            BlockDeviceMappings=[disk("/dev/sda1"), disk("/dev/sdf")],
        )["Instances"][0]["InstanceId"]
        extra = ec2.create_network_interface(SubnetId=subnet, Groups=[self.web])["NetworkInterface"]
        ec2.attach_network_interface(
            NetworkInterfaceId=extra["NetworkInterfaceId"], InstanceId=self.id, DeviceIndex=1
        )
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        first = sorted(self.groups())[0]
        ec2.associate_address(AllocationId=address, NetworkInterfaceId=first)
        self.scaling.create_launch_configuration(
            LaunchConfigurationName="web", ImageId=image, InstanceType="t3.micro"
        )
        self.scaling.create_auto_scaling_group(
            AutoScalingGroupName="web", LaunchConfigurationName="web", MinSize=0, MaxSize=4, VPCZoneIdentifier=subnet
        )
        self.scaling.attach_instances(InstanceIds=[self.id], AutoScalingGroupName="web")
        self.targets = self.elb.create_target_group(
            Name="web", Protocol="HTTP", Port=80, VpcId=self.vpc, TargetType="instance"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.elb.register_targets(TargetGroupArn=self.targets, Targets=[{"Id": self.id, "Port": 8080}])
        # EC2: a connection that was let in by a rule is tracked, and lives on whatever group comes next.
        self.connections = {one: "tracked" for one in self.groups()}

    def instance(self):
        return self.ec2.describe_instances(InstanceIds=[self.id])["Reservations"][0]["Instances"][0]

    def groups(self):
        return {
            one["NetworkInterfaceId"]: [each["GroupId"] for each in one["Groups"]]
            for one in self.instance()["NetworkInterfaces"]
        }

    def regrouped(self, interface, groups):
        """What another group makes of an interface's connection: only one that is not tracked is asked the rules again."""
        everything = [
            permission["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}] and permission["IpProtocol"] == "-1"
            for group in self.ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]
            for permission in group["IpPermissions"] + group["IpPermissionsEgress"]
        ]
        if len(everything) == 2 and all(everything):
            self.connections[interface] = "untracked"
        elif self.connections.get(interface) == "untracked":
            self.connections[interface] = "ended" if self.isolation in groups else "tracked"

    def attribute(self, name):
        answer = self.ec2.describe_instance_attribute(InstanceId=self.id, Attribute=name)
        return answer.get(name[0].upper() + name[1:], {}).get("Value")

    def state(self):
        found = self.instance()
        names = {
            one["GroupId"]: one["GroupName"]
            for one in self.ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])[
                "SecurityGroups"
            ]
        }
        health = self.elb.describe_target_health(TargetGroupArn=self.targets)["TargetHealthDescriptions"]
        held = [tag for tag in found.get("Tags", []) if tag["Key"] == TICKET_TAG]
        snapshots = self.ec2.describe_snapshots(
            OwnerIds=["self"], Filters=[{"Name": "tag-key", "Values": [TICKET_TAG]}]
        )["Snapshots"]
        return {
            "groups": sorted(",".join(names[each] for each in one) for one in self.groups().values()),
            "groupsThere": sorted(names.values()),
            "addresses": len([one for one in self.ec2.describe_addresses()["Addresses"] if "AssociationId" in one]),
            "scaled": len(
                self.scaling.describe_auto_scaling_instances(InstanceIds=[self.id])["AutoScalingInstances"]
            ),
            "targets": sorted(
                one["Target"]["Port"]
                for one in health
                if one["Target"]["Id"] == self.id and one["TargetHealth"]["State"] not in ("draining", "unused.draining")
            ),
            "denied": self.iam.list_role_policies(RoleName="web")["PolicyNames"],
            "protected": self.attribute("disableApiTermination"),
            "unstoppable": self.attribute("disableApiStop"),
            "shutdown": self.attribute("instanceInitiatedShutdownBehavior"),
            "disksGo": [one["Ebs"]["DeleteOnTermination"] for one in found["BlockDeviceMappings"]],
            "ticket": [tag["Value"] for tag in held],
            "snapshots": len(snapshots),
            "recorded": len(self.ssm.describe_parameters()["Parameters"]),
            "connections": sorted(self.connections.values()),
        }


@mock_aws
def play(asked):
    boto3.setup_default_session(region_name=REGION)
    suspect = Suspect()
    text = json.dumps(asked["document"]).replace("VPC", suspect.vpc).replace("ISOLATION", suspect.isolation)
    document = json.loads(text)
    calls, denied = [], []

    def note(params, model, **_):
        call = f"{model.service_model.service_name}:{model.name}"
        calls.append(call)
        if call in denied:
            raise Stopped(f"{call} is denied")
        if model.name == "ModifyNetworkInterfaceAttribute" and "Groups" in params:
            suspect.regrouped(params["NetworkInterfaceId"], params["Groups"])

    boto3.DEFAULT_SESSION.events.register("provide-client-params.*.*", note)
    told = [{"state": suspect.state()}]
    for run in asked["runs"]:
        given = run["given"]
        calls.clear()
        denied[:] = run.get("denied", [])
        execution = Execution(document, {"Instance": suspect.id, **given}).run()
        made = sorted(set(calls))
        denied.clear()
        told.append(
            {
                "trace": execution.trace,
                "failed": execution.failed,
                "plan": execution.values.get("look.plan", []),
                "calls": made,
                "state": suspect.state(),
            }
        )
    return told


if __name__ == "__main__":
    json.dump({name: play(asked) for name, asked in json.load(sys.stdin).items()}, sys.stdout)
