/** Below it the runbook that findings start writes what they have contained: a parameter for each instance, by the day. */
export const FINDINGS_CONTAINED = "/clean-room/findings";

/**
 * Lets so many instances a day be contained by findings, and each of them once: it takes one of the day's numbered
 * parameters, which AWS makes for one of all who ask at the same moment. Those of earlier days it deletes. Python as
 * Systems Manager runs it, with boto3; the day is UTC's.
 *
 * Source: Systems Manager API reference, PutParameter (`Overwrite`, `ParameterAlreadyExists`).
 */
export const LIMIT = `import time

import boto3


def limit(event, _):
    ssm, place, most = boto3.client("ssm"), event["place"], int(event["most"])
    path = "${FINDINGS_CONTAINED}/" + time.strftime("%Y-%m-%d", time.gmtime()) + "/"
    found = {
        one["Name"]: one["Value"]
        for page in ssm.get_paginator("get_parameters_by_path").paginate(Path="${FINDINGS_CONTAINED}", Recursive=True)
        for one in page["Parameters"]
    }
    earlier = sorted(name for name in found if name < path)
    for first in range(0, len(earlier), 10):
        ssm.delete_parameters(Names=earlier[first : first + 10])
    if place in [value for name, value in found.items() if name.startswith(path)]:
        return left("a finding has had it contained today already")
    for number in range(1, most + 1):
        if path + str(number) not in found and taken(ssm, path + str(number), place):
            return {"act": "contain", "why": "It is being contained, once its account's containmentApprovers approve, where there are any; its role's sessions are left."}
    return left(f"findings have had {most} contained today, and containmentFindingsAtMost is as many")


def taken(ssm, name, place):
    try:
        ssm.put_parameter(Name=name, Value=place, Type="String", Overwrite=False)
        return True
    except ssm.exceptions.ParameterAlreadyExists:
        return False


def left(why):
    return {"act": "observe", "why": f"It is NOT contained, and only looked at: {why}."}
`;
