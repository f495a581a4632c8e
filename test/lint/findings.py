"""Reads placed documents as JSON from standard input, and prints what parliament finds in each, as JSON."""

import json
import sys

from parliament import analyze_policy_string, enhance_finding

found = []
for placed in json.load(sys.stdin):
    for finding in analyze_policy_string(json.dumps(placed["document"])).findings:
        enhanced = enhance_finding(finding)
        found.append({"of": placed["of"], "issue": enhanced.issue, "detail": json.dumps(enhanced.detail)})
json.dump(found, sys.stdout)
