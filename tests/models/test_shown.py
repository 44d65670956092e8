"""No repr shows what stands for a person or opens a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.classic import models as classic
from tests.models.classic_members import SEND
from tests.models.export_sources import METRICS, WINDOW
from tests.models.personal_data import ADDRESS, LINK, SUBJECT
from tests.models.responses import EVENT, EXPORT_JOB

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape


def test_what_the_classic_api_sends_is_hidden() -> None:
    """Addresses, subjects, bodies and template data are in neither repr nor str."""
    send = classic.SendTemplatedEmailRequest(
        **{**SEND, "template_data": {"name": SUBJECT}, "source": ADDRESS},
        reply_to_addresses=[ADDRESS],
        return_path=ADDRESS,
    )
    bulk = classic.SendBulkTemplatedEmailRequest(
        source=ADDRESS,
        template="order",
        default_template_data={"name": SUBJECT},
        destinations=[
            classic.BulkEmailDestination(
                destination=classic.Destination(cc_addresses=[ADDRESS], bcc_addresses=[ADDRESS]),
                replacement_template_data={"name": SUBJECT},
            )
        ],
        reply_to_addresses=[ADDRESS],
        return_path=ADDRESS,
    )
    template = classic.Template(
        template_name="order", subject_part=SUBJECT, text_part=SUBJECT, html_part=SUBJECT
    )
    shapes: list[Shape] = [
        send,
        bulk,
        classic.CreateTemplateRequest(template=template),
        classic.TestRenderTemplateRequest(template_name="a", template_data={"name": SUBJECT}),
        classic.TestRenderTemplateResponse.from_service({"RenderedTemplate": SUBJECT}),
        classic.SendBulkTemplatedEmailResponse.from_service(
            {"Status": [{"Status": "Failed", "Error": f"no {ADDRESS}", "To": ADDRESS}]}
        ),
    ]
    shown = "".join(f"{shape!r}{shape}" for shape in shapes)
    assert "order" in shown
    assert not [hidden for hidden in (ADDRESS, SUBJECT) if hidden in shown]


def test_addresses_subjects_and_links_are_hidden() -> None:
    """What stands for a person or opens a file is in neither repr nor str, at any depth."""
    filters = models.MessageInsightsFilters(
        from_email_address=[ADDRESS], destination=[ADDRESS], subject=[SUBJECT]
    )
    dimensions = {"EMAIL_IDENTITY": [ADDRESS]}
    shapes: list[Shape] = [
        models.MessageInsightsDataSource(**WINDOW, include=filters, exclude=filters),
        models.MetricsDataSource(**{**METRICS, "dimensions": dimensions}),
        models.GetMessageInsightsResponse.from_service(
            {
                "MessageId": "0100",
                "FromEmailAddress": ADDRESS,
                "Subject": SUBJECT,
                "Insights": [
                    {
                        "Destination": ADDRESS,
                        "Cc": ADDRESS,
                        "Events": [
                            {
                                **EVENT,
                                "Details": {"Bounce": {"DiagnosticCode": f"no {ADDRESS}"}},
                            }
                        ],
                    }
                ],
                "ReplyTo": [ADDRESS],
            }
        ),
        models.GetExportJobResponse.from_service(
            {
                **EXPORT_JOB,
                "ExportDestination": {"DataFormat": "CSV", "S3Url": LINK},
                "FailureInfo": {"ErrorMessage": f"no {ADDRESS}", "FailedRecordsS3Url": LINK},
            }
        ),
        models.ImportDataSource.from_service({"DataFormat": "CSV", "S3Url": LINK}),
    ]
    shown = "".join(f"{shape!r}{shape}" for shape in shapes)
    assert not [hidden for hidden in (ADDRESS, SUBJECT, "c0ffee") if hidden in shown]
