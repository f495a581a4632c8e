"""Plays the runbook that findings start. boto3 checks each call by AWS's models, and what AWS answers is given.

Takes {"document", "plays": [[{"given", "answers": {"service:Api": answer or the word denied}}...]...]} on standard input.
What has no answer moto answers, in an account for each play.
"""

import json
import sys
from types import SimpleNamespace

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from automation import REGION, Execution


PARAMETERS = ("GetParametersByPath", "PutParameter", "DeleteParameters")


class FindingExecution(Execution):
    def waitForAwsResourceProperty(self, step, inputs):
        assert self.property(inputs) in inputs["DesiredValues"], "it waits until its time is over"

    def assertAwsResourceProperty(self, step, inputs):
        found = self.property(inputs)
        if found not in inputs["DesiredValues"]:
            raise ValueError(found)

    def property(self, inputs):
        known = ("Service", "Api", "PropertySelector", "DesiredValues")
        given = {key: self.filled(value) for key, value in inputs.items() if key not in known}
        client = boto3.client(inputs["Service"], region_name=REGION)
        method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == inputs["Api"])
        value = getattr(client, method)(**given)
        for key in inputs["PropertySelector"].removeprefix("$.").split("."):
            value = value[key]
        return value


def play(document, given, answers):
    calls = []
    boto3.setup_default_session(region_name=REGION, aws_access_key_id="none", aws_secret_access_key="none")

    def note(params, model, **_):
        calls.append([model.service_model.service_name + ":" + model.name, json.loads(json.dumps(params))])

    def answer(model, **_):
        given_answer = answers.get(model.service_model.service_name + ":" + model.name)
        if given_answer is None:
            assert model.name in PARAMETERS, f"nobody answers {model.name}"
            return None
        if given_answer == "denied":
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "denied"}}, model.name)
        return SimpleNamespace(status_code=200, headers={}), given_answer

    boto3.DEFAULT_SESSION.events.register("provide-client-params.*.*", note)
    boto3.DEFAULT_SESSION.events.register("before-call.*.*", answer)
    try:
        execution = FindingExecution(document, given).run()
    except ValueError as refused:
        return {"refused": str(refused), "calls": calls}
    return {"trace": execution.trace, "failed": execution.failed, "calls": calls}


def played(document, runs):
    with mock_aws():
        return [play(document, **run) for run in runs]


asked = json.load(sys.stdin)
print(json.dumps([played(asked["document"], runs) for runs in asked["plays"]]))
