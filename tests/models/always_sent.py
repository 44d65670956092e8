"""Members that the service model does not require, and every real answer has.

Such a member is never None. A response without it cannot be read, so each has its evidence.
"""

from __future__ import annotations

_PROBED = (
    "Emulators that copy answers of the real service, member by member, write it without a "
    "condition, beside others that they leave out until there is a value."
)
_THE_KEY = "It is all that the answer is for: without it, the job could not be followed."
_ORDERED = "Export jobs are listed by it, and probed answers of single jobs have it too."
_THE_EVENT = "An event is what happened and when; no probed or documented one lacks either."
_TRACKED = "Only mail with one recipient is tracked, and by it: probed answers always name it."
_ECHOED = "The path of the request names it, and probed answers repeat it."
_NOT_FOUND = "A template that does not exist is an error, and its name is required inside."
_RENDERED = "What cannot be rendered is an error, so an answer always has the message."
_DOCUMENTED = "The service model's own example shows all three, also where they are 0."
_NAMED = "A template is created with a name, and a list of templates has nothing else to tell."

_EVIDENCE: dict[str, dict[tuple[str, ...], str]] = {
    "sesv2": {
        ("CreateExportJobResponse.JobId", "CreateImportJobResponse.JobId"): _THE_KEY,
        tuple(
            f"{job}.{member}"
            for job in ("ExportJobSummary", "GetExportJobResponse")
            for member in ("ExportSourceType", "JobId", "JobStatus")
        ): _PROBED,
        tuple(
            f"{job}.{member}"
            for job in ("GetImportJobResponse", "ImportJobSummary")
            for member in ("JobId", "JobStatus")
        ): _PROBED,
        tuple(
            f"{job}.CreatedTimestamp"
            for job in (
                "ExportJobSummary",
                "GetExportJobResponse",
                "GetImportJobResponse",
                "ImportJobSummary",
            )
        ): _ORDERED,
        ("EmailInsights.Destination",): _TRACKED,
        ("GetMessageInsightsResponse.MessageId",): _ECHOED,
        ("MetricDataResult.Id",): _PROBED,
        ("InsightsEvent.Timestamp", "InsightsEvent.Type"): _THE_EVENT,
    },
    "ses": {
        ("GetSendQuotaResponse.Max24HourSend",): _DOCUMENTED,
        ("GetSendQuotaResponse.MaxSendRate",): _DOCUMENTED,
        ("GetSendQuotaResponse.SentLast24Hours",): _DOCUMENTED,
        ("GetTemplateResponse.Template",): _NOT_FOUND,
        ("TemplateMetadata.Name",): _NAMED,
        ("TestRenderTemplateResponse.RenderedTemplate",): _RENDERED,
    },
}

NEVER_EMPTY = {"CreateExportJobResponse.JobId", "CreateImportJobResponse.JobId"}
"""The texts without which a response cannot be used, so that an empty one is refused too."""

ALWAYS_SENT = {
    service: {member: why for members, why in found.items() for member in members}
    for service, found in _EVIDENCE.items()
}
"""The members of each service, by shape and wire name, each with its evidence."""
